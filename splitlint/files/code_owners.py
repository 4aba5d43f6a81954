"""Who looks after a file: CODEOWNERS, else `meta.maintainers` of the package in it.

CODEOWNERS as GitHub reads it (docs.github.com, "About code owners"): the last matching line wins, a line
without owners leaves its files to nobody, patterns are those of .gitignore without `!` and `[a-z]`, and
`docs/*` does not reach into folders below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path

from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.startup.globs import MOST_PATTERNS, FirstOf, below, exactly
from splitlint.startup.named_tuples import NamedTuple
from splitlint.untrusted.small_files import ReadError, read_bytes

#: Where CODEOWNERS may lie, first one wins: for GitHub, GitLab, Gitea and Forgejo; the last is where nixpkgs keeps the
#: file that its own bot reads.
PLACES = (
    *(".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
    *(".gitea/CODEOWNERS", ".forgejo/CODEOWNERS", "ci/OWNERS"),
)

_NOT_CODE = re.compile(r'#[^\n]*|/\*.*?\*/|"[^"]*"', re.DOTALL)
_PEOPLE = re.compile(r"\b(maintainers|teams)\s*=")
_WITH = re.compile(r"\bwith\s")
#: Characters of a list of people, and before its name on its line: more is no package that anybody wrote.
_LONGEST = 20_000
_INDENTED = 200
_LIST = re.compile(r"\[([^\]]*)\]")
_NAME = re.compile(r"(?<![\w.'-])(?:(?:[\w'-]+\.)*maintainers\.)?(?P<name>[A-Za-z_][\w'-]*)(?![\w.'-])")
_TEAM = re.compile(r"(?:\blib\.)?\bteams\.(?P<team>[A-Za-z_][\w'-]*)(?:\.members)?")
_PERSON = re.compile(r"^  \"?(?P<name>[A-Za-z_][\w'-]*)\"? = \{(?P<body>.*?)^  \};", re.DOTALL | re.MULTILINE)
_GITHUB = re.compile(r'\bgithub = "(?P<handle>[\w-]+)";')


class _Line(NamedTuple):
    expression: str
    owners: tuple[str, ...]


class CodeOwners:
    """The lines of one CODEOWNERS file; paths are relative to the repository, with `/`."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _lines(self) -> tuple[_Line, ...]:
        """The lines, the last first."""
        found = (line for raw in reversed(self._text.splitlines()) if (line := _line(raw)) is not None)
        return tuple(islice(found, MOST_PATTERNS))

    @cached_property
    def _patterns(self) -> FirstOf:
        return FirstOf([line.expression for line in self._lines])

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of one file, () if it has none."""
        at = self._patterns.fits(path.removeprefix("./"))
        return () if at is None else self._lines[at].owners


def _line(raw: str) -> _Line | None:
    """One line; None for an empty one, a comment, a section head (GitLab), or what CODEOWNERS cannot say."""
    words = re.findall(r"(?:\\.|\S)+", raw)
    words = words[: next((at for at, word in enumerate(words) if word.startswith("#")), len(words))]
    if not words or words[0][0] in "![^" or not words[0].strip("/"):
        return None
    # `docs/*` does not reach into folders below.
    reaches = exactly if words[0].endswith("/*") else below
    return _Line(reaches(words[0], sets=False), tuple(words[1:]))


def read_code_owners(root: Path, warn: Callable[[str], None] = lambda message: None) -> CodeOwners | None:
    """The CODEOWNERS of a work tree, None if it has none. `warn` is told of one that is not to be read."""
    for place in PLACES:
        try:
            data = read_bytes(str(root / place), (str(root),))
        except ReadError as error:
            warn(f"{root / place}: {error}: it is not used")
            continue
        if data is not None:
            return CodeOwners(text_of(data))
    return None


def text_of(data: bytes) -> str:
    """The text of a CODEOWNERS. Paths in it are bytes, and need not be UTF-8."""
    return data.decode("utf-8-sig", "surrogateescape")


def maintainers(source: Source) -> tuple[str, ...]:
    """The names in `meta.maintainers` and `meta.teams` of a Nix file, teams as `team:name`; in order, each once.

    Read from the text: what stands in the lists, with or without `with lib.maintainers;` and
    `lib.maintainers.` before it. A file that computes its list gives what is written out in it.
    """
    if source.language != NIX or not (b"maintainers" in source.data or b"teams" in source.data):
        return ()
    found: dict[str, None] = {}
    text = source.text(0, len(source.data))
    for what, written in _lists_of_people(text):
        value = _NOT_CODE.sub(" ", written)
        for team in _TEAM.finditer(value):
            found[f"team:{team['team']}"] = None
        kind = "team:" if what == "teams" else ""
        for names in _LIST.finditer(_TEAM.sub(" ", value)):
            for name in _NAME.finditer(names[1]):
                found[kind + name["name"]] = None
    return tuple(found)


def _lists_of_people(text: str) -> Iterator[tuple[str, str]]:
    """What `maintainers` and `teams` are set to: the names of these, and the source of the values."""
    at = 0
    while (found := _PEOPLE.search(text, at)) is not None:
        at = found.end()
        before = max(text.rfind("\n", found.start() - _INDENTED, found.start()), found.start() - _INDENTED, -1)
        if "#" in text[before + 1 : found.start()]:
            continue
        begin, last = at, text.find(";", at, at + _LONGEST)
        while 0 <= last < found.end() + _LONGEST and _WITH.search(text, begin, last):
            begin, at = last + 1, last
            last = text.find(";", begin, begin + _LONGEST)
        last = last if last >= 0 else begin - 1
        if last > found.end():
            yield found[1], text[found.end() : last]
            at = last


def github_handles(maintainer_list: str) -> dict[str, str]:
    """GitHub handles by maintainer name, from the text of nixpkgs' `maintainers/maintainer-list.nix`."""
    people = ((match["name"], _GITHUB.search(match["body"])) for match in _PERSON.finditer(maintainer_list))
    return {name: handle["handle"] for name, handle in people if handle is not None}


def owners_of(
    paths: Iterable[str],
    code_owners: CodeOwners | None,
    read: Callable[[str], Source | None],
    *,
    handles: Mapping[str, str] | None = None,
    prefix: str = "",
) -> dict[str, tuple[str, ...]]:
    """Owners by path: those of CODEOWNERS, else the maintainers of the package in the file.

    `handles` turns maintainers into `@handle`; without one they keep their name, which is not always their
    GitHub handle. `prefix` (`target/`) stands in `paths` before the path in the repository.
    Paths without owners are left out.
    """
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(set(paths)):
        named = code_owners.of(path.removeprefix(prefix)) if code_owners is not None else ()
        if not named and (source := read(path)) is not None:
            known = handles or {}
            named = tuple(f"@{known[name]}" if name in known else name for name in maintainers(source))
        if named:
            found[path] = named
    return found

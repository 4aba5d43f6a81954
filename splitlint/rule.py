"""Rule pages and packs: Markdown and TOML under `rules/` to frozen values.

On the start-up path: NamedTuples, no dataclasses, nothing heavy imported.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from splitlint import kept_pages
from splitlint.joins import has
from splitlint.mentions import Word, mentions, near, prepared
from splitlint.patterns import lazy_pattern

SEVERITIES = ("error", "warning", "info")
IMPACTS = ("boot-failure", "silent-empty", "feature-dropped", "runtime-failure", "build-failure", "eval-error")
LANGUAGES = ("nix", "shell", "python", "text")
_KEYS = frozenset(
    {"instead_of", "language", "severity", "impact", "needles", "patterns", "fix", "message", "help", "silent", "shell"}
    | {"nixpkgs", "python", "text", "commands", "confidence"}
)
_HEADINGS = ("Match", "Breaks", "Becomes", "Leave alone")


class RuleError(Exception):
    """A page or pack that cannot be used. `str()` names the file and, where known, the line."""


class Case(NamedTuple):
    """A piece of code in a page: it breaks, is what a broken one becomes, or is to be left alone."""

    kind: str
    language: str
    text: str
    line: int
    info: str = ""


class Query(NamedTuple):
    """A tree-sitter query of a page: its language, text, and 1-based first line in the page."""

    language: str
    text: str
    line: int


class Rule(NamedTuple):
    """One kind of breakage. `needles`: any of these sets, all of a set."""

    name: str
    title: str
    languages: tuple[str, ...]
    severity: str
    impact: tuple[str, ...]
    needles: tuple[tuple[bytes, ...], ...]
    patterns: tuple[str, ...]
    message: str
    help: str
    fix: Mapping[str, Any]
    front: Mapping[str, Any]
    body: str
    path: str
    pack: str
    url: str

    @property
    def queries(self) -> tuple[Query, ...]:
        """The queries under `## Match`."""
        return _queries(self.body, self.languages[0])

    @property
    def cases(self) -> tuple[Case, ...]:
        """The code under `## Breaks`, `## Becomes` and `## Leave alone`, in the page's order."""
        return tuple(block for block in fences(self.body) if block.kind in ("Breaks", "Becomes", "Leave alone"))

    def applies(self, nixpkgs: str) -> bool:
        """Whether the rule has anything to say to those who support nixpkgs from this release on ("any": all of them).

        A page's `nixpkgs = "25.11"` is for rules that are right only where no older one is in use, and
        `"before 25.11"` for those that are right only where an older one may be.
        """
        given = str(self.front.get("nixpkgs", ""))
        release = given.removeprefix("before ")
        return not given or (nixpkgs != "any" and nixpkgs >= release) is (given == release)

    def hit(self, data: bytes) -> bool:
        """Whether a file with these bytes can break the rule at all."""
        return any(all(has(data, needle) for needle in needles) for needles in self.needles)


def _some(words: tuple[bytes, ...], data: bytes) -> bool:
    return not words or any(word in data for word in words)


class Pack(NamedTuple):
    """What a folder of pages shares: what moved, and which names are in play.

    A file with none of `needles` in it breaks none of its rules, nor does a Nix file with none of `mentions` outside
    of comments, prose and the words of `unless`. With a word of `kin` it may tell about others all the same.
    """

    name: str
    title: str
    since: str
    url: str
    data: Mapping[str, Any]
    path: str
    needles: tuple[bytes, ...] = ()
    mentions: tuple[bytes, ...] = ()
    unless: tuple[bytes, ...] = ()
    kin: tuple[bytes, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """What a Nix file that concerns the pack mentions; nothing if every file does."""
        return prepared(self.mentions or self.needles, self.unless)

    def concerned(self, data: bytes, language: str) -> bytes | None:
        """What of a file may concern the pack: all of it, what is near a mention in a large one, None if nothing."""
        if language != "nix" or not self.words:
            return data if _some(self.needles, data) else None
        if not mentions(data, self.words):
            return None
        return near(data, self.words)

    def may_tell(self, data: bytes) -> bool:
        """Whether other files may have to ask a Nix file what a package is: the file is kin."""
        return not self.words or mentions(data, self.words) or any(word in data for word in self.kin)


class RuleBook(NamedTuple):
    """The rules and packs of a run."""

    rules: tuple[Rule, ...]
    packs: tuple[Pack, ...]

    def relevant(self, data: bytes, language: str) -> tuple[Rule, ...]:
        """The rules that a file may break, by its language and its bytes."""
        texts = {pack.name: pack.concerned(data, language) for pack in self.packs}
        return tuple(
            rule
            for rule in self.rules
            if language in rule.languages and (text := texts.get(rule.pack)) is not None and rule.hit(text)
        )

    def concerns(self, data: bytes) -> bool:
        """Whether a Nix file may name a package of any pack's families."""
        return any(pack.may_tell(data) for pack in self.packs)

    def asked(self, data: bytes, language: str) -> tuple[tuple[Rule, ...], bool]:
        """The rules that a file may break, and whether it may tell others what a package is."""
        return self.relevant(data, language), language == "nix" and self.concerns(data)

    def rule(self, name: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.name == name), None)

    def only(self, select: Iterable[str], ignore: Iterable[str]) -> RuleBook:
        """The book with the rules selected (all if none is named) and not ignored."""
        wanted, unwanted = frozenset(select), frozenset(ignore)
        return self._replace(
            rules=tuple(r for r in self.rules if (not wanted or r.name in wanted) and r.name not in unwanted)
        )


def default_folder() -> str:
    """The folder of the packs that splitlint ships: in the package, or at the top of a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(here, "rules")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(here), "rules")


def load_rules(folders: Sequence[str]) -> RuleBook:
    """The pages and packs of some folders; a folder is a pack, or holds packs.

    Raises RuleError if a folder holds no page, or if a page or pack is broken.
    """
    rules: list[Rule] = []
    packs: list[Pack] = []
    for folder in folders:
        own_packs, own_rules = _shipped(folder) if folder == default_folder() else _loaded(folder)
        packs += own_packs
        rules += own_rules
    names = [rule.name for rule in rules]
    for rule in rules:
        if names.count(rule.name) > 1:
            raise RuleError(f"{rule.path}: there is another rule named {rule.name}")
    return RuleBook(tuple(rules), tuple(packs))


def _shipped(folder: str) -> tuple[list[Pack], list[Rule]]:
    known = kept_pages.read(folder)
    if known is not None:
        return [Pack(*pack) for pack in known[0]], [Rule(*rule) for rule in known[1]]
    packs, rules = _loaded(folder)
    kept_pages.write(folder, packs, rules)
    return packs, rules


def _loaded(folder: str) -> tuple[list[Pack], list[Rule]]:
    rules: list[Rule] = []
    packs: list[Pack] = []
    for pack_folder in _pack_folders(folder):
        pack = load_pack(pack_folder)
        packs.append(pack)
        for name in sorted(os.listdir(pack_folder)):
            if name.endswith(".md") and name != "README.md":
                rules.append(load_page(os.path.join(pack_folder, name), pack))
    if not packs:
        raise RuleError(f"{folder}: no rule pages here (a pack is a folder with a pack.toml or with .md pages)")
    return packs, rules


def _pack_folders(folder: str) -> Iterable[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise RuleError(f"{folder}: cannot be read: {error.strerror}") from error
    if "pack.toml" in names or any(name.endswith(".md") and name != "README.md" for name in names):
        yield folder
        return
    for name in names:
        inner = os.path.join(folder, name)
        if os.path.isfile(os.path.join(inner, "pack.toml")):
            yield inner


def load_pack(folder: str) -> Pack:
    """The pack.toml of a folder; a folder without one is a pack of its own name with nothing in it."""
    path = os.path.join(folder, "pack.toml")
    if not os.path.exists(path):
        return Pack(os.path.basename(folder), os.path.basename(folder), "", "", {}, path)
    data = _toml(path, _read(path), 1)
    return Pack(
        str(data.get("name", os.path.basename(folder))),
        str(data.get("title", "")),
        str(data.get("since", "")),
        str(data.get("url", "")),
        data,
        path,
        *(tuple(str(word).encode() for word in data.get(key, ())) for key in ("needles", "mentions", "unless", "kin")),
    )


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: cannot be read: {error}") from error


def _toml(path: str, text: str, first_line: int) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.sub(r"at line (\d+)", lambda found: f"at line {int(found[1]) + first_line - 1}", str(error))
        raise RuleError(f"{path}: {where}") from error


def load_page(path: str, pack: Pack) -> Rule:
    """One page. Raises RuleError that names the page and what is wrong with it."""
    text = _read(path)
    if not text.startswith("+++\n"):
        raise RuleError(f"{path}:1: a rule page starts with TOML between two lines of +++")
    front_text, end, body = text[4:].partition("\n+++\n")
    if not end:
        raise RuleError(f"{path}:1: the front matter has no closing +++")
    front = _toml(path, front_text, 2)
    body = "\n" * (front_text.count("\n") + 3) + body
    unknown = sorted(set(front) - _KEYS)
    if unknown:
        raise RuleError(f"{path}: unknown key `{unknown[0]}` in the front matter")
    title = re.search(r"^# (.+)$", body, re.MULTILINE)
    if title is None:
        raise RuleError(f"{path}: the page has no title (`# ...`)")
    name = os.path.basename(path).removesuffix(".md")
    return Rule(
        name=name,
        title=title[1].strip(),
        languages=_words(path, front, "language", LANGUAGES),
        severity=_words(path, front, "severity", SEVERITIES)[0],
        impact=_words(path, front, "impact", IMPACTS),
        needles=_needles(path, front, pack),
        patterns=tuple(front.get("patterns", ())),
        message=str(front.get("message", title[1].strip())),
        help=str(front.get("help", "")),
        fix=front.get("fix", {}),
        front=front,
        body=body,
        path=path,
        pack=pack.name,
        url=f"https://github.com/splitlint/splitlint/blob/main/rules/{pack.name}/{name}.md",
    )


def _words(path: str, front: Mapping[str, Any], key: str, allowed: Sequence[str]) -> tuple[str, ...]:
    given = front.get(key)
    words = (given,) if isinstance(given, str) else tuple(given or ())
    for word in words:
        if word not in allowed:
            raise RuleError(f"{path}: {key} = {word!r} is not one of {', '.join(allowed)}")
    if not words and not (key == "impact" and given == []):
        raise RuleError(f"{path}: `{key}` is missing in the front matter")
    return words


def _needles(path: str, front: Mapping[str, Any], pack: Pack) -> tuple[tuple[bytes, ...], ...]:
    """The needles of a page; `<name>` stands for any of the pack's `[words]` of that name."""
    given = front.get("needles")
    if not isinstance(given, list) or not given or not all(isinstance(one, list) and one for one in given):
        raise RuleError(f"{path}: `needles` is a list of lists of strings: any of these sets, all of a set")
    words = pack.data.get("words", {})
    found: list[tuple[bytes, ...]] = []
    for needles in given:
        options = [words.get(str(needle)[1:-1], [needle]) if str(needle)[:1] == "<" else [needle] for needle in needles]
        found += (tuple(str(word).encode() for word in one) for one in product(*options))
    return tuple(found)


@lru_cache(maxsize=128)
def _queries(body: str, language: str) -> tuple[Query, ...]:
    found = (block for block in fences(body) if block.kind == "Match" and block.language == "query")
    return tuple(Query((*one.info.split()[1:], language)[0], one.text, one.line) for one in found)


_FENCE = lazy_pattern(r"^(`{3,})([^\n`]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_HEADING = lazy_pattern(r"^## +(.+?) *$", re.MULTILINE)


def fences(body: str) -> list[Case]:
    """The fenced code of a page with the heading that each stands under."""
    blocks = [(found.start(), found) for found in _FENCE.finditer(body)]
    inside = [(found.start(), found.end()) for _, found in blocks]
    headings = [
        (found.start(), found[1])
        for found in _HEADING.finditer(body)
        if not any(start <= found.start() < end for start, end in inside)
    ]
    result = []
    for start, found in blocks:
        above = [name for at, name in headings if at < start]
        info = found[2].strip()
        language = info.split()[0] if info else ""
        line = body.count("\n", 0, found.start(3)) + 1
        result.append(Case(above[-1] if above else "", language, found[3], line, info))
    return result

"""Rules and packs as frozen values, and which of them a file may break. `pages.py` reads them.

On the start-up path: NamedTuples, no dataclasses, nothing heavy imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from splitlint.prefilter.keyword_occurrences import Word, has_occurrence, prepared, searched_part
from splitlint.prefilter.paths_below import has
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern

SEVERITIES = ("error", "warning", "info")
IMPACTS = ("boot-failure", "silent-empty", "feature-dropped", "runtime-failure", "build-failure", "eval-error")
LANGUAGES = ("nix", "shell", "python", "text")
#: The heading under which a page holds what is not for readers: a block of TOML, and queries.
DEFINITION = "Definition"
#: The headings under which fences mean something.
HEADINGS = (DEFINITION, "Breaks", "Becomes", "Leave alone")


class RuleError(Exception):
    """A page or pack that cannot be used. `str()` names the file and, where known, the line."""


def mistake(path: str, message: str, *steps: str | tuple[str, int]) -> RuleError:
    """The error for something that a page or pack says: `steps` lead to where it does (see `mistakes.line_of`)."""
    from splitlint.rulebook.mistakes import line_of

    line = line_of(path, steps) if steps else None
    return RuleError(f"{path}:{line}: {message}" if line is not None else f"{path}: {message}")


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
    """One kind of breakage.

    `needles`: any of these sets, all of a set. `definition` and `queries`: the TOML and the queries under
    `## Definition`.
    """

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
    definition: Mapping[str, Any]
    body: str
    path: str
    pack: str
    url: str
    queries: tuple[Query, ...] = ()

    @property
    def full_name(self) -> str:
        """`pack/rule`, which no other rule is called; `name` is the short one where that is unique."""
        return f"{self.pack}/{self.name.rpartition('/')[2]}"

    @property
    def is_instance(self) -> bool:
        """Whether it is a generic page that holds for its pack, too: its cases are not about the pack."""
        return bool(self.definition.get("generic")) and self.path.endswith(
            f"/generic/{self.name.rpartition('/')[2]}.md"
        )

    @property
    def cases(self) -> tuple[Case, ...]:
        """The code under `## Breaks`, `## Becomes` and `## Leave alone`, in the page's order."""
        return tuple(block for block in fences(self.body) if block.kind in ("Breaks", "Becomes", "Leave alone"))

    def applies(self, nixpkgs: str) -> bool:
        """Whether the rule has anything to say to those who support nixpkgs from this release on ("any": all of them).

        A page's `nixpkgs = "25.11"` is for rules that are right only where no older one is in use, and
        `"before 25.11"` for those that are right only where an older one may be.
        """
        given = str(self.definition.get("nixpkgs", ""))
        release = given.removeprefix("before ")
        return not given or (nixpkgs != "any" and nixpkgs >= release) is (given == release)

    def hit(self, data: bytes) -> bool:
        """Whether a file with these bytes can break the rule at all."""
        # Loops: asked of a thousand sets for each file, of which generators would be made.
        for needles in self.needles:
            for needle in needles:
                if not has(data, needle):
                    break
            else:
                return True
        return False


def _some(words: tuple[bytes, ...], data: bytes) -> bool:
    return not words or any(word in data for word in words)


class Pack(NamedTuple):
    """What a folder of pages shares: what moved, and which names are in play.

    A file with none of `needles` in it breaks none of its rules, nor does a Nix file with none of `keywords` outside
    of comments, prose and the words of `unless`. With a word of `related` it may tell about others all the same; where
    a pack has `tells`, only a file with one of those does.
    """

    name: str
    title: str
    since: str
    url: str
    data: Mapping[str, Any]
    path: str
    needles: tuple[bytes, ...] = ()
    keywords: tuple[bytes, ...] = ()
    unless: tuple[bytes, ...] = ()
    related: tuple[bytes, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """The words that a Nix file which concerns the pack has in it; nothing if every file does."""
        return prepared(self.keywords or self.needles, self.unless)

    @property
    def merged(self) -> str:
        """The day on which the change came into nixpkgs (`2025-08-17`), "" if the pack does not say."""
        return str(self.data.get("merged", ""))

    def concerned(self, data: bytes, language: str) -> bytes | None:
        """What of a file may concern the pack: all of it, what is near a word of it in a large one, None if nothing."""
        words = self.keywords or self.needles
        if language != "nix" or not words:
            return data if _some(self.needles, data) else None
        if not _some(words, data) or not has_occurrence(data, self.words):
            return None
        return searched_part(data, self.words)

    @property
    def tells(self) -> tuple[bytes, ...] | None:
        """The words of files that may tell about others, None where all that concern the pack do."""
        given = self.data.get("tells")
        return tuple(str(word).encode() for word in given) if given is not None else None

    def may_tell(self, data: bytes) -> bool:
        """Whether other files may have to ask a Nix file what a package is."""
        if self.tells is not None:
            return any(word in data for word in self.tells)
        if not (self.keywords or self.needles) or any(word in data for word in self.related):
            return True
        return _some(self.keywords or self.needles, data) and has_occurrence(data, self.words)


#: What a document with an example in Nix has in it.
EXAMPLE = b"```nix"


def examples(data: bytes, language: str) -> list[bytes]:
    """The Nix code in a document, each example by itself."""
    if language != "text" or EXAMPLE not in data:
        return []
    from splitlint.syntax.blocks_prose import nix_examples

    return [data[start:end] for start, end in nix_examples(data)]


def _may_break(rule: Rule, texts: Mapping[str, bytes | None], language: str) -> bool:
    text = texts.get(rule.pack) if language in rule.languages else None
    return text is not None and rule.hit(text)


class RuleSet(NamedTuple):
    """The rules and packs of a run."""

    rules: tuple[Rule, ...]
    packs: tuple[Pack, ...]

    def relevant(self, data: bytes, language: str) -> tuple[Rule, ...]:
        """The rules that a file may break, by its language and its bytes.

        A document with Nix code in it may break those for Nix, too.
        """
        texts = [(language, data), *(("nix", one) for one in examples(data, language))]
        asked = [(one, {pack.name: pack.concerned(text, one) for pack in self.packs}) for one, text in texts]
        return tuple(rule for rule in self.rules if any(_may_break(rule, found, one) for one, found in asked))

    def concerns(self, data: bytes) -> bool:
        """Whether a Nix file may name a package of any pack's families."""
        return any(pack.may_tell(data) for pack in self.packs)

    def asked(self, data: bytes, language: str) -> tuple[tuple[Rule, ...], bool]:
        """The rules that a file may break, and whether it may tell others what a package is."""
        return self.relevant(data, language), language == "nix" and self.concerns(data)

    def rule(self, name: str) -> Rule | None:
        """The rule of a name, short or with its pack; None if there is none, or more than one."""
        found = self.named(name)
        return found[0] if len(found) == 1 and name != found[0].pack else None

    def named(self, name: str, pack: str = "") -> tuple[Rule, ...]:
        """The rules that a name means: `rule` where it is unique or of `pack`, `pack/rule`, or a whole `pack`."""
        full = f"{pack}/{name}"
        found = tuple(rule for rule in self.rules if name in (rule.name, rule.full_name) or rule.full_name == full)
        return found or tuple(rule for rule in self.rules if rule.pack == name.removesuffix("/*"))

    def only(self, select: Iterable[str], ignore: Iterable[str]) -> RuleSet:
        """The book with the rules selected (all if none is named) and not ignored."""
        wanted, unwanted = frozenset(select), frozenset(ignore)
        return self._replace(
            rules=tuple(r for r in self.rules if (not wanted or r.name in wanted) and r.name not in unwanted)
        )


def queries_in(body: str, language: str) -> tuple[Query, ...]:
    """The queries of a page's definition; those that do not say it themselves are in `language`."""
    found = (block for block in fences(body) if block.kind == DEFINITION and block.language == "query")
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


def needles_of(path: str, definition: Mapping[str, Any], pack: Pack) -> tuple[tuple[bytes, ...], ...]:
    """The needles of a page; `<name>` stands for any of the pack's `[words]`, or of what follows from its facts."""
    given = definition.get("needles")
    if not isinstance(given, list) or not given or not all(isinstance(one, list) and one for one in given):
        raise RuleError(f"{path}: `needles` is a list of lists of strings: any of these sets, all of a set")
    from splitlint.rulebook.moved_needles import needles_for

    found: list[tuple[bytes, ...]] = []
    for needles in given:
        for parts in product(*(needles_for(str(one), pack.data) for one in needles)):
            found.append(tuple(word.encode() for part in parts for word in part))
    return tuple(found)

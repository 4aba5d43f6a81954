"""What is to be mended: a match, and what its page asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tree_sitter import Node

from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Edit, Fix, Safety
from splitlint.matching.query_match import Match
from splitlint.matching.views import NixView
from splitlint.rulebook.rule import Rule
from splitlint.startup.records import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """A match to be mended as `fix` of its page says. `view` is None where the source is not Nix.

    `modern`: only nixpkgs that has the new outputs needs to work. `rules`: those that the file is checked by.
    """

    match: Match
    source: Source
    view: NixView | None
    fix: Mapping[str, Any]
    modern: bool
    rules: Sequence[Rule] = ()

    @property
    def package(self) -> Node:
        return self.match.package

    @property
    def safety(self) -> Safety:
        """How safe the page says that the fix is."""
        return Safety[str(self.fix.get("safety", "unsafe")).upper()]

    @property
    def split_is_sure(self) -> bool:
        """Whether the package surely has its new outputs: asked for in the configuration, and proved."""
        value = self.match.notes.value
        return self.modern and value is not None and value.confidence is Confidence.HIGH

    @property
    def is_misplaced(self) -> bool:
        """Whether something is looked for in the wrong output, whether that one was chosen or not."""
        return self.match.notes.home is not None

    def word(self, key: str) -> str:
        """What the page says under `fix` for a key, "" if nothing."""
        return str(self.fix.get(key, ""))


def written(text: str, safety: Safety, *changes: Edit) -> Fix:
    """A fix that is told by what it writes."""
    return Fix(f"write `{short(text)}`", safety, changes)


def short(text: str) -> str:
    """A piece of source on one line, at most 70 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 70 else line[:67] + "..."

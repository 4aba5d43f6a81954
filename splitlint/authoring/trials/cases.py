"""The cases of pages: what their fences say, as files to be checked with a configuration.

A `Breaks` case marks the lines that must be found: `# breaks` on the line, `# breaks below` on the line above it, and
`(low)` behind it where only low confidence is promised. The n-th `Becomes` case is what the n-th `Breaks` case that is
not `unfixed` looks like after `--fix --unsafe-fixes`.
"""

from __future__ import annotations

import re
import shlex

from splitlint.config import Config
from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.rulebook.rule import Case, Rule

BREAKS, BECOMES, LEAVE_ALONE = "Breaks", "Becomes", "Leave alone"
_SUFFIXES = {"nix": "nix", "sh": "sh", "shell": "sh", "bash": "sh", "python": "py", "py": "py", "markdown": "md"}
_MARK = re.compile(r"(?:#|//|--|<!--)\s*breaks\b(?P<below> below)?(?P<low> \(low\))?")


def options(case: Case) -> dict[str, str]:
    """The words of a fence's info string after its language: `file=x.nix`, `unproved="why"`, `unfixed`."""
    words = shlex.split(case.info)[1:]
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def source_of(case: Case) -> Source:
    """The file that a case is."""
    name = options(case).get("file", f"case.{_SUFFIXES.get(case.language, case.language)}")
    data = case.text.encode()
    return Source(name, data, language_of(name, data))


def config_of(case: Case) -> Config:
    """The configuration that a case is checked with."""
    return Config(nixpkgs=options(case).get("nixpkgs", "any"))


def mendable(rule: Rule) -> list[Case]:
    """The `Breaks` cases of a page that some fix changes, in its order."""
    return [case for case in rule.cases if case.kind == BREAKS and "unfixed" not in options(case)]


def marked(case: Case) -> tuple[set[int], set[int]]:
    """The 1-based lines of a case that must be found at medium confidence or above, and at any."""
    sure: set[int] = set()
    low: set[int] = set()
    for number, line in enumerate(case.text.splitlines(), 1):
        for mark in _MARK.finditer(line):
            (low if mark["low"] else sure).add(number + 1 if mark["below"] else number)
    return sure, low

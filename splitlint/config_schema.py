"""The configuration as a JSON schema (draft 7), for editors: made from what the parser reads each key with.

It cannot say everything that the parser checks: whether a rule of that name exists, whether a path leads out of the
repository, whether `[[:word:]]` is a class of characters and `[b-a]` a range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from splitlint import config
from splitlint.findings.addresses import SITE, document

Schema = dict[str, object]

_STRINGS: Schema = {"type": "array", "items": {"type": "string"}}
#: A set of characters in a pattern: `!` negates it, a `]` at its beginning is one of them, and `/` is never in it.
_SET = r"\[(?:[!^]|(?![!^]))(?:\]|(?!\]))(?:[^\]\\\[/]|\\[^/]|\[:[a-z]+:\]|\[)*\]"
#: As `config` and `startup.globs` read one: something other than `/`, no `!` in front, and an end for each set.
_PATTERN: Schema = {
    "type": "string",
    "pattern": rf"^(?!!)(?=[\s\S]*[^/])(?:[^\[\\]|\\[^/]|\\(?=/|$)|{_SET})*$",
}
#: What a reader of the parser takes.
_TAKEN: Mapping[Callable[[object], object], Schema] = {
    config.names: _STRINGS,
    config.patterns: {"type": "array", "items": _PATTERN},
    config.per_path: {"type": "object", "propertyNames": _PATTERN, "additionalProperties": _STRINGS},
    config.nixpkgs_release: {"type": "string", "pattern": r"^(any|[0-9][0-9]\.(05|11))$"},
    config.text: {"type": "string"},
    config.flag: {"type": "boolean"},
}
#: What each key is for.
MEANINGS: Mapping[str, str] = {
    "select": "Check only these rules: names, pack/rule, or a whole pack.",
    "ignore": "Do not check these rules.",
    "exclude": "Skip files and folders that match these .gitignore patterns.",
    "force-exclude": "Skip excluded files even if they are named on the command line.",
    "per-path-ignores": "By .gitignore pattern: rules that have nothing to say in these files.",
    "min-confidence": "Report only findings that are at least this certain. Default: medium.",
    "min-severity": "Report only findings that are at least this severe. Default: info.",
    "nixpkgs": 'The oldest nixpkgs release to support, such as "25.11". Default: any.',
    "rules": "Folders of this repository with additional rule pages.",
    "default-rules": "Whether the rules that splitlint ships are used. Default: true.",
    "fix": "The only rules that --fix may fix.",
    "no-fix": "Rules that --fix does not fix.",
    "all": "Show each of several equal findings.",
    "baseline": "A file of known findings, which are not reported.",
    "color": "Whether the report has colours. Default: auto.",
    "exit-zero": "Exit with 0 although something was found.",
    "format": "The format of the report. Default: text.",
    "group-by": "How a Markdown report is grouped. Default: rule.",
    "permalink": "Where files are to be seen: the address that their paths are appended to.",
    "quiet": "Show only findings and what was fixed.",
    "show-fixes": "List what was fixed.",
    "show-suppressed": "Show ignored findings with their reasons.",
    "since": "Report only what changes since this git revision break.",
    "staged": "Report only what the staged change breaks.",
    "statistics": "Count the findings by rule.",
    "unsafe-fixes": "With --fix: also apply fixes that need a review.",
    "verify": "Parse each fixed file with Nix before writing it.",
}
#: Keys whose words a reader does not know by heart, with examples.
_EXAMPLES: Mapping[str, object] = {
    "exclude": ["vendor/", "*.generated.nix"],
    "nixpkgs": "25.11",
    "per-path-ignores": {"tests/**": ["syntax-error"]},
    "since": "origin/main",
}
ADDRESS = document("splitlint.schema.json")


def schema() -> Schema:
    """The schema of `.splitlint.toml`, and of the table `[tool.splitlint]` in `pyproject.toml`."""
    readers = {**config.READERS, **config.FLAG_READERS}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": ADDRESS,
        "title": "splitlint",
        "description": f"The configuration of splitlint: {SITE}",
        "type": "object",
        "additionalProperties": False,
        "properties": {key: _property(key, reader) for key, reader in readers.items()},
    }


def _property(key: str, reader: Callable[[object], object]) -> Schema:
    example = {"examples": [_EXAMPLES[key]]} if key in _EXAMPLES else {}
    if isinstance(reader, partial):
        # One of the words that it was made with.
        return {"description": MEANINGS[key], "enum": list(reader.args[0]), **example}
    return {"description": MEANINGS[key], **_TAKEN[reader], **example}

"""What stands in the Markdown of a page: headings that are nearly those of cases, words of fences that mean nothing."""

from __future__ import annotations

import re
import shlex
from difflib import get_close_matches

from splitlint.rulebook.mistakes import nearest
from splitlint.rulebook.rule import DEFINITION, HEADINGS, Case, Rule, RuleError, fences

#: What may stand behind the language of a case's fence.
WORDS = frozenset({"file", "nixpkgs", "unfixed", "unproved"})
_WITH_VALUE = WORDS - {"unfixed"}


def check_cases(rule: Rule) -> None:
    """Raises RuleError, with its line, where a fence of a page would be passed over."""
    for block in fences(rule.body):
        meant = _nearly(block.kind)
        if meant is not None:
            raise _mistake(rule, block, f"nothing is done with the code under `## {block.kind}`: is it `## {meant}`?")
        if block.kind == DEFINITION:
            _check_query(rule, block)
        elif block.kind in HEADINGS:
            _check_case(rule, block)


def _mistake(rule: Rule, block: Case, message: str) -> RuleError:
    return RuleError(f"{rule.path}:{block.line - 1}: {message}")


def _nearly(heading: str) -> str | None:
    if heading in HEADINGS:
        return None
    close = get_close_matches(heading.lower(), [name.lower() for name in HEADINGS], 1, 0.8)
    return next((name for name in HEADINGS if close and name.lower() == close[0]), None)


def _check_query(rule: Rule, block: Case) -> None:
    if block.language not in ("query", "toml"):
        raise _mistake(
            rule, block, f"`{block.info}` under `## {DEFINITION}` is no query; queries are fenced as `query nix`"
        )


def _check_case(rule: Rule, block: Case) -> None:
    if not block.language:
        raise _mistake(rule, block, f"a case under `## {block.kind}` has no language behind its fence")
    try:
        words = shlex.split(block.info)[1:]
    except ValueError as error:
        raise _mistake(rule, block, f"`{block.info}` cannot be read: {error}") from error
    for word in words:
        name, equals, value = word.partition("=")
        if name not in WORDS:
            raise _mistake(rule, block, f"`{name}` means nothing behind a fence{nearest(name, WORDS)}")
        if (name in _WITH_VALUE) is not bool(equals and value):
            raise _mistake(
                rule, block, f"`{word}`: write `{name}=..`" if name in _WITH_VALUE else f"write `{name}` only"
            )
        if name == "nixpkgs" and not re.fullmatch(r"\d\d\.\d\d|any", value):
            raise _mistake(rule, block, f"`{word}` names no release of nixpkgs, such as `nixpkgs=25.11`")

"""What a page says under `fix`, and of severity, impact and the like: for itself, one of its tables or a pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from splitlint.authoring.vocabulary import Vocabulary, wrong_regex
from splitlint.findings.finding import Confidence, Safety
from splitlint.fixes.make.make import ASKED_FOR
from splitlint.matching.use_match import HOME
from splitlint.rulebook.mistakes import nearest
from splitlint.rulebook.rule import IMPACTS, SEVERITIES, Rule, RuleError

#: What every kind of fix may say.
_COMMON = frozenset({"kind", "safety", "title", "of", "commands"})
_NIXPKGS = re.compile(r"(?:before )?\d\d\.\d\d")
_LEVELS = tuple(level.name.lower() for level in Confidence)
_SAFE = tuple(level.name.lower() for level in Safety if level is not Safety.MANUAL)

#: The keys or values that lead to what is wrong, and what is.
_Wrong = tuple[tuple[str, ...], str]
#: Makes an error of that.
Complain = Callable[[tuple[str, ...], str], RuleError]


def check_override(rule: Rule, settings: Mapping[str, Any], vocabulary: Vocabulary, complain: Complain) -> None:
    """Checks what a table or a pattern says instead of its page: a pattern writes `fix.kind` for a key of `fix`.

    Raises what `complain` makes of what is wrong.
    """
    fix = dict(settings.get("fix", {})) | {key[4:]: word for key, word in settings.items() if key.startswith("fix.")}
    impact = settings.get("impact", ())
    plain = {**settings, "impact": impact.split() if isinstance(impact, str) else impact}
    wrong = _wrong_settings(plain) or (_wrong_fix(fix, {**rule.fix, **fix}) if fix else None)
    wrong = wrong or _wrong_names(fix, vocabulary)
    if wrong is not None:
        raise complain(*wrong)


def check_settings(rule: Rule, vocabulary: Vocabulary, complain: Complain) -> None:
    """Checks what a page says for all of itself. Raises what `complain` makes of what is wrong."""
    if not isinstance(rule.fix, dict):
        raise complain(("fix",), "fix is a table")
    wrong = _wrong_settings(rule.definition) or (_wrong_fix(rule.fix, rule.fix) if rule.fix else None)
    wrong = wrong or _wrong_names(rule.fix, vocabulary)
    if wrong is not None:
        raise complain(*wrong)


def _wrong_settings(settings: Mapping[str, Any]) -> _Wrong | None:
    for key, allowed in (("severity", SEVERITIES), ("confidence", _LEVELS), ("silent", IMPACTS)):
        if key in settings and settings[key] not in allowed:
            return (key,), f"{key} = {settings[key]!r} is not one of {', '.join(allowed)}"
    for word in settings.get("impact", ()):
        if word not in IMPACTS:
            return ("impact",), f"there is no impact `{word}`{nearest(word, IMPACTS)}"
    nixpkgs = settings.get("nixpkgs")
    if nixpkgs is not None and not (isinstance(nixpkgs, str) and _NIXPKGS.fullmatch(nixpkgs)):
        told = f'nixpkgs = {nixpkgs!r} is neither a release ("25.11") nor what is before one ("before 25.11")'
        return ("nixpkgs",), told
    return None


def _wrong_fix(written: Mapping[str, Any], merged: Mapping[str, Any]) -> _Wrong | None:
    """What is wrong with a fix; `merged`: with what the page says for all of its tables."""
    options = merged.get("of", [{}])
    if not isinstance(options, list | tuple) or not all(isinstance(one, dict) for one in options):
        return ("fix", "of"), "fix: `of` is a list of tables"
    allowed = frozenset[str]()
    for one in options:
        full = {**merged, **one}
        wrong = _wrong_kind(full) or _wrong_value(full) or _wrong_key(list(one), str(full.get("kind", "output")))
        if wrong is not None:
            return wrong
        allowed |= _keys_of(str(full.get("kind", "output")))
    # Whoever builds another output on a command line says which: see `command_match`.
    known = allowed | _COMMON | {"output"}
    key = next((key for key in written if key not in known), None) if options else None
    return (("fix", key), f"fix: there is no key `{key}`{nearest(key, known)}") if key else None


def _wrong_names(fix: Mapping[str, Any], vocabulary: Vocabulary) -> _Wrong | None:
    """A family or output that there is not, or what no function is called."""
    for one in (fix, *fix.get("of", ())):
        family, output, into = one.get("family"), one.get("output"), one.get("graft_into")
        if family is not None and family not in vocabulary.outputs:
            return ("fix", family), f"fix: there is no family `{family}`{nearest(family, vocabulary.outputs)}"
        known = frozenset[str]().union(*vocabulary.outputs.values())
        if output and output not in known and output != HOME:
            return ("fix", output), f"fix: no package has an output `{output}`{nearest(output, known)}"
        wrong = vocabulary.wrong_receiver(f"*.{into}") if into is not None else None
        if wrong is not None:
            return ("fix", into), f"fix: graft_into: {wrong}"
    return None


def _keys_of(kind: str) -> frozenset[str]:
    required, optional = ASKED_FOR[kind]
    return frozenset({*required, *optional})


def _wrong_kind(fix: Mapping[str, Any]) -> _Wrong | None:
    kind = fix.get("kind", "output")
    if kind not in ASKED_FOR:
        return ("fix", str(kind)), f"fix: there is no kind `{kind}`{nearest(str(kind), ASKED_FOR)}"
    missing = next((key for key in ASKED_FOR[kind][0] if key not in fix), None)
    return (("fix",), f"fix: `{missing}` is missing, which the kind `{kind}` asks for") if missing else None


def _wrong_key(written: Sequence[str], kind: str) -> _Wrong | None:
    known = _keys_of(kind) | _COMMON
    key = next((key for key in written if key not in known), None)
    return (("fix", key), f"fix: the kind `{kind}` has no key `{key}`{nearest(key, known)}") if key else None


def _wrong_value(fix: Mapping[str, Any]) -> _Wrong | None:
    for key, value in fix.items():
        if key == "commands":
            if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
                return ("fix", key), "fix: `commands` is a list of strings"
        elif key != "of" and not isinstance(value, str):
            return ("fix", key), f"fix: `{key}` is a string"
    safety = fix.get("safety", "unsafe")
    if safety not in _SAFE:
        return ("fix", "safety"), f"fix: safety = {safety!r} is not one of {', '.join(_SAFE)}"
    wrong = wrong_regex(str(fix.get("from", ""))) if fix.get("kind") == "text" else None
    return (("fix", "from"), f"fix: {wrong}") if wrong is not None else None

"""Proof by Nix: a broken and a mended text, evaluated in nixpkgs as it was before the split and as it is after.

`prove(broken, mended)` asks that the mended text gives, in both worlds, what the broken one gave before the split,
that the broken one does not do so after it, and that all that the mended one takes from a kernel is there.
The worlds are small stand-ins for nixpkgs (tests/worlds/*.nix); the evaluator, and the string contexts that tell
which output a path refers to, are real.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tree_sitter import Node

from splitlint.syntax import nix
from tests.kernel_files import WORLDS, Reference, missing, references
from tests.options_read import options_read
from tests.serialised import canonical, in_shell, symbolic
from tests.tools import need

_JUDGE = Path(__file__).parent / "worlds" / "judge.nix"
_NIX = ["nix-instantiate", "--eval", "--strict", "--json", "-"]
_TRACE = re.compile(r"^trace: judged (.*)$", re.MULTILINE)
_MISSING = re.compile(r"undefined variable '([^']+)'|attribute '([^']+)' missing")
#: How many texts one run of Nix evaluates: it starts again behind each that fails.
_MOST_JOBS = 200
#: Attributes that are missing where they are missing in nixpkgs, too.
_NO_STRANGERS = {"or", "out", "dev", "modules", "makeFlags", "commonMakeFlags"} | {
    "linux-kernel",
    "target",
    "buildDTBs",
    "preInstall",
}
_OVERLAYS = {
    ("final", "prev"),
    ("self", "super"),
    ("_final", "prev"),
    ("_self", "super"),
    ("_", "prev"),
    ("_", "super"),
}
_WRAPPER = (
    "names: globals: with names;\n"
    "let inherit (globals) builtins import pathExists readDir readFile __findFile; in (\n{text}\n)\n"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a text evaluates to in one world, kernels' store paths made symbolic; or why it does not."""

    text: str = ""
    outputs: frozenset[str] = frozenset()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a fix is proved; if not, why. `broken` says how the broken text fails after the split."""

    proved: bool
    reason: str = ""
    broken: str = ""


@dataclass(slots=True)
class _Fragment:
    file: Path
    heads: tuple[str, ...]
    options: tuple[tuple[str, ...], ...] = ()
    deep: bool = False

    def job(self, world: str, strangers: Iterable[str]) -> str:
        settings = {
            "file": str(self.file),
            "heads": _strings(self.heads),
            "strangers": _strings(strangers),
            "options": f"[ {' '.join(map(_strings, self.options))} ]",
            "deep": str(self.deep).lower(),
            "side": json.dumps(world),
        }
        return f"{{ {' '.join(f'{name} = {value};' for name, value in settings.items())} }}"


def _strings(words: Iterable[str]) -> str:
    return f"[ {' '.join(map(json.dumps, words))} ]"


#: A text, or a file to be read in its folder, so that it may import others.
Subject = str | Path


def prove(broken: Subject, mended: Subject) -> Verdict:
    """The verdict on one fix."""
    return prove_all([(broken, mended)])[0]


def prove_all(pairs: Sequence[tuple[Subject, Subject]]) -> list[Verdict]:
    """The verdicts on many fixes, in as few runs of Nix as possible.

    Functions in a result are looked into by applying them to what their arguments are called; where this goes
    wrong, they are left alone.
    """
    verdicts = _judged(pairs, deep=True)
    again = [at for at, verdict in enumerate(verdicts) if not verdict.proved]
    for at, verdict in zip(again, _judged([pairs[at] for at in again], deep=False), strict=True):
        if verdict.proved or "evaluates in neither" in verdicts[at].reason or "fails" in verdicts[at].reason:
            verdicts[at] = verdict
    return verdicts


def _judged(pairs: Sequence[tuple[Subject, Subject]], *, deep: bool) -> list[Verdict]:
    outcomes = evaluate([text for pair in pairs for text in pair], deep=deep)
    return [judge(outcomes[at], outcomes[at + 1]) for at in range(0, len(outcomes), 2)]


def judge(broken: Mapping[str, Outcome], mended: Mapping[str, Outcome]) -> Verdict:
    """The verdict from the outcomes of both texts by world."""
    for world in WORLDS:
        if mended[world].error:
            return Verdict(False, f"mended text fails {world} the split: {mended[world].error}")
    wanted = next((broken[world] for world in WORLDS if not broken[world].error), None)
    if wanted is None and all(_lacks_output(broken[world].error) for world in WORLDS):
        wanted = mended["before"]
    if wanted is None:
        return Verdict(False, f"broken text evaluates in neither world: {broken['before'].error}")
    how = _how_broken(broken, mended, wanted)
    if not how:
        return Verdict(False, "broken text is not broken after the split")
    for world in WORLDS:
        known = [] if broken[world].error else missing(broken[world].text, world)
        if gone := Counter(missing(mended[world].text, world)) - Counter(known):
            return Verdict(
                False, f"mended text looks for {next(iter(gone))}, which is not there {world} the split", how
            )
        if lost := _without_context(mended[world]):
            return Verdict(False, f"mended text has lost the string context of {lost}", how)
        same = {canonical(one.text) for one in (wanted, broken[world]) if not one.error}
        if canonical(mended[world].text) not in same:
            return Verdict(False, f"{world} the split the mended text gives\n{_difference(mended[world], wanted)}", how)
    if _gives_up_modules(broken["after"], mended["after"]):
        return Verdict(False, "mended text takes another output where `modules` was right", how)
    if _is_as_before(broken, mended):
        return Verdict(False, "mended text is as broken as before", how)
    return Verdict(True, "", how)


def _is_as_before(broken: Mapping[str, Outcome], mended: Mapping[str, Outcome]) -> bool:
    """Whether the mended text gives the very same as the broken one."""
    return broken["after"] == mended["after"] and broken["before"] == mended["before"]


def _gives_up_modules(broken: Outcome, mended: Outcome) -> bool:
    before, after = references(broken.text), references(mended.text)
    if len(before) != len(after):
        return False
    pairs = zip(before, after, strict=True)
    return any(old == Reference("modules", "") and new != old and not new.path for old, new in pairs)


def _lacks_output(error: str) -> bool:
    return re.fullmatch(r"attribute '(modules|dev)' missing", error) is not None


def _how_broken(broken: Mapping[str, Outcome], mended: Mapping[str, Outcome], wanted: Outcome) -> str:
    for world in WORLDS:
        if broken[world].error:
            return f"it fails {world} the split: {broken[world].error}"
    for world in reversed(WORLDS):
        if gone := missing(broken[world].text, world):
            return f"it looks for {gone[0]}"
    if canonical(broken["after"].text) != canonical(wanted.text):
        return "it gives something else"
    if any(references(broken[world].text) != references(mended[world].text) for world in WORLDS):
        return "it takes the wrong output"
    return ""


def _without_context(outcome: Outcome) -> Reference | None:
    return next((one for one in references(outcome.text) if one.output not in outcome.outputs), None)


def _difference(got: Outcome, wanted: Outcome) -> str:
    return f"  {canonical(got.text)}\ninstead of\n  {canonical(wanted.text)}"


def evaluate(texts: Sequence[Subject], *, deep: bool = False) -> list[dict[str, Outcome]]:
    """The outcomes of each text by world ("before", "after"); `deep` looks into functions in the result."""
    need("nix-instantiate", "nix-bin")
    results: list[dict[str, Outcome]] = [{} for _ in texts]
    with tempfile.TemporaryDirectory() as folder:
        fragments = [_placed(text, Path(folder), number, deep) for number, text in enumerate(texts)]
        todo = [(number, world) for number in range(len(texts)) for world in WORLDS]
        for start in range(0, len(todo), _MOST_JOBS):
            for (number, world), outcome in _run(fragments, todo[start : start + _MOST_JOBS], []):
                results[number][world] = replace(outcome, text=in_shell(outcome.text, world))
    return results


def _run(
    fragments: Sequence[_Fragment], todo: Sequence[tuple[int, str]], strangers: list[str]
) -> Iterable[tuple[tuple[int, str], Outcome]]:
    """Outcomes of (fragment, world). An error ends a run of Nix; the next one begins behind what failed.

    `strangers` gains the names that nobody knows.
    """
    at = 0
    while at < len(todo):
        jobs = "\n".join(fragments[number].job(world, strangers) for number, world in todo[at:])
        program = f"import {_JUDGE} {{ jobs = [\n{jobs}\n]; }}"
        done = subprocess.run(_NIX, input=program, capture_output=True, text=True, timeout=120, check=False)
        for traced in _TRACE.findall(done.stderr):
            yield todo[at], _outcome(json.loads(traced))
            at += 1
        if done.returncode == 0:
            return
        found = _MISSING.search(done.stderr)
        name = found[1] or found[2] if found else ""
        if name and name not in strangers and name not in _NO_STRANGERS:
            strangers.append(name)
            continue
        yield todo[at], Outcome(error=_first_error(done.stderr))
        at += 1


def _outcome(result: Mapping[str, object]) -> Outcome:
    context = result["context"]
    assert isinstance(context, dict)
    kernels = [outputs for path, outputs in context.items() if re.search(r"-linux-[\d.a-z-]*\d\.drv$", path)]
    return Outcome(symbolic(str(result["text"])), frozenset(name for outputs in kernels for name in outputs))


def _first_error(said: str) -> str:
    return next((line.removeprefix("error: ") for line in said.splitlines() if line.startswith("error:")), said)


def _placed(subject: Subject, folder: Path, number: int, deep: bool) -> _Fragment:
    if isinstance(subject, str):
        return _fragment(subject, folder / f"{number}.nix", deep)
    return _fragment(subject.read_text(encoding="utf-8"), subject.parent / f"judged-{number}-{subject.name}", deep)


def _fragment(text: str, file: Path, deep: bool) -> _Fragment:
    """Write a fragment where Nix can import it: an expression, or bindings of an attribute set."""
    root = nix.parse(text.encode()).root_node
    if root.has_error:
        braced = f"{{\n{text}\n}}"
        braced_root = nix.parse(braced.encode()).root_node
        if not braced_root.has_error:
            text, root = braced, braced_root
    file.write_text(_WRAPPER.replace("{text}", text), encoding="utf-8")
    return _Fragment(file, _heads(root.child_by_field_name("expression")), options_read(root), deep)


def _heads(node: Node | None) -> tuple[str, ...]:
    """What the outermost functions of an expression take."""
    heads: list[str] = []
    while node is not None:
        if node.type == "function_expression":
            name = node.child_by_field_name("universal")
            has_formals = node.child_by_field_name("formals") is not None
            heads.append("formals" if has_formals or name is None else nix.node_text(name))
        elif node.type not in ("let_expression", "with_expression", "assert_expression", "parenthesized_expression"):
            break
        node = node.child_by_field_name("body") or node.child_by_field_name("expression")
    return ("overlay",) if tuple(heads) in _OVERLAYS else tuple(heads)

"""Proof by Nix: a broken and a mended text, evaluated in nixpkgs as it was before a change and as it is after.

`prove(broken, mended)` asks that the mended text gives, in every world, what the broken one gave in the oldest,
that the broken one does not do so in the newest, and that all that the mended one takes from a kernel is there.
Of a text that is about one change only, what another one breaks in it is not asked to be mended.
The worlds are small stand-ins for nixpkgs (tests/worlds/*.nix); the evaluator, and the string contexts that tell
which output a path refers to, are real.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from splitlint.authoring.proofs.evaluation import (
    STAND_IN,
    Fragment,
    Raw,
    attributes,
    command,
    outcomes,
    placed,
    string,
    strings,
)
from tests.kernel_files import Reference, missing, references
from tests.serialised import WORLDS, canonical, in_shell, symbolic
from tests.tools import need

_FOLDER = Path(__file__).parent / "worlds"
#: The releases that tell apart what a pack is about: the last one without its change, and the first one with it.
SIDES = {"kernel-modules": ("25.05", "25.11"), "kernel-platform": ("25.11", "26.11")}
#: How many texts one run of Nix evaluates: it starts again behind each that fails.
_MOST_JOBS = 200
#: Attributes that are missing where they are missing in nixpkgs, too.
_NO_STRANGERS = {"or", "out", "dev", "modules", "makeFlags", "commonMakeFlags"} | {
    "linux-kernel",
    "target",
    "buildDTBs",
    "preInstall",
}


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


#: A text, or a file to be read in its folder, so that it may import others.
Subject = str | Path


def prove(broken: Subject, mended: Subject) -> Verdict:
    """The verdict on one fix."""
    return prove_all([(broken, mended)])[0]


def prove_all(
    pairs: Sequence[tuple[Subject, Subject]], packs: Sequence[str] = (), partial: Collection[int] = ()
) -> list[Verdict]:
    """The verdicts on many fixes, in as few runs of Nix as possible.

    `packs`: for each pair, the pack whose change it is about; without them, they are about all changes. `partial`:
    which of them are known to leave something broken, so that both texts may fail in a world.
    Functions in a result are looked into by applying them to what their arguments are called; where this goes
    wrong, they are left alone.
    """
    sides = [SIDES[name] for name in packs] if packs else [WORLDS] * len(pairs)
    verdicts = _judged(pairs, sides, partial, deep=True)
    again = [at for at, verdict in enumerate(verdicts) if not verdict.proved]
    left = [number for number, at in enumerate(again) if at in partial]
    flat = _judged([pairs[at] for at in again], [sides[at] for at in again], left, deep=False)
    for at, verdict in zip(again, flat, strict=True):
        if verdict.proved or "evaluates in neither" in verdicts[at].reason or "fails" in verdicts[at].reason:
            verdicts[at] = verdict
    return verdicts


def _judged(
    pairs: Sequence[tuple[Subject, Subject]], sides: Sequence[tuple[str, ...]], partial: Collection[int], *, deep: bool
) -> list[Verdict]:
    outcomes = evaluate([text for pair in pairs for text in pair], deep=deep)
    return [
        judge(outcomes[2 * at], outcomes[2 * at + 1], side, is_partial=at in partial) for at, side in enumerate(sides)
    ]


def judge(
    broken: Mapping[str, Outcome],
    mended: Mapping[str, Outcome],
    sides: Sequence[str] = WORLDS,
    *,
    is_partial: bool = False,
) -> Verdict:
    """The verdict from the outcomes of both texts by world; `sides` are the worlds before and after what it is about.

    In the other worlds, the mended text may fail as the broken one does; in all of them, if something is left in it.
    """
    asked = () if is_partial else sides
    worlds = [one for one in WORLDS if one in asked or not (broken[one].error and mended[one].error)]
    for world in worlds:
        if mended[world].error:
            return Verdict(False, f"mended text fails in {world}: {mended[world].error}")
    wanted = next((broken[world] for world in sides if not broken[world].error), None)
    if wanted is None and all(_lacks_output(broken[world].error) for world in sides):
        wanted = mended[sides[0]]
    if wanted is None:
        return Verdict(False, f"broken text evaluates in neither world: {broken[sides[0]].error}")
    how = _how_broken(broken, mended, wanted, sides)
    if not how:
        return Verdict(False, f"broken text is not broken in {sides[-1]}")
    for world in worlds:
        known = [] if broken[world].error else missing(broken[world].text, world)
        if gone := Counter(missing(mended[world].text, world)) - Counter(known):
            return Verdict(False, f"mended text looks for {next(iter(gone))}, which is not there in {world}", how)
        if lost := _without_context(mended[world]):
            return Verdict(False, f"mended text has lost the string context of {lost}", how)
        same = {canonical(one.text) for one in (wanted, broken[world]) if not one.error}
        if canonical(mended[world].text) not in same:
            return Verdict(False, f"in {world} the mended text gives\n{_difference(mended[world], wanted)}", how)
    if _gives_up_modules(broken[sides[-1]], mended[sides[-1]]):
        return Verdict(False, "mended text takes another output where `modules` was right", how)
    if not is_partial and all(broken[world] == mended[world] for world in sides):
        return Verdict(False, "mended text is as broken as before", how)
    return Verdict(True, "", how)


def _gives_up_modules(broken: Outcome, mended: Outcome) -> bool:
    before, after = references(broken.text), references(mended.text)
    if len(before) != len(after):
        return False
    pairs = zip(before, after, strict=True)
    return any(old == Reference("modules", "") and new != old and not new.path for old, new in pairs)


def _lacks_output(error: str) -> bool:
    return re.fullmatch(r"attribute '(modules|dev)' missing", error) is not None


def _how_broken(
    broken: Mapping[str, Outcome], mended: Mapping[str, Outcome], wanted: Outcome, sides: Sequence[str]
) -> str:
    for world in sides:
        if broken[world].error:
            return f"it fails in {world}: {broken[world].error}"
    for world in reversed(sides):
        if gone := missing(broken[world].text, world):
            return f"it looks for {gone[0]}"
    if canonical(broken[sides[-1]].text) != canonical(wanted.text):
        return "it gives something else"
    if any(references(broken[world].text) != references(mended[world].text) for world in sides):
        return "it takes the wrong output"
    return ""


def _without_context(outcome: Outcome) -> Reference | None:
    return next((one for one in references(outcome.text) if one.output not in outcome.outputs), None)


def _difference(got: Outcome, wanted: Outcome) -> str:
    return f"  {canonical(got.text)}\ninstead of\n  {canonical(wanted.text)}"


def evaluate(texts: Sequence[Subject], *, deep: bool = False) -> list[dict[str, Outcome]]:
    """The outcomes of each text by world (the releases of WORLDS); `deep` looks into functions in the result."""
    nix = need("nix-instantiate", "nix-bin")
    results: list[dict[str, Outcome]] = [{} for _ in texts]
    with tempfile.TemporaryDirectory() as folder:
        fragments = [_placed(text, Path(folder), number) for number, text in enumerate(texts)]
        read = {STAND_IN, str(_FOLDER), os.path.realpath(folder), *(_tree_of(text) for text in texts)} - {""}
        run = command(nix, *sorted(read))
        todo = [(number, world) for number in range(len(texts)) for world in WORLDS]
        for start in range(0, len(todo), _MOST_JOBS):
            some = todo[start : start + _MOST_JOBS]

            def program(jobs: Sequence[tuple[int, str]], strangers: Sequence[str]) -> str:
                rows = "\n".join(_job(fragments[number], world, strangers, deep) for number, world in jobs)
                return f"import {_FOLDER}/judge.nix {{ jobs = [\n{rows}\n]; }}"

            for (number, world), raw in outcomes(some, run, program, strangers=[], known=_NO_STRANGERS):
                results[number][world] = _outcome(raw, world)
    return results


def _job(fragment: Fragment, world: str, strangers: Sequence[str], deep: bool) -> str:
    about = {"strangers": strings(strangers), "deep": str(deep).lower(), "side": string(world)}
    return attributes({**fragment.attributes, **about})


def _outcome(raw: Raw, world: str) -> Outcome:
    kernels = [outputs for path, outputs in raw.context.items() if re.search(r"-linux-[\d.a-z-]*\d\.drv$", path)]
    return Outcome(
        in_shell(symbolic(raw.text), world), frozenset(name for outputs in kernels for name in outputs), raw.error
    )


def _placed(subject: Subject, folder: Path, number: int) -> Fragment:
    if isinstance(subject, str):
        return placed(subject, str(folder / f"{number}.nix"))
    return placed(subject.read_text(encoding="utf-8"), str(subject.parent / f"judged-{number}-{subject.name}"))


def _tree_of(subject: Subject) -> str:
    """The folder that a file may import others from: three above it, as far as those of the corpus reach."""
    return "" if isinstance(subject, str) else os.path.realpath(subject.parents[min(3, len(subject.parents) - 1)])

"""The safe fixes of pages' cases, proved: evaluated by Nix before and after the change that a pack is about."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence

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
from splitlint.authoring.proofs.facts import facts_of, kind_of, names_in, places_in, worlds_of
from splitlint.authoring.proofs.verdict import Verdict, Worlds, verdict
from splitlint.files.process import find_program
from splitlint.matching.packs import world_of
from splitlint.rulebook.rule import Pack
from splitlint.startup.named_tuples import NamedTuple

#: What to tell the user where Nix is not installed.
NO_NIX = "nix-instantiate is not on the PATH: install Nix (Debian: nix-bin)"
#: How many texts one run of Nix evaluates: it starts again behind each that fails.
_MOST_JOBS = 200


class Change(NamedTuple):
    """Code before and after a fix, which has to be right in nixpkgs from the release `oldest` on, "" for any.

    `others`: packages by which the fix may replace those that packs are about.
    """

    old: str
    new: str
    oldest: str = ""
    others: frozenset[str] = frozenset()


class _Job(NamedTuple):
    number: int
    fragment: Fragment
    side: str
    places: str
    deep: bool


def find_nix() -> str | None:
    """The path of `nix-instantiate`, None where Nix is not installed."""
    return find_program("nix-instantiate")


def prove(changes: Sequence[Change], packs: Sequence[Pack], nix: str) -> list[Verdict]:
    """The verdicts on changes of code, by `nix-instantiate` (at `nix`) and the facts of packs.

    Functions in a result are looked into by applying them to what their arguments are called; where that goes wrong,
    they are left alone. Raises EvaluationError.
    """
    world = world_of(packs)
    bench = _Bench(Worlds(world, worlds_of(world, packs)), facts_of(world, packs), nix)
    verdicts = bench.verdicts(changes, deep=True)
    again = [number for number, one in enumerate(verdicts) if one.wrong or one.unknown]
    for number, one in zip(again, bench.verdicts([changes[number] for number in again], deep=False), strict=True):
        if not one.wrong and (not one.unknown or verdicts[number].unknown or "not evaluate" in verdicts[number].wrong):
            verdicts[number] = one
    return verdicts


class _Bench:
    def __init__(self, worlds: Worlds, facts: str, nix: str) -> None:
        self._worlds = worlds
        self._world = world = worlds.world
        self._facts = facts
        self._nix = nix
        #: Attributes that are missing where they are missing in nixpkgs, too.
        self._outputs = {name for family in world.families for name in (*family.outputs, *family.has, *family.gone)}

    def verdicts(self, changes: Sequence[Change], *, deep: bool) -> list[Verdict]:
        found = self._evaluated([text for change in changes for text in (change.old, change.new)], deep)
        pairs = zip(found[::2], found[1::2], changes, strict=True)
        return [verdict(old, new, self._worlds, change.oldest, change.others) for old, new, change in pairs]

    def _evaluated(self, texts: Sequence[str], deep: bool) -> list[dict[str, Raw]]:
        results: list[dict[str, Raw]] = [{} for _ in texts]
        with tempfile.TemporaryDirectory() as given:
            folder = os.path.realpath(given)
            jobs = list(self._jobs(texts, folder, deep))
            names = {name: None for text in texts for name in names_in(text)}
            strangers = [name for name in names if name not in ("builtins", "true", "false", "null")]
            run = command(self._nix, STAND_IN, folder)
            for start in range(0, len(jobs), _MOST_JOBS):
                some = jobs[start : start + _MOST_JOBS]
                for job, raw in outcomes(some, run, self._program, strangers=strangers, known=self._outputs):
                    results[job.number][job.side] = raw
        return results

    def _jobs(self, texts: Sequence[str], folder: str, deep: bool) -> Iterator[_Job]:
        for number, text in enumerate(texts):
            fragment = placed(text, os.path.join(folder, f"{number}.nix"))
            places = json.dumps([place.row for place in places_in(text, self._world)])
            for side in self._worlds.names:
                yield _Job(number, fragment, side, f"builtins.fromJSON {string(places)}", deep)

    def _program(self, jobs: Sequence[_Job], strangers: Sequence[str]) -> str:
        kinds: Mapping[str, object] = {
            name: place.row for name in strangers if (place := kind_of(name, self._world)) is not None
        }
        shared = {
            "facts": self._facts,
            "names": f"builtins.fromJSON {string(json.dumps(kinds))}",
            "strangers": strings(strangers),
        }
        rows = "\n".join(_row(job) for job in jobs)
        return (
            f"let shared = {attributes(shared)};\n"
            f"  world = own: import {string(f'{STAND_IN}/world.nix')} (shared // own);\n"
            f"in import {string(f'{STAND_IN}/judge.nix')} [\n{rows}\n]"
        )


def _row(job: _Job) -> str:
    own = {"side": string(job.side), "places": job.places, "deep": str(job.deep).lower()}
    told = job.fragment.attributes
    own["options"] = told["options"]
    return attributes({"file": told["file"], "heads": told["heads"], "world": f"world {attributes(own)}"})

"""What the evaluator claims to know of a program, Nix must say too.

Programs are made up at random. SPLITLINT_PROGRAMS says how many, SPLITLINT_SEED which, SPLITLINT_DEPTH how deep;
SPLITLINT_NIXPKGS_LIB is a folder with the library of nixpkgs, to be used instead of the stand-in in tests/worlds.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from splitlint.analysis.model.families import World
from splitlint.matching.packs import world_of
from splitlint.rulebook.pages import default_folder, load_rules
from tests.soundness.claims import DESCRIBE, Described, evaluated, is_known, shown, wrong
from tests.soundness.programs import Maker, Program
from tests.soundness.rows import rows_of
from tests.tools import need

WORLDS = Path(__file__).parents[2] / "worlds"
_AT_ONCE = 200


def world() -> World:
    return world_of(load_rules([default_folder()]).packs)


def _library() -> str:
    folder = os.environ.get("SPLITLINT_NIXPKGS_LIB")
    return f"import {folder}" if folder else "world.lib"


def _prelude() -> str:
    given = "split = true; asked = true; options = [ ]; strangers = [ ]; deep = false;"
    stand_in = f"import {WORLDS}/world.nix {{ {given} }}"
    return f"let world = {stand_in}; lib = {_library()}; describe = {DESCRIBE}; in "


#: The names in `lib` and `builtins`, and in the parts of `lib` that rows name.
_NAMES = """
let
  names = builtins.attrNames;
  parts = builtins.intersectAttrs { strings = 1; trivial = 1; types = 1; generators = 1; versions = 1; } lib;
  inner = builtins.concatMap (part: map (name: "lib.${part}.${name}") (names parts.${part})) (names parts);
in
map (name: "lib.${name}") (names lib) ++ map (name: "builtins.${name}") (names builtins) ++ inner
"""


def available() -> Callable[[str], bool]:
    """Which functions of `lib` and `builtins` there are."""
    said = _nix([_prelude() + _NAMES])[0]
    assert isinstance(said, list)
    return frozenset(said).__contains__


def _nix(texts: Sequence[str]) -> list[object]:
    """What Nix says of expressions, in order, up to the first that fails.

    They are made text first: what fails while Nix prints it looks like something that is done.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, text in enumerate(texts):
            files.append(Path(folder, f"{number}.nix"))
            files[-1].write_text(f"builtins.toJSON ({text})")
        command = ["nix-instantiate", "--eval", "--strict", "--json", *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    found: list[object] = []
    decoder, at, out = json.JSONDecoder(), 0, done.stdout
    while at < len(out):
        if out[at].isspace():
            at += 1
            continue
        value, at = decoder.raw_decode(out, at)
        found.append(json.loads(value))
    return found


def programs(number: int, seed: int, depth: int) -> Iterator[tuple[Program, Described | None]]:
    """Programs of growing depth with what Nix says of them; None where it fails."""
    there, here = available(), Path(__file__).parents[2] / "soundness"
    maker = Maker(seed, [row for name in ("language", "library") for row in rows_of(here / f"{name}.rows", there)])
    made = [maker.program(1 + at * depth // number) for at in range(number)]
    prelude = _prelude()
    for start in range(0, number, _AT_ONCE):
        batch = made[start : start + _AT_ONCE]
        texts = [
            f"{prelude} describe (({{ pkgs, lib, ... }}: u: {one.without_pipes})"
            f" {{ inherit lib; inherit (world) pkgs; }} {one.given})"
            for one in batch
        ]
        done = 0
        while done < len(batch):
            for said in _nix(texts[done:]):
                assert isinstance(said, dict)
                yield batch[done], said
                done += 1
            if done < len(batch):
                yield batch[done], None
                done += 1


def test_what_is_claimed_of_made_up_programs_is_what_nix_says() -> None:
    need("nix-instantiate", "nix-bin")
    number, seed, depth = (
        int(os.environ.get(f"SPLITLINT_{name}", default))
        for name, default in {"PROGRAMS": "300", "SEED": "1", "DEPTH": "5"}.items()
    )
    mistakes, failing, known = [], 0, 0
    after = world()
    for program, says in programs(number, seed, depth):
        if says is None or "fails" in says:
            failing += 1
            continue
        value = evaluated(after, program.text)
        known += is_known(value)
        if said := wrong(value, says):
            mistakes.append(f"{program.text}\n    u = {program.given}\n    is said to be {shown(value)}\n    {said}")
    print(f"{number} programs: {failing} fail, {known} are known in full")
    assert not mistakes, f"{len(mistakes)} of {number}:\n" + "\n".join(sorted(mistakes, key=len)[:5])
    assert failing < number * 0.1
    assert known > number * 0.5

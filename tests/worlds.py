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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path

from tree_sitter import Node

from splitlint.syntax import nix
from tests.kernel_files import WORLDS, Reference, missing, references
from tests.serialised import canonical, in_shell, symbolic
from tests.tools import need

_JUDGE = Path(__file__).parent / "worlds" / "judge.nix"
_UNDEFINED = re.compile(r"undefined variable '([^']+)'")
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
    unknown: set[str] = field(default_factory=set)

    def job(self, world: str) -> str:
        heads, unknown = _strings(self.heads), _strings(sorted(self.unknown))
        options = " ".join(map(_strings, self.options))
        return (
            f"{{ file = {self.file}; heads = {heads}; unknown = {unknown}; "
            f'options = [ {options} ]; world = "{world}"; }}'
        )


def _strings(words: Iterable[str]) -> str:
    return f"[ {' '.join(map(json.dumps, words))} ]"


def prove(broken: str, mended: str) -> Verdict:
    """The verdict on one fix."""
    return prove_all([(broken, mended)])[0]


def prove_all(pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
    """The verdicts on many fixes, in as few runs of Nix as possible."""
    outcomes = evaluate([text for pair in pairs for text in pair])
    return [judge(outcomes[at], outcomes[at + 1]) for at in range(0, len(outcomes), 2)]


def judge(broken: Mapping[str, Outcome], mended: Mapping[str, Outcome]) -> Verdict:
    """The verdict from the outcomes of both texts by world."""
    for world in WORLDS:
        if mended[world].error:
            return Verdict(False, f"mended text fails {world} the split: {mended[world].error}")
    wanted = next((broken[world] for world in WORLDS if not broken[world].error), None)
    if wanted is None:
        return Verdict(False, f"broken text evaluates in neither world: {broken['before'].error}")
    how = _how_broken(broken, mended, wanted)
    if not how:
        return Verdict(False, "broken text is not broken after the split")
    for world in WORLDS:
        if gone := missing(mended[world].text, world):
            return Verdict(False, f"mended text looks for {gone[0]}, which is not there {world} the split", how)
        if lost := _without_context(mended[world]):
            return Verdict(False, f"mended text has lost the string context of {lost}", how)
        if canonical(mended[world].text) != canonical(wanted.text):
            return Verdict(False, f"{world} the split the mended text gives\n{_difference(mended[world], wanted)}", how)
    return Verdict(True, "", how)


def _how_broken(broken: Mapping[str, Outcome], mended: Mapping[str, Outcome], wanted: Outcome) -> str:
    for world in WORLDS:
        if broken[world].error:
            return f"it fails {world} the split: {broken[world].error}"
    after = broken["after"].text
    if gone := missing(after, "after"):
        return f"it looks for {gone[0]}"
    if canonical(after) != canonical(wanted.text):
        return "it gives something else"
    gained = {one.output for one in references(mended["after"].text)} - {one.output for one in references(after)}
    if gained or _count_moved(mended["after"].text) > _count_moved(after):
        return "it takes the wrong output"
    return ""


def _count_moved(text: str) -> int:
    return sum(one.output in ("modules", "dev") for one in references(text))


def _without_context(outcome: Outcome) -> Reference | None:
    return next((one for one in references(outcome.text) if one.output not in outcome.outputs), None)


def _difference(got: Outcome, wanted: Outcome) -> str:
    return f"  {canonical(got.text)}\ninstead of\n  {canonical(wanted.text)}"


def evaluate(texts: Sequence[str]) -> list[dict[str, Outcome]]:
    """The outcomes of each text by world ("before", "after")."""
    need("nix-instantiate", "nix-bin")
    results: list[dict[str, Outcome]] = [{} for _ in texts]
    with tempfile.TemporaryDirectory() as folder:
        fragments = [_fragment(text, Path(folder) / f"{number}.nix") for number, text in enumerate(texts)]
        todo = [(number, world) for number in range(len(texts)) for world in WORLDS]
        for (number, world), outcome in _run(fragments, todo):
            results[number][world] = replace(outcome, text=in_shell(outcome.text, world))
    return results


def _run(fragments: Sequence[_Fragment], todo: Sequence[tuple[int, str]]) -> Iterable[tuple[tuple[int, str], Outcome]]:
    """Outcomes of (fragment, world); one error ends a run of Nix, so what fails is halved until it is alone."""
    if not todo:
        return
    jobs = "\n".join(fragments[number].job(world) for number, world in todo)
    command = ["nix-instantiate", "--eval", "--strict", "--json", "-"]
    program = f"import {_JUDGE} {{ jobs = [\n{jobs}\n]; }}"
    done = subprocess.run(command, input=program, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode == 0:
        yield from zip(todo, map(_outcome, json.loads(done.stdout)), strict=True)
        return
    if len(todo) > 1:
        middle = len(todo) // 2
        yield from _run(fragments, todo[:middle])
        yield from _run(fragments, todo[middle:])
        return
    unknown = fragments[todo[0][0]].unknown
    undefined = _UNDEFINED.search(done.stderr)
    if undefined and undefined[1] not in unknown:
        unknown.add(undefined[1])
        yield from _run(fragments, todo)
        return
    yield todo[0], Outcome(error=_first_error(done.stderr))


def _outcome(result: Mapping[str, object]) -> Outcome:
    context = result["context"]
    assert isinstance(context, dict)
    kernels = [outputs for path, outputs in context.items() if re.search(r"-linux-[\d.a-z-]*\d\.drv$", path)]
    return Outcome(symbolic(str(result["text"])), frozenset(name for outputs in kernels for name in outputs))


def _first_error(said: str) -> str:
    return next((line.removeprefix("error: ") for line in said.splitlines() if line.startswith("error:")), said)


def _fragment(text: str, file: Path) -> _Fragment:
    """Write a fragment where Nix can import it: an expression, or bindings of an attribute set."""
    root = nix.parse(text.encode()).root_node
    if root.has_error:
        braced = f"{{\n{text}\n}}"
        braced_root = nix.parse(braced.encode()).root_node
        if not braced_root.has_error:
            text, root = braced, braced_root
    file.write_text(_WRAPPER.replace("{text}", text), encoding="utf-8")
    return _Fragment(file, _heads(root.child_by_field_name("expression")), options_read(root))


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


def options_read(root: Node) -> tuple[tuple[str, ...], ...]:
    """The NixOS options that a text reads as `config.a.b`, or as `cfg.b` where `cfg` is `config.a`."""
    selects = [node for node in _nodes(root) if node.type == "select_expression"]
    known: dict[str, tuple[str, ...]] = {"config": ()}
    for node in _nodes(root):
        value = node.child_by_field_name("expression") if node.type == "binding" else None
        attrpath = node.child_by_field_name("attrpath") if value is not None else None
        if value is not None and attrpath is not None and value.type == "select_expression":
            path = _selected(value)
            if path[:1] == ("config",):
                known[nix.node_text(attrpath)] = path[1:]
    paths = {known[path[0]] + path[1:] for path in map(_selected, selects) if path and path[0] in known}
    return tuple(sorted(path for path in paths if path))


def _selected(select: Node) -> tuple[str, ...]:
    base, path = select.child_by_field_name("expression"), select.child_by_field_name("attrpath")
    if base is None or path is None or base.type != "variable_expression":
        return ()
    known = takewhile(lambda name: name is not None, nix.attribute_names(path))
    return (nix.node_text(base), *(name for name in known if name is not None))


def _nodes(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.named_children)

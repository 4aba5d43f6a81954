"""Fixes of derivation attributes that are shell variables: `inherit kernel;` and `$kernel/lib/modules`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from splitlint.finding import Edit, Fix, Safety
from splitlint.meaning import pathuse
from splitlint.meaning.evaluate import Evaluator
from splitlint.mending import edits, forms, outputs
from splitlint.mending.job import Job
from splitlint.mending.uses import moved_paths, output_of
from splitlint.syntax import nix


@dataclass(frozen=True, slots=True)
class _Read:
    """Where a string reads a variable (the bytes of its name) and the output that the path behind it is in."""

    start: int
    end: int
    output: str


def take(job: Job) -> tuple[Fix, ...]:
    """`kind = "variable"`, `output`: mend the attribute if all that read it look for what is in the output.

    Else offer a second attribute for those that do; it is unsafe, for a script elsewhere may read it too.
    """
    entry = _entry(job.kernel)
    scope = entry.parent.parent if entry is not None and entry.parent is not None else None
    if job.ev is None or entry is None or scope is None or scope.type not in nix.ATTRSETS:
        return ()
    name = _name(job.kernel, entry)
    if not name:
        return ()
    moved = moved_paths(job.match, job.ev)
    reads = list(_reads(job, scope, name, moved))
    wanted = [read for read in reads if read.output == job.word("output")]
    if not wanted:
        return ()
    if len(wanted) == len(reads):
        safety = job.safety if not _has_scripts_elsewhere(scope) else min(job.safety, Safety.UNSAFE)
        if job.kernel.type == "identifier":
            return outputs.take_inherited(job, job.ev, job.word("output"), safety)
        return outputs.take_expression(job, job.ev, job.kernel, job.word("output"), safety)
    return _second(job, job.ev, entry, name, wanted)


def _entry(node: Node) -> Node | None:
    """The binding whose whole value a node is, or the inherit that it stands in."""
    if node.type == "identifier":
        return node.parent.parent if node.parent is not None else None
    while node.parent is not None and node.parent.type in ("parenthesized_expression", "interpolation", *nix.STRINGS):
        node = node.parent
    return node.parent if node.parent is not None and node.parent.type == "binding" else None


def _name(node: Node, entry: Node) -> str:
    if node.type == "identifier":
        return nix.node_text(node)
    path = entry.child_by_field_name("attrpath")
    names = nix.attribute_names(path) if path is not None else ()
    return names[-1] or "" if names else ""


def _reads(job: Job, scope: Node, name: str, moved: dict[str, str]) -> Iterator[_Read]:
    """All reads of `$name` in the strings of a set, comments of the script left out."""
    quoted = re.escape(name).encode()
    pattern = re.compile(rb"\$(?:(" + quoted + rb")(?![A-Za-z0-9_])|\{(" + quoted + rb")[}:/%#\[])")
    data = job.source.data
    for string in pathuse.strings_in(scope):
        for found in pattern.finditer(data, string.start_byte, string.end_byte):
            group = 1 if found[1] is not None else 2
            after = data[found.end(group) : found.end(group) + 300].lstrip(b"}\"'").decode("utf-8", "replace")
            paths, _ = pathuse.word(after)
            chosen = {output_of(path, moved) for path in paths}
            yield _Read(found.start(group), found.end(group), chosen.pop() if len(chosen) == 1 else "")


def _has_scripts_elsewhere(scope: Node) -> bool:
    """Whether a derivation runs a script that is not in sight: a `builder`, or any path among its attributes."""
    pending = list(scope.named_children)
    while pending:
        node = pending.pop()
        if node.type in ("path_expression", "spath_expression", "hpath_expression"):
            return True
        if node.type == "binding":
            path = node.child_by_field_name("attrpath")
            if path is not None and nix.attribute_names(path)[0] == "builder":
                return True
            if path is not None and nix.attribute_names(path)[0] == "src":
                continue
        pending.extend(node.named_children)
    return False


def _second(job: Job, ev: Evaluator, entry: Node, name: str, wanted: list[_Read]) -> tuple[Fix, ...]:
    output = job.word("output")
    identifier = job.kernel.type == "identifier"
    whole = forms.subject_of_inherited(ev, job.kernel) if identifier else forms.subject(ev, job.kernel)
    form = forms.output_form(ev, job.kernel, whole, output) if whole is not None else None
    if form is None:
        return ()
    second = f"{name}_{output}".upper() if name.isupper() else f"{name}{output.capitalize()}"
    at, separator = edits.place_after(job.source, entry)
    binding = Edit(job.source.path, at, at, f"{separator}{second} = {form.text};")
    renamed = [Edit(job.source.path, read.start, read.end, second) for read in wanted]
    safety = min(job.safety, Safety.UNSAFE)
    return (Fix(f"add `{second} = {form.text};` and read that for the modules", safety, (binding, *renamed)),)

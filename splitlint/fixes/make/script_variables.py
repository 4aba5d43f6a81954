"""Fixes of variables that a script sets: `KERNEL=${kernel}` and `$KERNEL/lib/modules`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.nix import pathuse
from splitlint.analysis.nix.evaluate import Evaluator
from splitlint.findings.finding import Edit, Fix, Safety
from splitlint.fixes.make import forms, outputs
from splitlint.fixes.make.job import Job
from splitlint.fixes.make.uses import moved_paths, output_of
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass
from splitlint.syntax import nix

_ASSIGNMENT = lazy_pattern(
    rb"(?:^|[\n;&|\"'])[ \t]*(?P<prefix>(?:export|local|readonly)[ \t]+)?(?P<name>\w+)=(?P<quote>[\"']?)\Z"
)
_LINE = lazy_pattern(rb"(?P<quote>[\"']?)[ \t]*(?=\n|\Z)")


ANY = "any"


@dataclass(frozen=True, slots=True)
class Read:
    """Where a string reads a variable (the bytes of its name) and the output that the path behind it is in.

    The output is ANY if no path follows, "" if there may be paths in several.
    """

    start: int
    end: int
    output: str


def reads_of(job: Job, string: Node, name: str) -> Iterator[Read]:
    """All reads of `$name` in a string."""
    if job.ev is None:
        return
    moved = moved_paths(job.match, job.ev)
    quoted = re.escape(name).encode()
    pattern = re.compile(rb"\$(?:(" + quoted + rb")(?![A-Za-z0-9_])|\{(" + quoted + rb")[}:/%#\[])")
    data = job.source.data
    for found in pattern.finditer(data, string.start_byte, string.end_byte):
        group = 1 if found[1] is not None else 2
        after = data[found.end(group) : min(found.end(group) + 300, string.end_byte)]
        line = data[data.rfind(b"\n", string.start_byte, found.start()) + 1 : found.start()]
        paths, _ = pathuse.word(after.lstrip(b"}\"'").decode("utf-8", "replace"), "`" * line.count(b"`"))
        chosen = {output_of(path, moved) if path else ANY for path in paths}
        yield Read(found.start(group), found.end(group), chosen.pop() if len(chosen) == 1 else "")


def take_output(job: Job) -> tuple[Fix, ...]:
    """`kind = "output"`; a variable of a script is mended with regard to all that read it."""
    if job.ev is not None and is_assignment(job):
        return take(job, job.ev, job.package)
    return outputs.take(job)


def is_assignment(job: Job) -> bool:
    """Whether what was found is all that a script sets a variable to."""
    return _assignment(job, job.package) is not None


def take(job: Job, ev: Evaluator, package: Node) -> tuple[Fix, ...]:
    """Mend the assignment that an interpolation stands in, or set a second variable for the reads that want it."""
    found = _assignment(job, package)
    if found is None:
        return ()
    string, assigned, end = found
    output = job.word("output")
    reads = list(reads_of(job, string, assigned["name"].decode()))
    if all(read.output in (output, ANY) for read in reads):
        # A variable that is exported may be read by programs, too.
        is_sure = all(read.output == output for read in reads) and not assigned["prefix"]
        safety = job.safety if is_sure else min(job.safety, Safety.UNSAFE)
        return outputs.take_expression(job, ev, package, output, safety)
    wanted = [read for read in reads if read.output == output]
    whole = forms.subject(ev, package)
    form = forms.output_form(ev, package, whole, output) if whole is not None and wanted else None
    return _second(job, form.text, assigned, end, wanted) if form is not None else ()


def _assignment(job: Job, package: Node) -> tuple[Node, re.Match[bytes], int] | None:
    """The string, what assigns, and where the assignment's line ends; None if an expression is not all of a value."""
    interpolation = package.parent
    string = interpolation.parent if interpolation is not None and interpolation.type == "interpolation" else None
    if interpolation is None or string is None or string.type not in nix.STRINGS:
        return None
    assigned = _ASSIGNMENT.search(job.source.data[string.start_byte : interpolation.start_byte])
    line = _LINE.match(job.source.data, interpolation.end_byte, string.end_byte)
    if assigned is None or line is None or assigned["quote"] != line["quote"]:
        return None
    return string, assigned, line.end()


def _second(job: Job, text: str, assigned: re.Match[bytes], end: int, wanted: list[Read]) -> tuple[Fix, ...]:
    output, name = job.word("output"), assigned["name"].decode()
    second = f"{name}_{output.upper()}" if name.isupper() else f"{name}_{output}"
    quote, prefix = assigned["quote"].decode(), (assigned["prefix"] or b"").decode()
    line_start = job.source.data.rfind(b"\n", 0, end) + 1
    indent = re.match(rb"[ \t]*", job.source.data[line_start:])
    new_line = f"\n{indent[0].decode() if indent else ''}{prefix}{second}={quote}${{{text}}}{quote}"
    renamed = [Edit(job.source.path, read.start, read.end, second) for read in wanted]
    title = f"set `{second}` to `{text}` and read that for the modules"
    return (Fix(title, min(job.safety, Safety.UNSAFE), (Edit(job.source.path, end, end, new_line), *renamed)),)

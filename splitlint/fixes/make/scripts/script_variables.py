"""Fixes of variables that a script sets: `FROB=${frob}` and `$FROB/share/frob`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.findings.finding import Edit, Fix, Safety
from splitlint.fixes.make import forms, outputs
from splitlint.fixes.make.conversions import piece_of
from splitlint.fixes.make.job import Job
from splitlint.fixes.make.others.wishes import Agreement, Wishes, others_of
from splitlint.matching.views import NixView
from splitlint.startup.beside import beside
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass

if TYPE_CHECKING:
    from splitlint.fixes.make.scripts.reads import Reads, Variables

_ASSIGNMENT = lazy_pattern(
    rb"(?:^|[\n;&|\"'])[ \t]*(?P<prefix>(?:export|local|readonly)[ \t]+)?(?P<name>\w+)=(?P<quote>[\"']?)\Z"
)
_LINE = lazy_pattern(rb"(?P<quote>[\"']?)[ \t]*(?=\n|\Z)")
_EXPORT = lazy_pattern(rb"\bexport[ \t]([^\n;&|]*)")
#: Bytes of a line before an expression that are looked at.
_FAR = 1000


@dataclass(frozen=True, slots=True)
class Assignment:
    """A line of a script that sets a variable to a package and nothing else; `end` is the byte where it ends."""

    string: Node
    name: str
    prefix: str
    quote: str
    end: int

    @property
    def is_exported(self) -> bool:
        """Whether programs that the script runs may read the variable, too."""
        return self.prefix.startswith("export") or self.name.encode() in _exported(self.string.text or b"")


@lru_cache(maxsize=4)
def _exported(script: bytes) -> frozenset[bytes]:
    """The names that stand behind an `export` in a script."""
    return frozenset(name for line in _EXPORT.findall(script) for name in re.findall(rb"\w+", line))


def take_output(job: Job) -> tuple[Fix, ...]:
    """`kind = "output"`; a variable of a script is changed with regard to all that read it."""
    if job.view is not None and assignment(job, job.package) is not None:
        return take(job, job.view, job.package)
    return outputs.take(job)


def take(job: Job, view: NixView, package: Node) -> tuple[Fix, ...]:
    """Change the assignment that an interpolation stands in, or set a second variable for the reads that want it."""
    found = assignment(job, package)
    if found is None:
        return ()
    from splitlint.fixes.make.scripts.reads import reads_of

    wishes = Wishes(job, view, job.word("output"))
    others = others_of(job, view, wishes.output)
    if others.agreement <= Agreement.ENTANGLED:
        return ()
    reads = reads_of(job, wishes, _variables(job, view, found.string), found.name)
    if others.agreement > Agreement.MIXED and reads.agree:
        is_sure = others.agreement is Agreement.HERE and reads.are_sure and bool(reads.wanting)
        safety = job.safety if is_sure and not found.is_exported else min(job.safety, Safety.UNSAFE)
        fixes = outputs.take_expression(job, view, package, wishes.output, safety)
        return outputs.with_changes(job, view, fixes, others.also, wishes.output)
    return _second(job, view, package, found, reads)


@beside
def _known(view: NixView) -> dict[int, Variables]:
    """By string."""
    return {}


def _variables(job: Job, view: NixView, string: Node) -> Variables:
    from splitlint.fixes.make.scripts.reads import Variables

    known = _known(view)
    if string.id not in known:
        known[string.id] = Variables(job.source.data, (string,))
    return known[string.id]


def assignment(job: Job, package: Node) -> Assignment | None:
    """The assignment that an expression is all of the value of, on a line of its own; None if it is none."""
    piece = piece_of(package)
    if piece is None:
        return None
    string, interpolation = piece.string, piece.interpolation
    data = job.source.data
    far = max(string.start_byte, interpolation.start_byte - _FAR)
    line_start = max(data.rfind(b"\n", far, interpolation.start_byte), far)
    assigned = _ASSIGNMENT.search(data, line_start, interpolation.start_byte)
    line = _LINE.match(data, interpolation.end_byte, string.end_byte) if assigned is not None else None
    if assigned is None or line is None or assigned["quote"] != line["quote"]:
        return None
    prefix, quote = (assigned["prefix"] or b"").decode(), assigned["quote"].decode()
    return Assignment(string, assigned["name"].decode(), prefix, quote, line.end())


def _second(job: Job, view: NixView, package: Node, first: Assignment, reads: Reads) -> tuple[Fix, ...]:
    """A second variable for the reads that want the output, where others want another."""
    output, name = job.word("output"), first.name
    whole = forms.subject(view, package)
    form = forms.output_form(view, package, whole, output) if whole is not None and reads.wanting else None
    if form is None:
        return ()
    second = f"{name}_{output.upper()}" if name.isupper() else f"{name}_{output}"
    line_start = job.source.data.rfind(b"\n", 0, first.end) + 1
    line = job.source.data[line_start : first.end]
    spaces = line[: len(line) - len(line.lstrip(b" \t"))].decode()
    new_line = f"\n{spaces}{first.prefix}{second}={first.quote}${{{form.text}}}{first.quote}"
    title = f"set `{second}` to `{form.text}` and read the modules from it"
    changes = (Edit(job.source.path, first.end, first.end, new_line), *reads.renamed(job.source.path, second))
    return (Fix(title, min(job.safety, Safety.UNSAFE), changes),)

"""Fixes that rewrite or remove a piece of text."""

from __future__ import annotations

import re

from tree_sitter import Node

from splitlint.finding import Edit, Fix
from splitlint.mending import edits
from splitlint.mending.job import Job, written
from splitlint.syntax import nix


def rewrite(job: Job) -> tuple[Fix, ...]:
    r"""`kind = "text"`, `from`, `to`: replace a regular expression in the place that was found.

    `to` is a template (`\1`); a `${` in it is escaped where it comes to stand in a Nix string.
    """
    start, end = job.match.notes.span or (job.match.anchor.start_byte, job.match.anchor.end_byte)
    old = job.source.data[start:end]
    found = re.search(job.word("from").encode(), old)
    if found is None:
        return ()
    plain = found.expand(job.word("to").encode()).decode("utf-8", "replace")
    new = _escaped(plain, job.match.anchor) if job.ev is not None else plain
    change = Edit(job.source.path, start + found.start(), start + found.end(), new)
    return (written(plain, job.safety, change),)


def _escaped(text: str, node: Node) -> str:
    string: Node | None = node
    while string is not None and string.type not in nix.STRINGS:
        string = string.parent
    if string is None:
        return text
    return text.replace("${", "''${" if string.type == "indented_string_expression" else "\\${")


def remove(job: Job) -> tuple[Fix, ...]:
    """`kind = "remove"`: take out the binding that was found."""
    if job.match.anchor.type != "binding":
        return ()
    return (Fix("remove it", job.safety, (edits.remove_entry(job.source, job.match.anchor),)),)

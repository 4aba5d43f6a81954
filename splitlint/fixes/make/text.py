"""Fixes that rewrite or remove a piece of text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tree_sitter import Node

from splitlint.files.source import Source
from splitlint.findings.finding import Edit, Fix, Safety
from splitlint.fixes.make import edits
from splitlint.fixes.make.job import Job, written
from splitlint.syntax import nix
from splitlint.syntax.parents import parent_of


def rewrite(job: Job) -> tuple[Fix, ...]:
    r"""`kind = "text"`, `from`, `to`: replace a regular expression in the place that was found.

    `to` is a template (`\1`); a `${` in it is escaped where it comes to stand in a Nix string.
    """
    start, end = job.match.notes.span or (job.match.anchor.start_byte, job.match.anchor.end_byte)
    return rewritten(job.fix, job.source, start, end, job.match.anchor if job.view is not None else None)


def rewritten(
    asked: Mapping[str, Any], source: Source, start: int, end: int, anchor: Node | None = None
) -> tuple[Fix, ...]:
    """The same for the bytes `start` to `end` of any source; `anchor` is the Nix node that they are in, if any."""
    found = re.search(str(asked.get("from", "")).encode(), source.data[start:end])
    if found is None:
        return ()
    plain = found.expand(str(asked.get("to", "")).encode()).decode("utf-8", "replace")
    new = _escaped(plain, anchor) if anchor is not None else plain
    safety = Safety[str(asked.get("safety", "unsafe")).upper()]
    return (written(plain, safety, Edit(source.path, start + found.start(), start + found.end(), new)),)


def _escaped(text: str, node: Node) -> str:
    string: Node | None = node
    while string is not None and string.type not in nix.STRINGS:
        string = parent_of(string)
    if string is None:
        return text
    return text.replace("${", "''${" if string.type == "indented_string_expression" else "\\${")


def remove(job: Job) -> tuple[Fix, ...]:
    """`kind = "remove"`: take out the binding that was found, or whose value was found."""
    anchor = job.match.anchor
    binding = anchor if anchor.type == "binding" else parent_of(anchor)
    if binding is None or binding.type != "binding":
        return ()
    return (Fix("remove it", job.safety, (edits.remove_entry(job.source, binding),)),)

"""Fixes to new bytes: which of them go together, and the text that they give."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence

from splitlint.findings.finding import Edit, Fix
from splitlint.startup.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Dropped:
    """A fix that was not applied, and why (a phrase that can follow "not fixed: ")."""

    fix: Fix
    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The texts of all files after the fixes, the fixes that were applied, and the others."""

    texts: Mapping[str, bytes]
    used: tuple[Fix, ...]
    dropped: tuple[Dropped, ...]


@dataclass(slots=True)
class _Accepted:
    """The edits of one file taken so far; no two start at the same byte."""

    starts: list[int] = field(default_factory=list)
    by_start: dict[int, Edit] = field(default_factory=dict)

    def conflicts(self, edit: Edit) -> bool:
        same = self.by_start.get(edit.start)
        if same is not None:
            return same != edit
        at = bisect_left(self.starts, edit.start)
        if at and self.by_start[self.starts[at - 1]].end > edit.start:
            return True
        return at < len(self.starts) and self.starts[at] < edit.end

    def take(self, edit: Edit) -> None:
        if edit.start not in self.by_start:
            self.by_start[edit.start] = edit
            insort(self.starts, edit.start)


def merge(texts: Mapping[str, bytes], fixes: Sequence[Fix]) -> Merged:
    """Apply fixes to the files that they edit (`texts`: bytes by path).

    A fix is applied whole or not at all; of two that overlap the earlier in the sequence wins. An edit
    that two fixes share is applied once. Files that no fix touches come back as the same object.
    """
    accepted: dict[str, _Accepted] = {}
    used: list[Fix] = []
    dropped: list[Dropped] = []
    for fix in fixes:
        reason = _unfit(texts, fix) or _overlap(accepted, fix)
        if reason:
            dropped.append(Dropped(fix, reason))
            continue
        for edit in fix.edits:
            accepted.setdefault(edit.path, _Accepted()).take(edit)
        used.append(fix)
    changed = {path: _rewritten(texts[path], taken) for path, taken in accepted.items()}
    return Merged({**texts, **changed}, tuple(used), tuple(dropped))


def _unfit(texts: Mapping[str, bytes], fix: Fix) -> str | None:
    """Why a fix cannot be applied to these texts, whatever the other fixes are."""
    if not fix.edits:
        return "it has to be done by hand"
    for edit in fix.edits:
        data = texts.get(edit.path)
        if data is None:
            return f"it also edits {edit.path}, which is not among the files to fix"
        if not 0 <= edit.start <= edit.end <= len(data):
            return f"it edits bytes {edit.start} to {edit.end} of {edit.path}, which has {len(data)}"
        if _inside_character(data, edit.start) or _inside_character(data, edit.end):
            return f"it would cut a character of {edit.path} in half"
    if all(texts[edit.path][edit.start : edit.end] == edit.text.encode() for edit in fix.edits):
        return "it changes nothing"
    own: dict[str, _Accepted] = {}
    for edit in set(fix.edits):
        taken = own.setdefault(edit.path, _Accepted())
        if taken.conflicts(edit):
            return "its own edits overlap"
        taken.take(edit)
    return None


def _overlap(accepted: Mapping[str, _Accepted], fix: Fix) -> str | None:
    if any(edit.path in accepted and accepted[edit.path].conflicts(edit) for edit in fix.edits):
        return "it overlaps another fix"
    return None


def _inside_character(data: bytes, offset: int) -> bool:
    return offset < len(data) and data[offset] & 0xC0 == 0x80


def _rewritten(data: bytes, taken: _Accepted) -> bytes:
    old = data
    for start in reversed(taken.starts):
        edit = taken.by_start[start]
        data = data[: edit.start] + as_written(edit.text, old).encode() + data[edit.end :]
    return data


def as_written(text: str, data: bytes) -> str:
    """The text of an edit with the line ends of the file that it goes into."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n") if _ends_lines_with_crlf(data) else text


def _ends_lines_with_crlf(data: bytes) -> bool:
    first = data.find(b"\n")
    return first > 0 and data[first - 1 : first] == b"\r"

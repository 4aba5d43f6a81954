"""How far a scan is: rich's bars on a terminal, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from splitlint.report.words import counted
from splitlint.untrusted.escapes import visible

if TYPE_CHECKING:
    from rich.progress import Progress

    from splitlint.findings.finding import Finding

LAST_LEG = "searched; checking the relevant ones"


class Watch:
    """Is told how far a scan is, and shows nothing. Entered while the scan runs."""

    def shown(self) -> AbstractContextManager[object]:
        """What to enter while the scan runs."""
        return nullcontext()

    def began(self, targets: int) -> None:
        """So many targets are to be scanned."""

    def listed(self, files: int, target_complete: bool) -> None:
        """So many more files are known of; whether they are the last of their target."""

    def checked(self, files: int) -> None:
        """So many more files are done."""

    def found(self, label: str, findings: Sequence[Finding]) -> None:
        """This was found in a target, while others are still to be checked."""

    def finished(self, label: str) -> None:
        """A target is done."""


class Bars(Watch):
    """Two bars on standard error: files and targets, with the time left and the first findings.

    Refreshed when something happens and never by a thread, as processes are forked meanwhile.
    """

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress: Progress = Progress(
            TextColumn("{task.description:>8}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", markup=False),
            console=Console(stderr=True),
            transient=True,
            auto_refresh=False,
        )
        self._files = self._progress.add_task("files", total=None, note="")
        self._targets = self._progress.add_task("targets", total=None, note="", visible=False)
        self._known = self._done = self._wholly_listed = self._all = self._found = 0
        self._latest = 0.0

    def shown(self) -> AbstractContextManager[object]:
        return self._progress

    def began(self, targets: int) -> None:
        self._all = targets
        self._progress.update(self._targets, total=targets, visible=targets > 1)

    def listed(self, files: int, target_complete: bool) -> None:
        self._known += files
        self._wholly_listed += target_complete
        if self._wholly_listed == self._all:
            self._progress.update(self._files, total=self._known)

    def checked(self, files: int) -> None:
        self._done += files
        self._progress.advance(self._files, files)
        if self._wholly_listed == self._all and self._done >= self._known:
            # The files that are to be parsed are still ahead, and take as long.
            self._progress.update(self._files, note=LAST_LEG, refresh=True)
        self._refresh()

    def found(self, label: str, findings: Sequence[Finding]) -> None:
        open_ones = [one for one in findings if one.suppressed is None]
        if not open_ones:
            return
        self._found += len(open_ones)
        last = open_ones[-1]
        where = f"{label}: " if self._all > 1 else ""
        told = f"{counted(self._found, 'finding')}; {last.rule} in {where}{last.path}:{last.span.line}"
        self._progress.update(self._files, note=visible(told))
        self._refresh()

    def finished(self, label: str) -> None:
        self._progress.update(self._targets, advance=1, note=visible(label))
        self._refresh()

    def _refresh(self) -> None:
        now = self._progress.get_time()
        if now - self._latest > 0.1:
            self._latest = now
            self._progress.refresh()

"""What comes of one file, and whoever knows what came of it before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from splitlint.findings.finding import Finding, Problem
from splitlint.startup.records import dataclass

if TYPE_CHECKING:
    from splitlint.analysis.project.index import Read
    from splitlint.analysis.project.repository import Repository
    from splitlint.rulebook.prefilter import Hit


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of one file, suppressed ones marked, and what could not be done in it.

    `failed`: nothing could; there is one problem that says why.
    """

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    failed: bool = False


class Verdicts(Protocol):
    """What is known of files that were checked before, for as long as what it rests on is the same."""

    def reading(self, read: Read) -> Read:
        """What reads other files, and notes what they hold."""
        ...

    def known(self, hit: Hit, repository: Repository) -> Checked | None:
        """What came of a file the last time; None if that is not known."""
        ...

    def noted(self, hit: Hit, repository: Repository, checked: Checked) -> object:
        """What is to be kept of a file that was just checked, perhaps by a copy of this process."""
        ...

    def keep(self, note: object) -> None:
        """Keeps what `noted` gave."""
        ...

"""What splitlint says: findings, their fixes, and the scales they are ranked on.

Frozen values only. What offsets, lines and columns mean: see `files.positions`.
"""

from __future__ import annotations

from splitlint.files.positions import Excerpt, Span
from splitlint.findings.impacts import SILENT_IMPACTS
from splitlint.startup.enums import IntEnum
from splitlint.startup.records import dataclass, field


class _Scale(IntEnum):
    @property
    def label(self) -> str:
        """The word that users write and read: `error`, `medium`, `unsafe` ..."""
        return self.name.lower()

    def __str__(self) -> str:
        return self.label


class Severity(_Scale):
    """How bad a finding is if it is true."""

    INFO = 0
    WARNING = 1
    ERROR = 2


class Confidence(_Scale):
    """How sure splitlint is: a name only, convention plus evidence, or proved."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2


class Safety(_Scale):
    """What a fix may do: words only, right if the situation was read right, right in both worlds."""

    MANUAL = 0
    UNSAFE = 1
    SAFE = 2


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding speaks of."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes `start` to `end` of `path` by `text` (encoded as UTF-8)."""

    path: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together: all of them or none. A manual fix has a title and no edits."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Nixpkgs:
    """A nixpkgs that code is built with: which file says so, and what it is called there ("" if it has no name).

    `branch`, `release` (`25.05`, or `25.11pre` of what became 25.11), `date` (of its last commit, `2025-08-17`) and
    `revision` are "" where they are not known. `state`: when the finding breaks with it, as in `When`, "" if that
    cannot be told.
    """

    source: str
    name: str
    branch: str
    release: str
    date: str
    revision: str
    state: str


@dataclass(frozen=True, slots=True)
class When:
    """When what is found breaks with the nixpkgs that it is built with.

    `state`: `now`, `later` (with the update to a nixpkgs that has the change), or `mixed`: now with one of several,
    later with others. `text` says it in words. `since`: the first release with the change, `merged`: the day of it.
    """

    state: str
    text: str
    since: str
    merged: str
    nixpkgs: tuple[Nixpkgs, ...] = ()


#: The `since` of a finding of which no nixpkgs has ever been otherwise.
ALWAYS = "always"
#: What comes first in a report, and for what it is not known.
_URGENCY = {"now": 0, "mixed": 1, "": 2, "later": 3}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place, one rule, one message. `consequence`: how it fails there, "" if only `impact` is known.

    `when`: when it does, None if that cannot be told. `since`: the first release in which it does, if that is not the
    one that its rule is about; ALWAYS, if it has never been right.
    """

    rule: str
    severity: Severity
    confidence: Confidence
    impact: tuple[str, ...]
    path: str
    span: Span
    message: str
    help: str = ""
    url: str = ""
    reasons: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    fingerprint: str = ""
    suppressed: str | None = None
    excerpt: Excerpt = field(default=Excerpt(1, ()), compare=False)
    consequence: str = ""
    when: When | None = None
    since: str = ""

    @property
    def urgency(self) -> int:
        """0 for what is broken now, more for what breaks later; what cannot be told stands in between."""
        return _URGENCY.get(self.when.state if self.when is not None else "", 2)

    @property
    def silent(self) -> bool:
        """Whether nobody is told when it happens."""
        return any(impact in SILENT_IMPACTS for impact in self.impact)

    @property
    def safety(self) -> Safety | None:
        """The best safety among the fixes that change bytes, None where there is none."""
        return max((fix.safety for fix in self.fixes if fix.edits), default=None)

    @property
    def sort_key(self) -> tuple[object, ...]:
        """By place: the order of every output that lists findings file by file."""
        return (self.path, self.span.line, self.span.column, self.rule)

    @property
    def rank_key(self) -> tuple[object, ...]:
        """By weight: severity, now before later, silent before loud, confidence, then place."""
        return (-self.severity, self.urgency, not self.silent, -self.confidence, *self.sort_key)


@dataclass(frozen=True, slots=True)
class Problem:
    """A file (or folder) that could not be checked as it should have been.

    `fatal`: somebody has to do something about it. `note`: it was left out on purpose, and nobody has to. `partial`: a
    limit kept the rest of the file from being looked at.
    """

    path: str
    message: str
    fatal: bool = True
    note: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """The account of a run: every file and every finding is in exactly one of the numbers up to `unreadable`.

    `syntax_errors`: files that were checked as far as they could be parsed, `incomplete`: as far as a limit allowed.
    The others are parts of numbers above: `below_confidence` and `below_severity` of `below_threshold`, `excluded` and
    `absent` (links, deleted) of `skipped`.
    """

    files: int = 0
    parsed: int = 0
    findings: int = 0
    fixable: int = 0
    fixed: int = 0
    suppressed: int = 0
    baselined: int = 0
    below_threshold: int = 0
    skipped: int = 0
    unreadable: int = 0
    seconds: float = 0.0
    syntax_errors: int = 0
    below_confidence: int = 0
    below_severity: int = 0
    excluded: int = 0
    absent: int = 0
    incomplete: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """All that one run found out: what every report is made from."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    summary: Summary = Summary()

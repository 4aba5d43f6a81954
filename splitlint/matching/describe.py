"""A match in words: the Finding that every output reads."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING

from splitlint.analysis.model.texts import HOLE_MARK
from splitlint.analysis.model.uses import Argument, Attribute
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Finding, Fix, Related, Severity
from splitlint.matching.consequences import consequence_of
from splitlint.matching.query_match import Match
from splitlint.matching.views import reasons_of
from splitlint.rulebook.texts import filled
from splitlint.startup.records import replace

if TYPE_CHECKING:
    from splitlint.startup.digest import Digest

#: What a finding says of a place where its value is used.
CONTINUED, PASSED_ON = "the path continues here", "it is passed on here"
#: So many places does a finding show when others have yielded to it.
_MOST_RELATED = 8

ReadSource = Callable[[str], Source | None]


def finding_of(
    match: Match,
    source: Source,
    span: tuple[int, int],
    fixes: Iterable[Fix],
    *,
    advice: dict[str, str],
    read: ReadSource,
) -> Finding:
    """The finding for a match.

    `span`: byte offsets in `source`; `advice`: words that mean something else in the help than in the message; `read`
    gives the other files that reasons point into.
    """
    rule = match.rule
    place = source.span(*span)
    words = {
        "package": shortened(source.text(match.package.start_byte, match.package.end_byte)),
        # Without a package that it is below, the path begins where it is written.
        "path": readable_path(match.notes.path, whole=match.notes.value is None),
        "into": _receiver(match),
        **match.notes.extra,
    }
    reasons, related = _proof(match, source, place.line, read)
    impact, consequence = consequence_of(match)
    return Finding(
        rule=rule.name,
        severity=Severity[rule.severity.upper()],
        confidence=match.confidence,
        impact=impact,
        path=source.path,
        span=place,
        message=filled(rule.message, words),
        help=filled(rule.help, {**words, **advice}),
        url=rule.url,
        reasons=reasons,
        related=related,
        fixes=tuple(fixes),
        excerpt=source.excerpt(place),
        consequence=consequence,
        since=match.notes.since,
    )


def _receiver(match: Match) -> str:
    """Who gets the value: the name of a function, or of an option or attribute."""
    sink = match.notes.sink
    if isinstance(sink, Argument):
        return sink.function.removeprefix("?.").removeprefix("taker.")
    return ".".join(sink.names) if isinstance(sink, Attribute) else ""


def readable_path(path: str, *, whole: bool = False) -> str:
    """A path as a sentence names it: `…` for text that is not known, without what only says that all of it is meant.

    A path below something is told without the `/` that it begins with, a `whole` one with it.

    >>> readable_path("/share/frob/6.12//*")
    'share/frob/6.12'
    >>> readable_path("/run/current-system/frob-data", whole=True)
    '/run/current-system/frob-data'
    """
    shown = re.sub(r"/{2,}", "/", (path if whole else path.lstrip("/")).replace(HOLE_MARK, "…"))
    return re.sub(r"(?:/\.?|/\*+)+\Z", "", shown) or shown


def shortened(text: str) -> str:
    """A piece of source on one line, at most 60 characters."""
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= 60 else line[:57] + "..."


def _proof(match: Match, source: Source, line: int, read: ReadSource) -> tuple[tuple[str, ...], tuple[Related, ...]]:
    said: list[str] = []
    related: list[Related] = []
    for reason in reasons_of(match.notes):
        where = source if reason.path == source.path else read(reason.path)
        if where is None:
            continue
        span = where.span(reason.start, min(reason.end, len(where.data)))
        at = f"line {span.line}" if where is source else f"{where.path}:{span.line}"
        text = f"{reason.text} ({at})"
        if text in said:
            continue
        said.append(text)
        if where is not source or span.line != line:
            related.append(Related(where.path, span, reason.text))
    is_passed_on = isinstance(match.notes.sink, Argument) and not match.notes.path
    for place in match.notes.places:
        where = source if place.path == source.path else read(place.path)
        if where is not None:
            span = where.span(place.start, min(place.end, len(where.data)))
            if where is not source or span.line != line:
                related.append(Related(where.path, span, PASSED_ON if is_passed_on else CONTINUED))
    return tuple(said), tuple(related)


def fingerprinted(findings: list[Finding], source: Source) -> list[Finding]:
    """The findings of one file, sorted, each with its fingerprint: rule, path, normalised line, ordinal."""
    from splitlint.startup.digest import sha256

    lines: dict[int, str] = {}
    begun: dict[tuple[str, str], Digest] = {}
    seen: dict[tuple[str, str], int] = {}
    result = []
    for finding in sorted(findings, key=lambda one: one.sort_key):
        number = finding.span.line
        line = lines.get(number)
        if line is None:
            line = lines[number] = " ".join(source.line_bytes(number).decode("utf-8", "replace").split())
        key = (finding.rule, line)
        if key not in begun:
            begun[key] = sha256("\0".join((finding.rule, finding.path, line, "")).encode("utf-8", "replace"))
        ordinal = seen[key] = seen.get(key, -1) + 1
        # A line of a megabyte with a finding every fifty bytes is not digested again for each of them.
        digest = begun[key].copy()
        digest.update(str(ordinal).encode())
        result.append(replace(finding, fingerprint=digest.hexdigest()[:20]))
    return result


def best(findings: list[Finding], instead_of: Mapping[str, frozenset[str]]) -> list[Finding]:
    """One finding for one place and rule, the surest; none of a rule whose place a more telling rule has taken."""
    by_place: dict[tuple[str, int, int], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.span.start, finding.span.end)
        known = by_place.get(key)
        if known is None or (finding.confidence, len(finding.fixes)) > (known.confidence, len(known.fixes)):
            by_place[key] = finding
    kept = _smallest(by_place.values())
    taken: dict[tuple[str, bool], list[tuple[int, int]]] = {}
    for one in kept:
        for loser in instead_of.get(one.rule, ()):
            taken.setdefault((loser, False), []).append((one.span.start, one.span.end))
            if one.confidence >= Confidence.MEDIUM:
                taken.setdefault((loser, True), []).append((one.span.start, one.span.end))
    places = {key: _Places(found) for key, found in taken.items()}
    none = _Places([])
    # What is not sure yields to a sure one only.
    left = [one for one in kept if not places.get((one.rule, one.confidence >= Confidence.MEDIUM), none).overlap(one)]
    return _with_places_of_others(left, findings) if len(left) < len(findings) else left


def _with_places_of_others(left: list[Finding], findings: list[Finding]) -> list[Finding]:
    """The findings that are left, each with the places where those that yielded to it show that the path goes on."""
    shown: dict[tuple[int, int], dict[Related, None]] = {}
    told = set(map(id, left))
    for one in findings:
        if id(one) in told:
            continue
        continued = (other for other in one.related if other.message == CONTINUED)
        shown.setdefault((one.span.start, one.span.end), {}).update(dict.fromkeys(continued))
    result = []
    for one in left:
        more = shown.get((one.span.start, one.span.end), {}).keys() - set(one.related)
        known = (*one.related, *sorted(more, key=lambda other: (other.path, other.span.start)))
        result.append(replace(one, related=known[: max(len(one.related), _MOST_RELATED)]) if more else one)
    return result


def _smallest(findings: Iterable[Finding]) -> list[Finding]:
    """The findings but for those of which another of the same rule says the same of a smaller place."""
    found = list(findings)
    ends: dict[str, int] = {}
    kept: list[int] = []
    for number, one in sorted(enumerate(found), key=lambda pair: (-pair[1].span.start, pair[1].span.end)):
        end = ends.get(one.rule)
        if end is None or one.span.end < end:
            kept.append(number)
            ends[one.rule] = one.span.end
    return [found[number] for number in sorted(kept)]


class _Places:
    """Stretches of bytes, to be asked for an overlap."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        spans.sort()
        self._starts = [start for start, _ in spans]
        self._ends = list(accumulate((end for _, end in spans), max))

    def overlap(self, finding: Finding) -> bool:
        """Whether any of them has a byte of a finding."""
        number = bisect_left(self._starts, finding.span.end)
        return number > 0 and self._ends[number - 1] > finding.span.start

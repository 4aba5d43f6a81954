"""One finding for people: what, where, how it breaks, why splitlint thinks so, what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.findings.impacts import short_impact_words
from splitlint.report.terminal.changes import change_lines, changes
from splitlint.report.terminal.paint import Line, Piece, clean, line, wrapped
from splitlint.report.terminal.snippet import Place, snippets
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from splitlint.findings.finding import Finding, Fix, Related
    from splitlint.report.terminal.changes import Change, Reader

#: Places that a finding speaks of and that are shown; the nearest to the finding come last in its own list.
_MOST_RELATED = 4
_BINDING = lazy_pattern(r"`[^`]+` is `[^`]+`")
#: Reasons why a finding was not fixed that can be seen anyway.
_NO_NEWS = ("by hand", "there is no fix")
_CONFIDENCE_WORDS = {
    "medium": "medium confidence",
    "low": "low confidence: only a name says so",
}


class Look(NamedTuple):
    """How a finding is to be shown: `read` gives files, `width` is that of the terminal.

    `left`: why it was not fixed, where fixing was asked for. `like_it`: the findings that say the same and are not
    shown. `usual`: when most findings break, in words, which is said elsewhere.
    """

    read: Reader
    width: int
    left: str | None = None
    like_it: Sequence[Finding] = ()
    usual: str = ""


def finding_lines(finding: Finding, look: Look) -> Iterator[Line]:
    """The lines of one finding, none wider than the terminal but for words that are."""
    ignored = finding.suppressed is not None
    style = "ignored" if ignored else finding.severity.label
    address = f" {finding.url}" if finding.url else ""
    head: tuple[Piece | str, ...] = (
        (f"{'ignored ' if ignored else ''}{finding.severity.label}[", style),
        (finding.rule, style + address),
        ("]", style),
        (f": {clean(finding.message)}", "strong"),
    )
    yield from wrapped(line(*head), look.width, "  ")
    label = "" if ignored else consequence(finding)
    edits = [] if ignored else [fix for fix in finding.fixes if fix.edits]
    found = changes(edits[0], look.read) if edits else []
    becomes = _one_line(finding, found)
    places = _places(finding, style, label, becomes)
    source, gutter = snippets(places, _Lines(finding, look.read), look.width)
    margin = " " * gutter
    place = f"{clean(finding.path)}:{finding.span.line}:{finding.span.column}"
    sure = _CONFIDENCE_WORDS.get(finding.confidence.label)
    yield from wrapped(
        line((f"{margin}--> ", "gutter"), place, (f" ({sure})" if sure else "", "faint")), look.width, margin + "    "
    )
    yield from source
    if label and not source:
        yield from _note(margin, "breaks", (label,), look.width)
    if finding.when is not None and not ignored and finding.when.text != look.usual:
        yield from _note(margin, "when", (clean(finding.when.text),), look.width)
    yield from _notes(finding, look, margin)
    if edits:
        yield from _fixes(edits, finding, [] if becomes is not None and source else found, look, margin)
    if look.left and not look.left.startswith(_NO_NEWS):
        yield from _note(margin, "not fixed", (clean(look.left),), look.width)
    if look.like_it:
        yield from _like_it(look, margin)


def consequence(finding: Finding) -> str:
    """How it fails, in a sentence without its full stop."""
    return finding.consequence or short_impact_words(finding.impact)


def _one_line(finding: Finding, found: Sequence[Change]) -> str | None:
    """The line that replaces the one of the finding, None if a fix does more than that."""
    if len(found) != 1 or (len(found[0].old), len(found[0].new)) != (1, 1):
        return None
    (change,) = found
    return change.new[0] if (change.path, change.number) == (finding.path, finding.span.line) else None


def _places(finding: Finding, style: str, label: str, becomes: str | None) -> list[Place]:
    places = [Place(finding.path, finding.span, "^", label, style, becomes)]
    shown = [one for one in finding.related if one.span != finding.span or one.path != finding.path]
    shown = [one for one in shown if not any(_tells_more(other, one) for other in shown)]
    return places + [Place(one.path, one.span, "-", one.message, "note") for one in shown[:_MOST_RELATED]]


def _tells_more(other: Related, one: Related) -> bool:
    """Whether another place is a part of this one, on the same line: what is passed, of that it is passed."""
    if other is one or other.path != one.path or other.span.line != one.span.line or other.span == one.span:
        return False
    return one.span.start <= other.span.start and other.span.end <= one.span.end


class _Lines:
    """Gives lines of files: those of the excerpt first, which were what was checked."""

    def __init__(self, finding: Finding, read: Reader) -> None:
        self._finding = finding
        self._read = read

    def __call__(self, path: str, number: int) -> str | None:
        """The 1-based line of a file, None if there is none."""
        excerpt = self._finding.excerpt
        index = number - excerpt.first_line
        if path == self._finding.path and 0 <= index < len(excerpt.lines):
            return excerpt.lines[index]
        source = self._read(path)
        if source is None or number > len(source.line_starts):
            return None
        return source.line_bytes(number).decode("utf-8", "replace")


def _notes(finding: Finding, look: Look, margin: str) -> Iterator[Line]:
    """Why splitlint thinks so, as far as no place shows it; what to write, where no fix does."""
    width = look.width
    if finding.suppressed is not None:
        yield from _note(margin, "ignored", (clean(finding.suppressed) or "by a comment that gives no reason",), width)
        return
    for reason in _reasons_not_shown(finding):
        yield from _note(margin, "because", (clean(reason),), width)
    if any(fix.edits for fix in finding.fixes):
        return
    advice = finding.help or next((fix.title for fix in finding.fixes), "")
    if advice:
        yield from _note(margin, "help", (clean(advice),), width)


def _like_it(look: Look, margin: str) -> Iterator[Line]:
    """How many findings are not shown because they say the same, and where the first of them are."""
    told = f"and {len(look.like_it)} more like it: --all"
    # Two lines of places are enough to see where they are.
    room = 2 * (look.width - len(margin) - 3) - len(told) - len(", ...)")
    places = ""
    for one in look.like_it:
        place = f"{clean(one.path)}:{one.span.line}:{one.span.column}"
        if len(places) + len(place) > room - look.width // 4 and places:
            places += ", ..."
            break
        places += f", {place}" if places else place
    text = line((f"{margin} = ", "gutter"), (told, "strong"), (f" ({places})", "faint"))
    yield from wrapped(text, look.width, margin + "   ")


def _note(margin: str, word: str, pieces: tuple[Piece | str, ...], width: int) -> Iterator[Line]:
    return wrapped(line((f"{margin} = ", "gutter"), (f"{word}: ", "strong"), *pieces), width, margin + "   ")


def _fixes(edits: Sequence[Fix], finding: Finding, found: Sequence[Change], look: Look, margin: str) -> Iterator[Line]:
    """The fixes by their titles, where no lines above say it, and the lines that the first of them changes."""
    first, *others = edits
    # One that is safe and shown is not told as well.
    if found or first.safety.label != "safe" or not changes(first, look.read):
        yield from _note(margin, _fix_word(first), (clean(first.title),), look.width)
    yield from change_lines(found, finding.path, len(margin), look.width)
    for fix in others:
        yield from _note(margin, f"or {_fix_word(fix)}", (clean(fix.title),), look.width)


def _fix_word(fix: Fix) -> str:
    return "fix" if fix.safety.label == "safe" else "unsafe fix"


def _reasons_not_shown(finding: Finding) -> Iterator[str]:
    """The reasons that are not shown as places, and are not plain to see."""
    shown = {one.message for one in finding.related}
    here = f" (line {finding.span.line})"
    for reason in finding.reasons:
        text = reason.rpartition(" (")[0] if reason.endswith(")") else reason
        # That a name is bound to what stands beside it can be read there.
        seen = reason.endswith(here) and _BINDING.fullmatch(text)
        if text not in shown and not seen:
            yield reason

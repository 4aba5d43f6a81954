"""Suppression comments: `# splitlint: ignore[rule] reason` and `# splitlint: ignore-file[rule] reason`.

`ignore` speaks for its own line; alone on a line it speaks for the statement below, which is the next line of code with
everything that is indented deeper and the bracket that closes it. After the `''` that ends a Nix string it speaks for
the whole string, because within the string a Nix comment cannot stand. A comment of the string's own language can, and
is understood there too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from heapq import heappop, heappush

from splitlint.config import did_you_mean
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Edit, Finding, Fix, Safety, Severity
from splitlint.findings.own_rules import OWN_RULES, UNKNOWN, UNUSED
from splitlint.findings.statements import Statements
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import replace

_FILE = "ignore-file"
DIRECTIVES = ("ignore", _FILE)

_MARK = b"splitlint:"
#: What follows the mark.
_REST = lazy_pattern(rb"[ \t]*(?P<word>[\w-]*)[ \t]*(?:\[(?P<rules>[^\]\n]*)\])?(?P<reason>[^\n]*)")
_BLOCK_END = lazy_pattern(rb"\*/|-->")


class Comment(NamedTuple):
    """One comment: its directive, the rules it names, its reason, its bytes, and the 1-based lines it applies to.

    `close`: the byte offset after what closes it (`*/`), `end` where nothing has to.
    """

    word: str
    rules: tuple[str, ...]
    reason: str
    start: int
    end: int
    lines: range
    close: int

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is in what this comment applies to, whatever its rule."""
        if self.word == _FILE:
            return True
        return finding.span.line in self.lines or finding.span.end_line in self.lines


def apply(
    source: Source,
    findings: Sequence[Finding],
    known_rules: Collection[str],
    active_rules: Collection[str] | None = None,
    meant: Callable[[str], Collection[str]] | None = None,
) -> list[Finding]:
    """The findings of one file, those that a comment covers with `suppressed` set to its reason (it may be empty).

    Appended are findings of `unused-suppression` for comments that cover nothing, and of `unknown-suppression` for
    comments that name no rule or one that is not in `known_rules`. A rule outside `active_rules` (default: all known)
    was not asked, so a comment that names it is not called unused. `meant`: the rules that a name stands for, if it may
    be another than theirs.
    """
    if _MARK not in source.data:
        return list(findings)
    named = meant or (lambda name: (name,) if name in known_rules else ())
    statements = Statements(source)
    comments = list(_comments(source, statements))
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    speaking: dict[str, list[Comment]] = {}
    for comment in comments:
        for rule in {rule for name in comment.rules for rule in named(name)}:
            speaking.setdefault(rule, []).append(comment)
    used: set[tuple[int, str]] = set()
    reasons: dict[int, str] = {}
    for rule, found in by_rule.items():
        used.update((one.start, rule) for one in _used(speaking.get(rule, ()), found))
        reasons.update((id(one), first.reason) for one, first in _first_covering(speaking.get(rule, ()), found))
    result = [replace(one, suppressed=reasons[id(one)]) if id(one) in reasons else one for one in findings]
    active = known_rules if active_rules is None else active_rules
    for comment in comments:
        result.extend(_complaints(source, statements, comment, known_rules, active, used, named))
    return result


def _used(comments: Sequence[Comment], findings: Sequence[Finding]) -> Iterator[Comment]:
    """The comments that speak for any of the findings of the rule that they name."""
    lines = sorted({line for one in findings for line in (one.span.line, one.span.end_line)})
    for comment in comments:
        at = bisect_left(lines, comment.lines.start)
        if comment.word == _FILE or (at < len(lines) and lines[at] in comment.lines):
            yield comment


def _first_covering(comments: Sequence[Comment], findings: Sequence[Finding]) -> Iterator[tuple[Finding, Comment]]:
    """The findings that a comment speaks for, each with the first that does: from line to line, with those at hand."""
    whole = next((number for number, one in enumerate(comments) if one.word == _FILE), len(comments))
    ahead = sorted((one.lines.start, number) for number, one in enumerate(comments) if one.word != _FILE)
    first: dict[int, int] = {}
    at_hand: list[int] = []
    opened = 0
    for line in sorted({line for one in findings for line in (one.span.line, one.span.end_line)}):
        while opened < len(ahead) and ahead[opened][0] <= line:
            heappush(at_hand, ahead[opened][1])
            opened += 1
        while at_hand and comments[at_hand[0]].lines.stop <= line:
            heappop(at_hand)
        first[line] = min(whole, at_hand[0] if at_hand else len(comments))
    for finding in findings:
        number = min(first[finding.span.line], first[finding.span.end_line])
        if number < len(comments):
            yield finding, comments[number]


def read_comments(source: Source) -> Iterator[Comment]:
    """The suppression comments of a file in their order, also those that make no sense."""
    return _comments(source, Statements(source))


def _comments(source: Source, statements: Statements) -> Iterator[Comment]:
    data = source.data
    mark = data.find(_MARK)
    while mark >= 0:
        start = _sign_before(data, mark)
        after = mark + len(_MARK)
        if start is not None and (match := _REST.match(data, after)) is not None:
            yield _comment(source, statements, start, match)
            after = match.end()
        mark = data.find(_MARK, after)


def _sign_before(data: bytes, mark: int) -> int | None:
    """Where the sign that begins a comment stands before a mark; None if there is none, but for blanks between."""
    end = mark
    while end and data[end - 1] in b" \t":
        end -= 1
    last = data[end - 1 : end]
    start = end
    if last in (b"#", b"/", b"*"):
        while start and data[start - 1 : start] == last:
            start -= 1
        if last == b"*":
            start = start - 1 if data[start - 1 : start] == b"/" else end
        return start if end - start > (last != b"#") else None
    if last == b";":
        return end - 1
    return next((end - len(sign) for sign in (b"<!--", b"--") if data.endswith(sign, 0, end)), None)


def _comment(source: Source, statements: Statements, start: int, match: re.Match[bytes]) -> Comment:
    tail = _BLOCK_END.split(match["reason"], 1)
    text = tail[0].rstrip()
    end = match.end() - len(match["reason"]) + len(text)
    alone = not (len(tail) > 1 and tail[1].strip())
    rules = tuple(name for name in re.split(r"[\s,]+", (match["rules"] or b"").decode("utf-8", "replace")) if name)
    reason = text.decode("utf-8", "replace").strip(" \t:-")
    close = match.start("reason") + len(tail[0]) + len(_closing(match["reason"])) if len(tail) > 1 else end
    lines = _lines_covered(source, statements, start, alone)
    return Comment(match["word"].decode(), rules, reason, start, end, lines, close)


def _closing(text: bytes) -> bytes:
    found = _BLOCK_END.search(text)
    return found[0] if found else b""


def _lines_covered(source: Source, statements: Statements, start: int, alone: bool) -> range:
    """The lines a comment at `start` speaks for; `alone` says that no code follows it on its line."""
    line = source.line_of(start)
    before = source.data[source.line_starts[line - 1] : start]
    if alone and not before.strip():
        return statements.below(line)
    first = statements.string_before(start, line) if source.language == NIX and b"''" in before else line
    return range(first, line + 1)


def _complaints(
    source: Source,
    statements: Statements,
    comment: Comment,
    known: Collection[str],
    active: Collection[str],
    used: set[tuple[int, str]],
    named: Callable[[str], Collection[str]],
) -> Iterator[Finding]:
    if comment.word not in DIRECTIVES:
        yield _complaint(
            source, comment, UNKNOWN, f"`{comment.word}` is not a directive{did_you_mean(comment.word, DIRECTIVES)}"
        )
        return
    if not comment.rules:
        yield _complaint(source, comment, UNKNOWN, f"name the rule to ignore: `{comment.word}[rule-name]`")
    asked = (name for name in comment.rules if any(rule in active for rule in named(name)))
    unused = {name for name in asked if not any((comment.start, rule) in used for rule in named(name))}
    all_unused = unused.issuperset(comment.rules)
    for name in comment.rules:
        if not named(name):
            yield _complaint(source, comment, UNKNOWN, f"there is no rule `{name}`{did_you_mean(name, known)}")
        elif name in unused:
            safety = _safety(source, statements, comment)
            edit = _without(source, comment) if all_unused else _without_name(source, comment, name)
            title = "remove the comment" if all_unused else f"take `{name}` out of the comment"
            said = f"`{name}` is not reported here, so this comment ignores nothing"
            yield _complaint(source, comment, UNUSED, said, (Fix(title, safety, (edit,)),))


def _without_name(source: Source, comment: Comment, rule: str) -> Edit:
    """The edit that takes a rule out of a comment that names others, too."""
    data = source.data[comment.start : comment.end]
    names = re.compile(rb"(?<=[\[\s,])" + re.escape(rule.encode()) + rb"(?:[\s,]+|(?=\]))")
    found = names.search(data)
    start, end = found.span() if found else (0, 0)
    if found and data[end : end + 1] == b"]":
        # The last of the list takes the comma before it along.
        start = len(data[:start].rstrip(b" \t,"))
    return Edit(source.path, comment.start + start, comment.start + end, "")


def _without(source: Source, comment: Comment) -> Edit:
    """The edit that removes a comment, with the blanks before it, or with its line if nothing else is there."""
    line = source.line_of(comment.start)
    first = source.line_starts[line - 1]
    before, after = source.data[first : comment.start], source.line_bytes(line)[comment.close - first :]
    if before.strip() or after.strip():
        start = first + len(before.rstrip()) if not after.strip() else comment.start
        return Edit(source.path, start, comment.close, "")
    last = source.line_starts[line] if line < len(source.line_starts) else len(source.data)
    return Edit(source.path, first, last, "")


def _safety(source: Source, statements: Statements, comment: Comment) -> Safety:
    """Unsafe in a Nix string: what looks like a comment may be text that is written somewhere."""
    is_safe = source.language != NIX or statements.is_comment(comment.start, comment.end)
    return Safety.SAFE if is_safe else Safety.UNSAFE


def _complaint(source: Source, comment: Comment, rule: str, message: str, fixes: tuple[Fix, ...] = ()) -> Finding:
    span = source.span(comment.start, comment.end)
    return Finding(
        rule=rule,
        severity=Severity.INFO,
        confidence=Confidence.HIGH,
        impact=(),
        path=source.path,
        span=span,
        message=message,
        url=OWN_RULES[rule].url,
        fixes=fixes,
        excerpt=source.excerpt(span),
    )

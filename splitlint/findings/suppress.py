"""Suppression comments: `# splitlint: ignore[rule] reason` and `# splitlint: ignore-file[rule] reason`.

`ignore` speaks for its own line; alone on a line it speaks for the statement below, which is the next line of code with
everything that is indented deeper and the bracket that closes it. After the `''` that ends a Nix string it speaks for
the whole string, because within the string a Nix comment cannot stand. A comment of the string's own language can, and
is understood there too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from splitlint.config import did_you_mean
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Edit, Finding, Fix, Safety, Severity
from splitlint.findings.own_rules import OWN_RULES, UNKNOWN, UNUSED
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import replace

DIRECTIVES = ("ignore", "ignore-file")

_MARK = b"splitlint:"
_COMMENT = lazy_pattern(
    rb"(?:#+|//+|/\*+|--|;|<!--)[ \t]*splitlint:[ \t]*(?P<word>[\w-]*)[ \t]*"
    rb"(?:\[(?P<rules>[^\]\n]*)\])?(?P<reason>[^\n]*)"
)
_BLOCK_END = lazy_pattern(rb"\*/|-->")
_CLOSING = (b"}", b"]", b")", b"''", b"fi", b"done", b"esac", b"EOF")
_OPENING = (b"{", b"[", b"(", b"''")


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
        if self.word == "ignore-file":
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
    comments = list(read_comments(source))
    speaks = {one.start: {rule for name in one.rules for rule in named(name)} for one in comments}
    used: set[tuple[int, str]] = set()
    result = []
    for finding in findings:
        covering = [one for one in comments if finding.rule in speaks[one.start] and one.covers(finding)]
        used.update((one.start, finding.rule) for one in covering)
        result.append(replace(finding, suppressed=covering[0].reason) if covering else finding)
    active = known_rules if active_rules is None else active_rules
    for comment in comments:
        result.extend(_complaints(source, comment, known_rules, active, used, named))
    return result


def read_comments(source: Source) -> Iterator[Comment]:
    """The suppression comments of a file in their order, also those that make no sense."""
    for match in _COMMENT.finditer(source.data):
        start = match.start()
        tail = _BLOCK_END.split(match["reason"], 1)
        text = tail[0].rstrip()
        end = match.end() - len(match["reason"]) + len(text)
        alone = not (len(tail) > 1 and tail[1].strip())
        rules = tuple(name for name in re.split(r"[\s,]+", (match["rules"] or b"").decode("utf-8", "replace")) if name)
        reason = text.decode("utf-8", "replace").strip(" \t:-")
        close = match.start("reason") + len(tail[0]) + len(_closing(match["reason"])) if len(tail) > 1 else end
        yield Comment(match["word"].decode(), rules, reason, start, end, _lines_covered(source, start, alone), close)


def _closing(text: bytes) -> bytes:
    found = _BLOCK_END.search(text)
    return found[0] if found else b""


def _lines_covered(source: Source, start: int, alone: bool) -> range:
    """The lines a comment at `start` speaks for; `alone` says that no code follows it on its line."""
    line = source.line_of(start)
    before = source.data[source.line_starts[line - 1] : start]
    if alone and not before.strip():
        return _statement_below(source, line)
    first = _first_line_of_string(source, start, line) if source.language == NIX and b"''" in before else line
    return range(first, line + 1)


def _statement_below(source: Source, line: int) -> range:
    last_line = len(source.line_starts)
    first = line + 1
    while first <= last_line and (not (text := source.line_bytes(first).strip()) or text.startswith(b"#")):
        first += 1
    depth = _indentation(source.line_bytes(first))
    last = first
    for number in range(first + 1, last_line + 1):
        text = source.line_bytes(number)
        if not text.strip():
            continue
        if _indentation(text) < depth:
            break
        if _indentation(text) == depth:
            if not text.strip().startswith(_CLOSING):
                break
            last = number
            if not text.rstrip().endswith(_OPENING):
                break
        last = number
    return range(first, last + 1)


def _indentation(text: bytes) -> int:
    text = text.expandtabs(8)
    return len(text) - len(text.lstrip())


def _first_line_of_string(source: Source, start: int, line: int) -> int:
    """The 1-based line where the outermost `''` string that ends on `line` before `start` begins; else `line`."""
    from splitlint.syntax import nix

    node = nix.parse(source.data).root_node.descendant_for_byte_range(source.line_starts[line - 1], start - 1)
    first = line
    ahead = [node] if node is not None else []
    while ahead:
        node = ahead.pop()
        if node.start_byte >= start or node.end_point.row + 1 < line:
            continue
        if node.type == "indented_string_expression" and node.end_point.row + 1 == line and node.end_byte <= start:
            first = min(first, node.start_point.row + 1)
        else:
            ahead.extend(node.children)
    return first


def _complaints(
    source: Source,
    comment: Comment,
    known: Collection[str],
    active: Collection[str],
    used: set[tuple[int, str]],
    named: Callable[[str], Collection[str]],
) -> Iterator[Finding]:
    if comment.word not in DIRECTIVES:
        yield _complaint(
            source, comment, UNKNOWN, f"`{comment.word}` is no directive{did_you_mean(comment.word, DIRECTIVES)}"
        )
        return
    if not comment.rules:
        yield _complaint(source, comment, UNKNOWN, f"name the rule to ignore: `{comment.word}[rule-name]`")
    asked = (name for name in comment.rules if any(rule in active for rule in named(name)))
    unused = [name for name in asked if not any((comment.start, rule) in used for rule in named(name))]
    for name in comment.rules:
        if not named(name):
            yield _complaint(source, comment, UNKNOWN, f"there is no rule `{name}`{did_you_mean(name, known)}")
        elif name in unused:
            removal = (_removal(source, comment, name, unused),)
            yield _complaint(source, comment, UNUSED, f"`{name}` is not found here, so nothing is ignored", removal)


def _removal(source: Source, comment: Comment, rule: str, unused: Collection[str]) -> Fix:
    """Takes a rule out of a comment, or the whole comment away if all of its rules are `unused`."""
    if set(comment.rules) <= set(unused):
        return Fix("remove the comment", _safety(source, comment), (_without(source, comment),))
    data = source.data[comment.start : comment.end]
    names = re.compile(rb"(?<=[\[\s,])" + re.escape(rule.encode()) + rb"(?:[\s,]+|(?=\]))")
    found = names.search(data)
    start, end = found.span() if found else (0, 0)
    if found and data[end : end + 1] == b"]":
        # The last of the list takes the comma before it along.
        start = len(data[:start].rstrip(b" \t,"))
    edit = Edit(source.path, comment.start + start, comment.start + end, "")
    return Fix(f"take `{rule}` out of the comment", _safety(source, comment), (edit,))


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


def _safety(source: Source, comment: Comment) -> Safety:
    """Unsafe in a Nix string: what looks like a comment may be text that is written somewhere."""
    if source.language != NIX:
        return Safety.SAFE
    from splitlint.syntax import nix

    node = nix.parse(source.data).root_node.descendant_for_byte_range(comment.start, comment.end)
    return Safety.SAFE if node is not None and node.type == "comment" else Safety.UNSAFE


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

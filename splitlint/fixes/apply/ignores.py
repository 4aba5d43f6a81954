"""Comments that make splitlint ignore findings, written where they apply and where they change nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from splitlint.files.languages import NIX, PYTHON, SHELL
from splitlint.files.source import Source
from splitlint.findings import suppress
from splitlint.findings.finding import Edit, Finding
from splitlint.startup.records import dataclass, replace

_HASH = ("# ", "")
#: How a comment begins and ends, by the suffix of files that have no parser here; `#` elsewhere.
_SIGNS = {
    **dict.fromkeys(("c", "cc", "cpp", "h", "go", "java", "js", "rs", "ts", "zig"), ("// ", "")),
    **dict.fromkeys(("hs", "lua"), ("-- ", "")),
    **dict.fromkeys(("md", "mdx"), ("<!-- ", " -->")),
}
#: Files in which no comment can stand.
_NO_COMMENTS = frozenset({"json", "txt", "patch"})


@dataclass(frozen=True, slots=True)
class Ignored:
    """A text with comments, the findings that they make splitlint ignore, and those for which there is no place."""

    data: bytes
    placed: tuple[Finding, ...]
    left: tuple[Finding, ...]


def with_ignores(source: Source, findings: Sequence[Finding], reason: str) -> Ignored:
    """Writes a comment with a reason (it may be empty) for each finding of one file.

    Findings on one line share a comment. From the last to the first, so that places above stay where they are.
    """
    data = source.data
    placed: list[Finding] = []
    left: list[Finding] = []
    pending = sorted(findings, key=lambda one: one.sort_key)
    while pending:
        finding = pending.pop()
        now = Source(source.path, data, source.language)
        if _is_ignored(now, finding):
            placed.append(finding)
            continue
        edit = ignoring(now, finding, reason)
        if edit is None:
            left.append(finding)
            continue
        data = _edited(now, edit)
        pending = [_moved(one, edit, Source(source.path, data, source.language)) for one in pending]
        placed.append(finding)
    return Ignored(data, tuple(reversed(placed)), tuple(reversed(left)))


def ignoring(source: Source, finding: Finding, reason: str = "") -> Edit | None:
    """The edit that writes the comment; None if it can stand nowhere without changing more than that."""
    for edit in _candidates(source, finding, " ".join(reason.split())):
        new = Source(source.path, _edited(source, edit), source.language)
        if _is_comment(new, edit) and _is_ignored(new, _moved(finding, edit, new)):
            return edit
    return None


def _candidates(source: Source, finding: Finding, reason: str) -> Iterator[Edit]:
    """In the comment that is there already, at the end of the line, after the string around it, above the statement."""
    line = finding.span.line
    for comment in suppress.read_comments(source):
        if comment.word == "ignore" and comment.rules and source.line_of(comment.start) == line:
            at = source.data.index(b"]", comment.start)
            yield Edit(source.path, at, at, f", {finding.rule}")
    signs = _signs(source, line)
    if signs is None:
        return
    begins, ends = signs
    text = f"{begins}splitlint: ignore[{finding.rule}]{' ' * bool(reason)}{reason}{ends}"
    # After a backslash a comment would be the end of the statement; in other files it may be part of a value.
    knows_ends = source.language in (NIX, SHELL, PYTHON) or signs != _HASH
    if knows_ends and not source.line_bytes(line).rstrip().endswith(b"\\"):
        yield _at_the_end(source, line, text)
    if source.language == NIX:
        first, last = _string_around(source, finding)
        yield _at_the_end(source, last, text)
        yield _above(source, first, text)
    while line > 1 and source.line_bytes(line - 1).rstrip().endswith(b"\\"):
        line -= 1
    yield _above(source, line, text)


def _at_the_end(source: Source, line: int, text: str) -> Edit:
    code = source.line_bytes(line)
    at = source.line_starts[line - 1] + len(code.rstrip())
    return Edit(source.path, at, source.line_starts[line - 1] + len(code), f"  {text}" if code.strip() else text)


def _above(source: Source, line: int, text: str) -> Edit:
    start = source.line_starts[line - 1]
    code = source.line_bytes(line)
    indent = code[: len(code) - len(code.lstrip())].decode()
    ending = "\r\n" if b"\r\n" in source.data else "\n"
    return Edit(source.path, start, start, f"{indent}{text}{ending}")


def _string_around(source: Source, finding: Finding) -> tuple[int, int]:
    """The first and the last line of the outermost string that a place is in, its own lines if it is in none."""
    from splitlint.syntax import nix

    first, last = finding.span.line, finding.span.end_line
    node = nix.parse(source.data).root_node.descendant_for_byte_range(finding.span.start, finding.span.end)
    while node is not None:
        if node.type in nix.STRINGS:
            first, last = min(first, node.start_point.row + 1), max(last, node.end_point.row + 1)
        node = node.parent
    return first, last


def _signs(source: Source, line: int) -> tuple[str, str] | None:
    """How a comment begins and ends on a line; None where there are no comments."""
    if source.language in (NIX, SHELL, PYTHON):
        return _HASH
    suffix = source.path.rpartition("/")[2].rpartition(".")[2]
    if suffix in _NO_COMMENTS:
        return None
    if suffix in ("md", "mdx") and _in_fence(source, line):
        return _HASH
    return _SIGNS.get(suffix, _HASH)


def _in_fence(source: Source, line: int) -> bool:
    """Whether a line of Markdown is in a fenced block of code."""
    fences = re.findall(rb"^[ \t]*(?:```|~~~)", source.data[: source.line_starts[line - 1]], re.MULTILINE)
    return len(fences) % 2 == 1


def _edited(source: Source, edit: Edit) -> bytes:
    return source.data[: edit.start] + edit.text.encode() + source.data[edit.end :]


def _moved(finding: Finding, edit: Edit, new: Source) -> Finding:
    """A finding where it is after an edit."""
    if finding.span.start < edit.end or (edit.start == edit.end == finding.span.start and "\n" not in edit.text):
        return finding
    shift = len(edit.text.encode()) - (edit.end - edit.start)
    return replace(finding, span=new.span(finding.span.start + shift, finding.span.end + shift))


def _is_ignored(source: Source, finding: Finding) -> bool:
    comments = suppress.read_comments(source)
    return any(finding.rule in comment.rules and comment.covers(finding) for comment in comments)


def _is_comment(new: Source, edit: Edit) -> bool:
    """Whether what was written is a comment to the language, and not a part of a string."""
    start = edit.start + len(edit.text) - len(edit.text.lstrip())
    end = edit.start + len(edit.text.rstrip().encode())
    if new.language == PYTHON:
        return _is_python_comment(new, start)
    if new.language not in (NIX, SHELL):
        return True
    from splitlint.syntax import nix, shell

    parse = nix.parse if new.language == NIX else shell.parse
    node = parse(new.data).root_node.descendant_for_byte_range(start, end)
    return node is not None and node.type == "comment"


def _is_python_comment(new: Source, start: int) -> bool:
    import io
    import tokenize

    line, column = new.position(start)
    try:
        tokens = list(tokenize.tokenize(io.BytesIO(new.data).readline))
    except (SyntaxError, tokenize.TokenError):
        return False
    return any(
        token.type == tokenize.COMMENT and token.start[0] == line and token.start[1] < column <= token.end[1]
        for token in tokens
    )

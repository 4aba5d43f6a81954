"""Whether a mended text is still sound: no new syntax errors, every comment still there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from splitlint.files.languages import NIX, PYTHON, SHELL

if TYPE_CHECKING:
    from tree_sitter import Node

# A comment of a script that stands in a Nix string.
_SCRIPT_COMMENT = re.compile(rb"(?:^|(?<=\s))#[^\n]*")
# A comment for splitlint itself, which may go when nothing is left to ignore.
_OWN_COMMENT = re.compile(rb"(?:#+|//+|/\*+|--|;|<!--)[ \t]*splitlint:[^\n]*")


def unsound(old: bytes, new: bytes, language: str) -> str | None:
    """Why `new` must not replace `old`: a phrase for the user, or None if it may."""
    check = _CHECKS.get(language)
    return check(old, new) if check else None


def _unsound_nix(old: bytes, new: bytes) -> str | None:
    from splitlint.syntax import nix
    from splitlint.syntax.nix_grammar.doubts import syntax_error

    before, after = nix.parse(old), nix.parse(new)
    if syntax_error(old, before) is None and syntax_error(new, after) is not None:
        return "the fixed text would have a syntax error"
    return _compare(before.root_node, after.root_node, len(new) - len(old))


def _unsound_shell(old: bytes, new: bytes) -> str | None:
    from splitlint.syntax import shell

    return _compare(shell.parse(old).root_node, shell.parse(new).root_node, len(new) - len(old))


def _compare(old: Node, new: Node, growth: int) -> str | None:
    errors_before, bytes_before, comments_before = _survey(old)
    errors_after, bytes_after, comments_after = _survey(new)
    # The parser joins neighbouring errors into one, so that a new one can show as more bytes only.
    if errors_after > errors_before or bytes_after > bytes_before + max(growth, 0):
        return "the fixed text would have a syntax error"
    return _lost(comments_before, comments_after)


def _survey(root: Node) -> tuple[int, int, Counter[bytes]]:
    """How many errors there are, how many bytes they cover, and the comments."""
    errors = covered = 0
    comments: Counter[bytes] = Counter()
    for node in _nodes(root):
        if node.is_error or (node.is_missing and not _is_trailing_comma(node)):
            errors += 1
            covered += node.end_byte - node.start_byte
        elif node.type == "comment":
            comments[_squeezed(node.text or b"")] += 1
        elif node.type == "string_fragment":
            comments.update(_squeezed(found) for found in _SCRIPT_COMMENT.findall(node.text or b""))
    return errors, covered, comments


def _nodes(root: Node) -> Iterator[Node]:
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is not None:
            yield node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _is_trailing_comma(node: Node) -> bool:
    """The grammar's quirk: `{ lib, }:` has a MISSING identifier after its last comma."""
    parent = node.parent
    while parent is not None and parent.type == "formal":
        parent = parent.parent
    return parent is not None and parent.type == "formals"


def _squeezed(comment: bytes) -> bytes:
    """A comment without its indentation, which a fix may change, and without what it says to splitlint."""
    return b" ".join(_OWN_COMMENT.sub(b"", comment).split())


def _lost(before: Counter[bytes], after: Counter[bytes]) -> str | None:
    lost = before - after
    del lost[b""]
    if not lost:
        return None
    first = next(iter(lost)).decode("utf-8", "replace")
    return f"the fixed text would lose a comment: {first}"


def _unsound_python(old: bytes, new: bytes) -> str | None:
    before, after = _python_comments(old), _python_comments(new)
    if before is None:
        return None
    if after is None:
        return "the fixed text would have a syntax error"
    return _lost(before, after)


def _python_comments(data: bytes) -> Counter[bytes] | None:
    """The comments of a Python file; None if it is not valid Python."""
    import ast
    import io
    import tokenize

    try:
        ast.parse(data)
        tokens = list(tokenize.tokenize(io.BytesIO(data).readline))
    except (SyntaxError, ValueError, tokenize.TokenError, RecursionError, MemoryError):
        return None
    return Counter(_squeezed(token.string.encode()) for token in tokens if token.type == tokenize.COMMENT)


_CHECKS: dict[str, Callable[[bytes, bytes], str | None]] = {
    NIX: _unsound_nix,
    SHELL: _unsound_shell,
    PYTHON: _unsound_python,
}

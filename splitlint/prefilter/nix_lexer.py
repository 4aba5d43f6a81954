"""Where the comments and the strings of a Nix file are, as Nix's own lexer has them, and nothing else of it.

One expression steps from one to the next, over a whole string at a time; only an interpolation with braces, quotes or
slashes in it is gone into. A file is strided through, sixteen of them at once, as far as somebody asks, and looked at
closely around that.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern

#: No interpolation that is stepped over is longer.
LONGEST_PLAIN = 200
#: An interpolation in which no string, comment or set can be: it is stepped over.
_PLAIN = rb"""\$\{[^{}"'#/]{0,%d}+\}""" % LONGEST_PLAIN
#: The text of a string up to its end, to an interpolation that is gone into, or to the end of the file; and that.
_QUOTED = rb"""[^"\\$]*+(?:(?:\\.|\$[^{"\\]|\$\\.|%b)[^"\\$]*+)*+""" % _PLAIN
_QUOTED_END = rb"""(\$?"|\$\{|\$?\\?\Z)"""
_INDENTED = rb"""[^'$]*+(?:(?:'[^'$]|'(?=\$)|''(?:['$]|\\.)|\$[^{']|\$(?=')|%b)[^'$]*+)*+""" % _PLAIN
_INDENTED_END = rb"""(''|\$\{|['$]?\Z)"""
_IN_URI = rb"""(?<=[\w+.-]:)[\w%/?:@&=+$,.!~*'-]"""
#: A comment, a string, or what only who looks at what stands before can tell: a quote that may be a part of a name
#: (`foldl'`), a colon that may be that of a URI. Each alternative begins with a byte, as that is what `re` looks for.
_STEP = rb"""#[^\n]*+\n?|/(?:/|\*(?:.*?\*/|(.*+)\Z))|"%b|'(?:(?<![\w'-]')'%b|())|:(?=%b)()""" % (
    _QUOTED + _QUOTED_END,
    _INDENTED + _INDENTED_END,
    _IN_URI,
)
_ENDLESS, _QUOTE, _QUOTES, _PRIME, _COLON = range(1, 6)
_PLAIN_CODE = rb"""[^#/"':]*+(?:(?:/(?:/|(?!\*))|:(?!%b))[^#/"':]*+)*+""" % _IN_URI
#: Comments and strings about which there is no doubt.
_STRIDE = rb"""(?:%b(?:#[^\n]*+\n?|/\*.*?\*/|"%b\$?"|'(?<![\w'-]')'%b'')){1,16}+""" % (_PLAIN_CODE, _QUOTED, _INDENTED)
_stride = lazy_pattern(_STRIDE, re.DOTALL)
_step_outside = lazy_pattern(_STEP, re.DOTALL)
_step_inside = lazy_pattern(_STEP + rb"|[{}]", re.DOTALL)
_quoted = lazy_pattern(_QUOTED + _QUOTED_END, re.DOTALL)
_indented = lazy_pattern(_INDENTED + _INDENTED_END, re.DOTALL)
#: A URI, a path, a name, a number, an operator: the longest at a place.
_token = lazy_pattern(
    rb"""([a-zA-Z][a-zA-Z\d+.-]*:[\w%/?:@&=+$,.!~*'-]++)|[\w.+-]*(?:/[\w.+-]+)+|([a-zA-Z_][\w'-]*)"""
    rb"""|(?:[1-9]\d*\.\d*|0?\.\d+)(?:[Ee][+-]?\d+)?|\d+|//|.""",
    re.DOTALL,
)
_IS_URI, _IS_NAME = 1, 2

_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_'-./+")
#: No name and no scheme is longer, as far as it matters.
_LONGEST_WORD = 200
#: Where a passage that is no string begins as one.
COMMENT, URI = -1, -2


class Passage(NamedTuple):
    """A comment, a URI from its colon on, or a piece of a string, its quotes with it: bytes, from and to.

    A string has more than one piece if an interpolation is gone into; others are a part of the piece that they stand
    in. `opens`: where the string begins, or COMMENT, or URI.
    """

    start: int
    end: int
    opens: int


class Lexer:
    """The comments and strings of a Nix file, as far as somebody has asked."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        #: Places outside of everything, each with no more than a few comments and strings up to the next.
        self._marks = [0]
        self._is_broken = False
        self._near: dict[int, _Steps] = {}

    def passage(self, at: int, after: int) -> Passage | None:
        """That in which all bytes from `at` to `after` stand; None if there is none."""
        self._stride_to(after)
        mark = self._marks[bisect_right(self._marks, at) - 1]
        steps = self._near.get(mark)
        if steps is None:
            steps = self._near[mark] = _Steps(self._data, mark)
        return steps.passage(at, after)

    def is_whole(self) -> bool:
        """Whether all that begins in the file ends there; if not, nobody knows what is a string in it."""
        self._stride_to(len(self._data) + 1)
        return not self._is_broken

    def _stride_to(self, after: int) -> None:
        data, marks = self._data, self._marks
        while marks[-1] < after:
            found = _stride.match(data, marks[-1])
            if found is not None:
                marks.append(found.end())
                continue
            steps = _Steps(data, marks[-1])
            steps.go_outside()
            self._is_broken = steps.is_broken
            marks.append(len(data) + 1 if steps.is_done else steps.at)


class _Steps:
    """The comments and strings from a place that is outside of all of them, one by one."""

    def __init__(self, data: bytes, begins: int) -> None:
        self.at = begins
        self.is_done = False
        self.is_broken = False
        self._data = data
        self._starts: list[int] = []
        self._found: list[Passage] = []
        #: The interpolations that are gone into: the braces that are open in each, where its string begins.
        self._around: list[tuple[int, int]] = []

    def passage(self, at: int, after: int) -> Passage | None:
        """As that of `Lexer`, of places behind the first."""
        while self.at < after and not self.is_done:
            self._step()
        number = bisect_right(self._starts, at) - 1
        return self._found[number] if number >= 0 and after <= self._found[number].end else None

    def go_outside(self) -> None:
        """Goes one step, and further until it is outside of all strings."""
        self._step()
        while self._around and not self.is_done:
            self._step()

    def _step(self) -> None:
        search = (_step_inside if self._around else _step_outside).search
        found = search(self._data, self.at)
        # With a star behind them two slashes begin no comment.
        while found is not None and found[0] == b"//":
            found = search(self._data, found.end())
        if found is None:
            self._end(is_broken=bool(self._around))
            return
        behind = self.at
        start, self.at = found.span()
        kind = found.lastindex
        if kind in (_QUOTES, _QUOTE):
            self._add_text(start, start, found[kind])
        elif kind is None:
            self._sign(start)
        elif kind == _ENDLESS:
            self._end(is_broken=True)
        elif kind == _COLON:
            self._colon(behind, start)
        else:
            self._prime(behind, start)

    def _end(self, *, is_broken: bool) -> None:
        self.is_done, self.is_broken = True, is_broken

    def _add(self, start: int, end: int, opens: int) -> None:
        self._starts.append(start)
        self._found.append(Passage(start, end, opens))

    def _add_text(self, start: int, opens: int, end: bytes) -> None:
        """A piece of a string, and how it ends."""
        if end == b"${":
            self._add(start, self.at - 2, opens)
            self._around.append((1, opens))
        elif end.endswith((b'"', b"''")):
            self._add(start, self.at, opens)
        else:
            self._end(is_broken=True)

    def _rest(self, start: int, text: int, opens: int) -> None:
        """A piece of a string that begins at `start`, its text at `text`."""
        pattern = _quoted if self._data.startswith(b'"', opens) else _indented
        found = pattern.match(self._data, text)
        # It matches at the end of a file at the latest.
        if found is not None:
            self.at = found.end()
            self._add_text(start, opens, found[1])

    def _sign(self, start: int) -> None:
        """A comment, or a brace."""
        sign = self._data[start : start + 1]
        if sign in (b"#", b"/"):
            self._add(start, self.at, COMMENT)
            return
        braces, opens = self._around.pop()
        braces += 1 if sign == b"{" else -1
        if braces:
            self._around.append((braces, opens))
        else:
            self._rest(self.at, self.at, opens)

    def _colon(self, behind: int, start: int) -> None:
        """A colon behind a letter: that of a URI, or of a function."""
        kind, end = self._token(behind, start)
        if kind == _IS_URI:
            self.at = end
            self._add(start, end, URI)

    def _prime(self, behind: int, start: int) -> None:
        """A quote behind a letter or a digit: a part of a name, or one of two that begin a string."""
        kind, end = self._token(behind, start)
        if kind == _IS_NAME:
            self.at = end
        elif self._data.startswith(b"''", start):
            self._rest(start, start + 2, start)

    def _token(self, behind: int, at: int) -> tuple[int | None, int]:
        """The kind and the end of the name, number, path or URI that a place belongs to; `behind` is before it."""
        start, data, least = at, self._data, max(behind, at - _LONGEST_WORD)
        while start > least and data[start - 1] in _WORD:
            start -= 1
        while (found := _token.match(data, start)) is not None and found.end() <= at:
            start = found.end()
        return (found.lastindex, found.end()) if found is not None else (None, at + 1)

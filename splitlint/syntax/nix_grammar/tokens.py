"""Nix source to tokens, as Nix's own lexer cuts it (src/libexpr/lexer.l).

What the lexer decides by its longest match is an order of alternatives here: a path before a name, a float before an
integer. Strings and paths with `${...}` in them are cut by `errors`, which knows where an interpolation ends.
"""

from __future__ import annotations

from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax.nix_grammar.bindings import NixError, WrongError, shown

KEYWORDS = frozenset((b"if", b"then", b"else", b"assert", b"with", b"let", b"in", b"rec", b"inherit", b"or"))

#: Kinds of tokens that are not their own text.
NAME, NUMBER, PATH, ADDRESS, END, INVALID = "name", "number", "path", "address", "end", "invalid"

_SPACE = lazy_pattern(rb"(?:[ \t\r\n]+|#[^\r\n]*|/\*.*?\*/)*", 16)  # re.DOTALL
_TOKEN = lazy_pattern(
    rb"(?P<path>~/\$\{|[\w.+-]*/\$\{|~(?:/[\w.+-]+)+/?|[\w.+-]*(?:/[\w.+-]+)+/?)"
    rb"|(?P<address><[\w.+-]+(?:/[\w.+-]+)*>|[a-zA-Z][a-zA-Z0-9+.-]*:[\w%/?:@&=+$,.!~*'-]+)"
    rb"|(?P<number>(?:[1-9][0-9]*\.[0-9]*|0?\.[0-9]+)(?:[Ee][+-]?[0-9]+)?|[0-9]+)"
    rb"|(?P<name>[a-zA-Z_][\w'-]*)"
    rb"|(?P<sign>\.\.\.|==|!=|<=|>=|&&|\|\||->|//|\+\+|<\||\|>|\$\{|''|[\"{}()\[\]:;,.@=?<>!+*/-])"
)
#: In a string: what is no `${`, no end. A backslash takes the next byte along, and so does a `$` before no brace.
STRING_TEXT = lazy_pattern(rb'(?:[^$"\\]+|\\.|\$\\.|\$[^{"\\]|\$(?="))*', 16)
INDENTED_TEXT = lazy_pattern(rb"(?:[^$']+|''\$|'''|''\\.|'(?!')|\$[^{']|\$(?='))*", 16)
PATH_TEXT = lazy_pattern(rb"[\w.+-]*(?:/[\w.+-]+)+/?|[\w.+-]*/|[\w.+-]+")


class Token(NamedTuple):
    """One token: its kind (a keyword or sign is its own text), its bytes, and the byte offset of its first."""

    kind: str
    text: bytes
    start: int

    @property
    def end(self) -> int:
        """The byte offset after the last."""
        return self.start + len(self.text)


def token_at(data: bytes, offset: int) -> Token:
    """The token at or after a byte offset; blanks and comments before it are passed over.

    The path before `${` ends with its `/`.
    """
    space = _SPACE.match(data, offset)
    start = space.end() if space else offset
    found = _TOKEN.match(data, start)
    if found is None:
        return Token(INVALID, data[start : start + 1], start) if start < len(data) else Token(END, b"", start)
    text, kind = found[0], found.lastgroup or ""
    if kind == "sign" or (kind == "name" and text in KEYWORDS):
        kind = text.decode()
    elif kind == "path" and text.endswith(b"${"):
        text = text[:-2]
    elif kind == "number" and text.isdigit() and (len(text) > 4000 or int(text) >= 1 << 63):
        kind = INVALID
    return Token(kind, text, start)


#: What may be the matter where something begins, by what should have ended it.
LACKS = {
    ";": "a `;` may be missing here",
    ")": "this bracket is not closed",
    "]": "this bracket is not closed",
    "}": "this bracket is not closed",
    "then": "this `if` has no `then`",
    "else": "this `if` has no `else`",
    "in": "this `let` has no `in`",
}
NO_END = "this string is not closed"
LONG_STRING = "a string is not closed, perhaps this one, which spans several lines"


class Tokens:
    """The tokens of a file, read one by one."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.now = token_at(data, 0)
        #: The first string between `"` that goes on over lines: where an error in strings may have begun.
        self.long_string: int | None = None

    def take(self) -> Token:
        """The token that is there; the next one is."""
        token = self.now
        self.now = token_at(self.data, token.end)
        return token

    def takes(self, kind: str) -> bool:
        """Takes the token if it is of a kind."""
        if self.now.kind != kind:
            return False
        self.take()
        return True

    def expect(self, kind: str, opened: int | None = None) -> Token:
        """Takes the token if it is of a kind, else raises WrongError; `opened` is where what it ends begins."""
        if self.now.kind != kind:
            raise self.wrong(f"`{kind}`", opened, LACKS.get(kind, ""))
        return self.take()

    def after(self) -> Token:
        """The token after the one that is there."""
        return token_at(self.data, self.now.end)

    def wrong(self, expected: str, opened: int | None = None, lacks: str = "") -> WrongError:
        """The error that the token that is there is; `lacks` says what may be the matter where `opened` is."""
        token = self.now
        if token.kind == INVALID and token.text[:1].isdigit():
            return WrongError(NixError("this number is too large", token.start, token.end))
        what = f"`{shown(token.text)}`" if token.text else "end of the file"
        if self.long_string is not None and token.kind in (END, INVALID, NAME, ADDRESS):
            opened, lacks = self.long_string, LONG_STRING
        return WrongError(NixError(f"unexpected {what}, expected {expected}", token.start, token.end, opened, lacks))

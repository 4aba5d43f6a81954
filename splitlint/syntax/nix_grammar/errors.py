"""Where Nix would stop parsing a file, and why: its grammar (src/libexpr/parser.y), as a recogniser.

tree-sitter-nix mends what it cannot parse and goes on, objects to some valid Nix (a comma before `}` in formals, pipes,
carriage returns as line ends) and accepts some that is not. So where it has doubts this asks the grammar itself.
Accepted is what any Nix since 2.8 accepts; pipes are. Names are not resolved.
"""

from __future__ import annotations

import sys

from splitlint.syntax.nix_grammar.bindings import Name, NixError, Shape, WrongError, bind, shown
from splitlint.syntax.nix_grammar.texts import Texts
from splitlint.syntax.nix_grammar.tokens import (
    ADDRESS,
    END,
    LACKS,
    NAME,
    NUMBER,
    PATH,
    Token,
    token_at,
)

#: Frames that nested code may take; Nix's own parser gives up at 10,000 symbols.
_DEEPEST = 60_000

#: Binary operators by how tightly they bind. Nix's parser.y, `%left` and the like.
_LEVELS = {
    "->": 1, "||": 2, "&&": 3, "==": 4, "!=": 4, "<": 5, ">": 5, "<=": 5, ">=": 5, "//": 6,
    "+": 8, "-": 8, "*": 9, "/": 9, "++": 10, "?": 11,
}  # fmt: skip
_NOT, _NEGATE = 7, 12
_FROM_THE_RIGHT = frozenset((1, 6, 10))
_NOT_TWICE = frozenset((4, 5))


def first_error(data: bytes) -> NixError | None:
    """The first syntax error of a Nix file, None if Nix parses it."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _DEEPEST))
    try:
        _Grammar(data).file()
    except WrongError as wrong:
        return wrong.error
    except RecursionError:
        return NixError("the code is nested too deeply to be parsed", 0, 0)
    finally:
        sys.setrecursionlimit(limit)
    return None


class _Grammar(Texts):
    """Reads a file from its start; each method reads what it is called after, and raises WrongError."""

    def file(self) -> None:
        self.expression()
        if self.now.kind != END:
            raise self.wrong("the end of the file")

    # Expressions

    def expression(self) -> Shape:
        """A whole expression: a function, `let`, `with`, `assert`, `if`, pipes or operators."""
        kind = self.now.kind
        if kind == NAME and self.after().kind in (":", "@"):
            self.named_function()
        elif kind == "{" and self.begins_formals():
            self.formals_function()
        elif kind in ("assert", "with"):
            opened = self.take().start
            self.expression()
            self.expect(";", opened)
        elif kind == "let" and self.after().kind != "{":
            self.bindings("in", self.take().start, dynamic=False)
        elif kind == "if":
            opened = self.take().start
            self.expression()
            self.expect("then", opened)
            self.expression()
            self.expect("else", opened)
        else:
            return self.pipes()
        self.expression()
        return None

    def begins_formals(self) -> bool:
        """Whether the brace that is there begins the arguments of a function."""
        first = self.after()
        second = token_at(self.data, first.end)
        if first.kind == "}":
            return second.kind in (":", "@")
        return first.kind == "..." or (first.kind == NAME and second.kind in (",", "?", "}"))

    def named_function(self) -> None:
        """`name: ` or `name @ { .. }: `."""
        name = self.take()
        if self.take().kind == "@":
            self.formals(name)
            self.expect(":")

    def formals_function(self) -> None:
        self.formals(None)
        self.expect(":")

    def formals(self, name: Token | None) -> None:
        """`{ a, b ? c, ... }`, and `@ name` where none came before."""
        opened = self.expect("{").start
        names: dict[bytes, Token] = {}
        while self.now.kind == NAME:
            formal = self.take()
            if formal.text in names:
                raise _repeated("argument", formal)
            names[formal.text] = formal
            if self.takes("?"):
                self.expression()
            if not self.takes(","):
                break
        else:
            self.takes("...")
        self.expect("}", opened)
        if name is None and self.takes("@"):
            name = self.expect(NAME)
        if name is not None and name.text in names:
            raise _repeated("argument", names[name.text])

    def pipes(self) -> Shape:
        shape = self.operators(0)
        pipe = self.now.kind
        if pipe not in ("|>", "<|"):
            return shape
        while self.takes(pipe):
            self.operators(0)
        return None

    def operators(self, least: int) -> Shape:
        """Operands between operators that bind at least as tightly as `least`."""
        sign = self.now.kind
        if sign in ("!", "-"):
            self.take()
            self.operators(_NOT if sign == "!" else _NEGATE)
            shape = None
        else:
            shape = self.application()
        before = 0
        while (level := _LEVELS.get(self.now.kind, -1)) >= least:
            if level == before and level in _NOT_TWICE:
                raise self.wrong(f"parentheses, since `{self.now.kind}` does not chain")
            operator = self.take()
            if operator.kind == "?":
                self.attribute_path()
            else:
                self.operators(level if level in _FROM_THE_RIGHT else level + 1)
            before, shape = level, None
        return shape

    def application(self) -> Shape:
        if not self.begins_operand():
            raise self.wrong("an expression")
        shape = self.selection()
        while self.begins_operand():
            self.selection()
            shape = None
        return shape

    def begins_operand(self) -> bool:
        kind = self.now.kind
        if kind == "let":
            return self.after().kind == "{"
        return kind in (NAME, NUMBER, PATH, ADDRESS, '"', "''", "(", "[", "{", "rec")

    def selection(self) -> Shape:
        """`a`, `a.b.c`, `a.b or c`, and `a or`, where `or` is an argument by that name."""
        shape = self.operand()
        if self.takes("."):
            self.attribute_path()
            if self.takes("or"):
                if not self.begins_operand():
                    raise self.wrong("an expression")
                self.selection()
            return None
        return None if self.takes("or") else shape

    def operand(self) -> Shape:
        kind = self.now.kind
        if kind in ('"', "''"):
            return self.string()
        if kind == PATH:
            self.path()
            return None
        token = self.take()
        if kind == "(":
            shape = self.expression()
            self.expect(")", token.start)
            return shape
        if kind == "[":
            while self.begins_operand():
                self.selection()
            self.expect("]", token.start)
        elif kind in ("rec", "let"):
            opened = self.expect("{").start
            names = self.bindings("}", opened)
            return names if kind == "rec" else None
        elif kind == "{":
            return self.bindings("}", token.start)
        return None

    # Sets

    def bindings(self, end: str, opened: int, *, dynamic: bool = True) -> dict[bytes, Shape]:
        """Bindings to the token that ends them, which is taken; names that are computed only if `dynamic`."""
        names: dict[bytes, Shape] = {}
        while self.now.kind != end:
            start = self.now.start
            if self.takes("inherit"):
                self.inherited(names)
            elif self.now.kind in (NAME, "or", '"', "${"):
                path = self.attribute_path()
                if not dynamic and path[0][0] is None:
                    raise WrongError(NixError("a name that `let` binds cannot be computed", *path[0][1:]))
                self.expect("=")
                bind(names, path, self.expression())
            else:
                raise self.wrong(f"`{end}` or a binding", opened, LACKS[end])
            self.expect(";", start)
        self.take()
        return names

    def inherited(self, names: dict[bytes, Shape]) -> None:
        if self.now.kind == "(":
            opened = self.take().start
            self.expression()
            self.expect(")", opened)
        while self.now.kind in (NAME, "or", '"', "${"):
            name = self.attribute_name()
            if name[0] is None:
                raise WrongError(NixError("a name to inherit cannot be computed", *name[1:]))
            bind(names, [name], None)

    def attribute_path(self) -> list[Name]:
        path = [self.attribute_name()]
        while self.takes("."):
            path.append(self.attribute_name())
        return path

    def attribute_name(self) -> Name:
        token = self.now
        if token.kind in (NAME, "or"):
            self.take()
            return token.text, token.start, token.end
        shape: Shape
        if token.kind == '"':
            shape = self.string()
        elif token.kind == "${":
            self.take()
            shape = self.expression()
            self.expect("}", token.start)
        else:
            raise self.wrong("the name of an attribute")
        return (shape if isinstance(shape, bytes) else None), token.start, self.now.start


def _repeated(what: str, token: Token) -> WrongError:
    return WrongError(NixError(f"the {what} `{shown(token.text)}` appears twice", token.start, token.end))

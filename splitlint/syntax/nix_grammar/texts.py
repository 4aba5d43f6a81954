"""Strings and paths of Nix, with the expressions that are put into them, as a part of its grammar."""

from __future__ import annotations

from abc import ABC, abstractmethod

from splitlint.syntax.nix_grammar.bindings import NixError, Shape, WrongError
from splitlint.syntax.nix_grammar.tokens import (
    INDENTED_TEXT,
    LACKS,
    LONG_STRING,
    NO_END,
    PATH_TEXT,
    STRING_TEXT,
    Tokens,
    token_at,
)


class Texts(Tokens, ABC):
    """Reads strings and paths; the rest of the grammar reads the expressions in them."""

    @abstractmethod
    def expression(self) -> Shape:
        """A whole expression."""

    def string(self) -> bytes | None:
        """A string of either kind; its bytes as written if there is no interpolation in it."""
        start = self.now.start
        sign = self.now.text
        pattern = STRING_TEXT if sign == b'"' else INDENTED_TEXT
        at = self.now.end
        literal: bytes | None = b""
        while True:
            found = pattern.match(self.data, at)
            text = found[0] if found else b""
            at += len(text)
            if sign == b'"' and b"\n" in text and self.long_string is None:
                self.long_string = start
            if self.data.startswith(sign, at):
                self.now = token_at(self.data, at + len(sign))
                return literal + text if literal is not None else None
            if not self.data.startswith(b"${", at):
                end = len(self.data)
                opened, lacks = (start, NO_END) if self.long_string is None else (self.long_string, LONG_STRING)
                raise WrongError(NixError("the file ends within a string", end, end, opened, lacks))
            at, literal = self.interpolation(at), None

    def interpolation(self, at: int) -> int:
        """Reads `${ .. }` at a byte offset; gives the offset after it."""
        self.now = token_at(self.data, at + 2)
        self.expression()
        if self.now.kind != "}":
            raise self.wrong("`}`", at, LACKS["}"])
        return self.now.end

    def path(self) -> None:
        """A path, with `${..}` in it or not."""
        start, at = self.now.start, self.now.end
        last = self.now.text
        parts, computed = 0, False
        while True:
            if self.data.startswith(b"${", at):
                at, last, computed = self.interpolation(at), b"", True
            elif (found := PATH_TEXT.match(self.data, at)) and (computed or parts == 0):
                at, last, parts = found.end(), found[0], parts + 1
            else:
                break
        if last.endswith(b"/"):
            raise WrongError(NixError("a path cannot end with `/`", start, at))
        if parts and not computed:
            raise WrongError(NixError("a path cannot contain `//`", start, at))
        self.now = token_at(self.data, at)

"""Python source to a libcst tree with byte positions.

libcst rather than `ast`: it reads Python newer than the one it runs on, and it knows where each piece of an
f-string stands, which `ast` does only from 3.12 on. It costs 0.2 s to import and 10 ms for each kB, so it is
imported here when the first file is parsed, and only files whose needles hit come this far.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any

from splitlint.limits import check_time
from splitlint.startup.records import dataclass, field

if TYPE_CHECKING:
    import libcst as cst

#: Larger files are generated ones; libcst would take seconds for each.
MAX_BYTES = 1_000_000
#: libcst's parser and visitors recurse; its parser crashes the process beyond some thousand levels.
MAX_NESTING = 90
MAX_CHAIN = 2000
MAX_BRANCHES = 400

_BOM = b"\xef\xbb\xbf"
#: `@name@`, which substituteAll and replaceVars fill in, also where Python wants an expression: `if @editor@:`.
_MARK = re.compile(r"@([A-Za-z_][A-Za-z0-9_]*)@")


@dataclass(frozen=True, slots=True)
class Unparsed:
    """Why there is no tree; `line` is 1-based, 0 where no line is to blame.

    `fatal`: it may well be Python, and splitlint does not know what is in it.
    """

    message: str
    line: int = 0
    fatal: bool = False


_TOO_DEEP = Unparsed("nested too deeply", fatal=True)


@dataclass(frozen=True)
class PythonTree:
    """A module, and where each of its nodes stands in the bytes that it was parsed from."""

    module: cst.Module
    code: str = field(repr=False)
    spans: Mapping[cst.CSTNode, Any] = field(repr=False)
    encoding: str = "utf-8"
    bom: int = 0

    @cached_property
    def _offsets(self) -> tuple[list[int], list[int]] | None:
        """UTF-8 and file offsets of each character, where the file is not UTF-8."""
        if self.encoding == "utf-8":
            return None
        utf8, own = [0], [0]
        for character in self.code:
            utf8.append(utf8[-1] + len(character.encode("utf-8", "surrogatepass")))
            own.append(own[-1] + len(character.encode(self.encoding, "replace")))
        return utf8, own

    @cached_property
    def _size(self) -> int:
        return len(self.code.encode("utf-8", "surrogatepass"))

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """The first byte of a node, and the one behind its last."""
        span = self.spans[node]
        return self._byte(span.start), self._byte(span.start + span.length)

    def _byte(self, utf8: int) -> int:
        if self._offsets is None:
            return min(utf8, self._size) + self.bom  # libcst ends every file with a line end
        return self._offsets[1][bisect_right(self._offsets[0], utf8) - 1]


def parse(data: bytes) -> PythonTree | Unparsed:
    """The tree of Python source, or why there is none. Never raises.

    Where the source only parses with its `@name@` marks read as names, it is read that way.
    """
    read = _decoded(data)
    if isinstance(read, Unparsed):
        return read
    code, encoding = read
    bom = len(_BOM) if data.startswith(_BOM) else 0
    failure = Unparsed("not Python that splitlint can read")
    with _shallow():
        return _parsed(code, encoding, bom, failure)


@contextmanager
def _shallow() -> Iterator[None]:
    """Python's usual recursion limit: evaluation raises it, and libcst's visitors would use it up for seconds."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(min(limit, 1000))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _parsed(code: str, encoding: str, bom: int, failure: Unparsed) -> PythonTree | Unparsed:
    import libcst as cst
    from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

    for text in dict.fromkeys((code, _MARK.sub(r"_\1_", code))):
        try:
            module = cst.parse_module(text)
            spans = MetadataWrapper(module, unsafe_skip_copy=True).resolve(ByteSpanPositionProvider)
            return PythonTree(module, text, spans, encoding, bom)
        except cst.ParserSyntaxError as error:
            failure = Unparsed(f"not valid Python: line {error.raw_line}", error.raw_line)
        except (RecursionError, KeyError):  # the provider trips over its own bookkeeping when it recurses too far
            # Or when it is interrupted.
            check_time()
            return _TOO_DEEP
        except cst.CSTValidationError as error:
            return Unparsed(f"not Python that splitlint can read: {str(error).rstrip('.').lower()}", fatal=True)
    return failure


def _decoded(data: bytes) -> tuple[str, str] | Unparsed:
    """The text without a byte order mark, and its encoding; not what would make the parser overflow."""
    from tokenize import detect_encoding

    if len(data) > MAX_BYTES:
        return Unparsed(f"Python file of more than {MAX_BYTES // 1_000_000} MB")
    try:
        encoding, _ = detect_encoding(BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return Unparsed("not text in the encoding that it names, or in UTF-8")
    if "\0" in text:
        return Unparsed("has a zero byte in it")
    if _nesting(text) > MAX_NESTING or _longest_chain(text) > MAX_CHAIN or text.count("elif ") > MAX_BRANCHES:
        return _TOO_DEEP
    return text, "utf-8" if encoding == "utf-8-sig" else encoding


_STRUCTURE = re.compile(r"[(\[{]|[)\]}]|\n[ \t]*")


def _nesting(text: str) -> int:
    """At least how deeply brackets and indented blocks stand in each other; brackets in strings count too."""
    deepest = depth = 0
    indents = [0]
    for token in _STRUCTURE.finditer(text):
        first = token[0][0]
        if first == "\n":
            width = len(token[0]) - 1
            while indents[-1] > width:
                indents.pop()
            if width > indents[-1]:
                indents.append(width)
        else:
            depth = depth + 1 if first in "([{" else max(0, depth - 1)
        deepest = max(deepest, depth + len(indents))
    return deepest


_STRING = re.compile(r"""[rbfuRBFU]{0,2}("[^"\n\\]*"|'[^'\n\\]*')""")
_TOKEN = re.compile(r"\w+|[^\w\s]")
#: Where an expression surely ends: a comma, or a line end that no operator, string or bracket carries over.
_END = re.compile(r"[,;]|(?<![-+*/%|&<>=.~^\\(\[{\"'])[ \t]*\n\s*(?=[A-Za-z_@#)\]}])|\n[ \t]*\n")


def _longest_chain(text: str) -> int:
    """The most tokens in one expression, or more: `a + b + c ..` nests as deeply as brackets do."""
    return max(len(_TOKEN.findall(part)) for part in _END.split(_STRING.sub('"', text)))

"""String literals of programs in any language, found without a parser.

Good enough to tell a string from a comment and from code in the language families below; where a language is
not known, every quoted stretch of one line is a literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from splitlint.startup.named_tuples import NamedTuple

MAX_BYTES = 4_000_000


class Literal(NamedTuple):
    """A string literal: its text as written (escapes not undone) without quotes, and the bytes of that text.

    `opening` is what stands in front of it: a quote, or `r#"`, `qq{`, `b"`.
    """

    text: str
    start: int
    end: int
    opening: str


class Family(NamedTuple):
    """How a family of languages writes comments and strings: regular expressions over bytes."""

    comments: str
    strings: str


# Lengths are bounded, and what is not closed is passed over as a whole, so that the cost is linear.
_DOUBLE = r'(?P<d>[A-Za-z]{0,2}")(?P<dt>(?:[^"\\]|\\.){0,8000}+)"'
_UNCLOSED = r'"(?:[^"\\]|\\.){0,8000}+'
_DOUBLE_LINE = r'(?P<d>[A-Za-z]{0,2}")(?P<dt>(?:[^"\\\n]|\\.){0,8000}+)"'
_UNCLOSED_LINE = r'"(?:[^"\\\n]|\\.){0,8000}+'
_SINGLE_LINE = r"(?P<s>')(?P<st>(?:[^'\\\n]|\\.){0,400}+)'"
_TRIPLE = r'(?P<t>"""|\'\'\')(?P<tt>(?:[^\\]|\\.){0,64000}?)(?P=t)'
_TICK = r"(?P<b>`)(?P<bt>(?:[^`\\]|\\.){0,8000}+)`"
_RUST_RAW = r'(?P<r>b?r(?P<hash>\#{0,8})")(?P<rt>.{0,64000}?)"(?P=hash)'
_RUST_UNCLOSED = r'b?r\#{0,8}".{0,64000}'
_CPP_RAW = r'(?P<r>R"(?P<mark>[^\s()\\]{0,16})\()(?P<rt>.{0,64000}?)\)(?P=mark)"'
_CPP_UNCLOSED = r'R"[^\s()\\]{0,16}\(.{0,64000}'
#: A character, or the lifetime of Rust that looks like the start of one.
_CHARACTER = r"'(?:[^'\\\n]|\\[^\n]{1,8}?)'|'\w+"
_PERL_QUOTED = (
    r"(?P<r>\bq[qx]?\s?(?:(?P<brace>\{)|\())"
    r"(?P<rt>(?(brace)(?:[^{}]|\{[^{}]{0,8000}+\}){0,8000}|[^()]{0,8000}+))(?(brace)\}|\))"
)

_C_COMMENTS = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
_HASH_COMMENTS = r"(?:(?<=\s)|\A)\#[^\n]*"
_C = Family(_C_COMMENTS, "|".join((_CPP_RAW, _CPP_UNCLOSED, _CHARACTER, _DOUBLE_LINE, _UNCLOSED_LINE)))
_RUST = Family(_C_COMMENTS, "|".join((_RUST_RAW, _RUST_UNCLOSED, _CHARACTER, _DOUBLE, _UNCLOSED)))
_GO = Family(_C_COMMENTS, "|".join((_CHARACTER, _DOUBLE_LINE, _UNCLOSED_LINE, _TICK)))
_JVM = Family(_C_COMMENTS, "|".join((_TRIPLE, _CHARACTER, _DOUBLE_LINE, _UNCLOSED_LINE)))
_SCRIPT = Family(_C_COMMENTS, "|".join((_DOUBLE_LINE, _UNCLOSED_LINE, _SINGLE_LINE, _TICK)))
_PERL = Family(
    _HASH_COMMENTS + r"|(?:(?<=\n)|\A)=[a-z].*?(?:\n=cut[^\n]*|\Z)",
    "|".join((_PERL_QUOTED, _DOUBLE, _UNCLOSED, _SINGLE_LINE)),
)
_RUBY = Family(
    _HASH_COMMENTS + r"|(?:(?<=\n)|\A)=begin\b.*?(?:\n=end[^\n]*|\Z)", "|".join((_DOUBLE, _UNCLOSED, _SINGLE_LINE))
)
_HASH = Family(_HASH_COMMENTS, "|".join((_TRIPLE, _DOUBLE_LINE, _UNCLOSED_LINE, _SINGLE_LINE)))
_LUA = Family(
    r"--\[\[.*?(?:\]\]|\Z)|--[^\n]*",
    "|".join((r"(?P<r>\[\[)(?P<rt>.{0,64000}?)\]\]", _DOUBLE_LINE, _UNCLOSED_LINE, _SINGLE_LINE)),
)
_HASKELL = Family(r"--[^\n]*|\{-.*?(?:-\}|\Z)", "|".join((_CHARACTER, _DOUBLE_LINE, _UNCLOSED_LINE)))
_OTHER = Family(r"(?!)", r'(?P<d>")(?P<dt>[^"\n]*)"|(?P<s>\')(?P<st>[^\'\n]*)\'|(?P<b>`)(?P<bt>[^`\n]*)`')

FAMILIES = {
    **dict.fromkeys(("c", "h", "cc", "cpp", "cxx", "hh", "hpp", "hxx"), _C),
    "rs": _RUST,
    **dict.fromkeys(("go", "zig"), _GO),
    **dict.fromkeys(("java", "kt", "kts", "scala", "swift", "cs", "dart", "groovy"), _JVM),
    **dict.fromkeys(("js", "mjs", "cjs", "jsx", "ts", "tsx", "php", "d"), _SCRIPT),
    **dict.fromkeys(("pl", "pm", "t"), _PERL),
    **dict.fromkeys(("rb", "erb", "cr"), _RUBY),
    **dict.fromkeys(("py", "nim", "jl", "ex", "exs", "toml", "r", "tcl", "fish", "nu", "awk"), _HASH),
    "lua": _LUA,
    **dict.fromkeys(("hs", "elm", "ml"), _HASKELL),
}


def string_literals(data: bytes, suffix: str) -> list[Literal]:
    """The string literals of a program, comments skipped; `suffix` is the file's, without a dot. Never raises."""
    family = FAMILIES.get(suffix, _OTHER)
    return list(_literals(data[:MAX_BYTES], _scanner(family)))


def _literals(data: bytes, scanner: re.Pattern[bytes]) -> Iterator[Literal]:
    for found in scanner.finditer(data):
        opening = next((group for group in ("d", "s", "t", "b", "r") if found.groupdict().get(group) is not None), None)
        if opening is None:
            continue
        start, end = found.span(opening + "t")
        yield Literal(data[start:end].decode("utf-8", "replace"), start, end, found[opening].decode("utf-8", "replace"))


@cache
def _scanner(family: Family) -> re.Pattern[bytes]:
    return re.compile(f"{family.comments}|{family.strings}".encode(), re.DOTALL)

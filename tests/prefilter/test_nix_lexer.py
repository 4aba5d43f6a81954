"""The lexer for comments and strings, held against Nix's own rules, written out, and against tree-sitter's trees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Node

from splitlint.prefilter.nix_lexer import COMMENT, LONGEST_PLAIN, URI, Lexer
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.syntax import nix

ROOT = Path(__file__).resolve().parents[2]
#: Where a byte is that is in no comment, string or URI.
CODE = -3


def passages(data: bytes) -> list[bytes]:
    """All that the lexer finds, in order."""
    lexer = Lexer(data)
    found = {one: None for at in range(len(data)) if (one := lexer.passage(at, at + 1)) is not None}
    return [data[one.start : one.end] for one in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(b"a # b\nc", [b"# b\n"], id="a comment up to the end of its line"),
        pytest.param(b"a # b", [b"# b"], id="a comment at the end of the file"),
        pytest.param(b"/* a\n* b */ c /**/", [b"/* a\n* b */", b"/**/"], id="comments in stars"),
        pytest.param(b'"a # b" c', [b'"a # b"'], id="a hash in a string"),
        pytest.param(b'# "\na', [b'# "\n'], id="a quote in a comment"),
        pytest.param(rb'"a \" b" c "\\" d', [rb'"a \" b"', rb'"\\"'], id="quotes and backslashes after a backslash"),
        pytest.param(b"''a ''' b '' c", [b"''a ''' b ''"], id="two quotes in an indented string"),
        pytest.param(b"''a ''${ b ''\\n ''$ '' c", [b"''a ''${ b ''\\n ''$ ''"], id="escapes in an indented string"),
        pytest.param(b"''a'' b''c''", [b"''a''"], id="quotes that belong to a name"),
        pytest.param(b"foldl' f ''a''", [b"''a''"], id="a name with a quote"),
        pytest.param(b"[1''a'' ./b''c'' -2''d'']", [b"''a''", b"''c''", b"''d''"], id="strings without space before"),
        pytest.param(b"a//b''c", [], id="a name behind two slashes"),
        pytest.param(b'"a ${b} c" d', [b'"a ${b} c"'], id="a plain interpolation is a part of its string"),
        pytest.param(b'"a ${{b=1;}.b} c" d', [b'"a ', b' c"'], id="braces in an interpolation"),
        pytest.param(b'"a ${b "c"} d" e', [b'"a ', b'"c"', b' d"'], id="a string in an interpolation"),
        pytest.param(b"''a ${b/*}*/} '' c", [b"''a ", b"/*}*/", b" ''"], id="a comment in an interpolation"),
        pytest.param(b'"$${a" b "$$${c "d"}"', [b'"$${a"', b'"$$', b'"d"', b'"'], id="two dollars"),
        pytest.param(b'"a$" b "$\\"" c', [b'"a$"', b'"$\\""'], id="a dollar before the end of a string"),
        pytest.param(b"''a$'' b ''c'$'' d", [b"''a$''", b"''c'$''"], id="a dollar before two quotes"),
        pytest.param(b"x = http://a/b''*/c; d", [b"://a/b''*/c"], id="a URI"),
        pytest.param(b"x: y: ''a''", [b"''a''"], id="colons of functions"),
        pytest.param(b"a_b:''c'' ./d:''e''", [b"''c''", b"''e''"], id="colons behind what begins no URI"),
        pytest.param(b"a:''b''", [b":''b''"], id="a colon that begins a URI where nobody means one"),
        pytest.param(b"", [], id="an empty file"),
    ],
)
def test_comments_and_strings(text: bytes, found: list[bytes]) -> None:
    assert passages(text) == found
    assert Lexer(text).is_whole()


@pytest.mark.parametrize(
    "text",
    [b'a "b', b"''b", b"''b '", b"/* a", b"/*/", b'"${', b'"${a"', b'"${a} ', b'"a\\', b'"$', b"''$", b'"${"a"'],
)
def test_what_does_not_end_makes_a_file_a_broken_one(text: bytes) -> None:
    assert not Lexer(text).is_whole()


def test_only_as_much_as_is_asked_about_is_lexed() -> None:
    lexer = Lexer(b"{ a }: " + b'"b" ' * 1000 + b'"')
    assert lexer.passage(7, 10) is not None
    assert lexer.passage(3, 4) is None
    assert lexer.passage(4003, 4006) is not None
    assert not lexer.is_whole()
    assert lexer.passage(7, 10) is not None


def test_a_long_interpolation_is_gone_into() -> None:
    shorter, longer = b"a" * LONGEST_PLAIN, b"a" * (LONGEST_PLAIN + 1)
    assert passages(b'"${%b}"' % shorter) == [b'"${%b}"' % shorter]
    assert passages(b'"${%b}"' % longer) == [b'"', b'"']


@pytest.mark.parametrize(
    "piece", [b'"', b"''", b"/*", b"${", b'"${', b"''${", b"a'", b"a:b'", b'"a" ', b"'", b"x/*/", b"{", b"//", b"f:"]
)
def test_time_is_in_proportion_to_the_size(piece: bytes) -> None:
    def seconds(count: int) -> float:
        data = piece * count
        begun = process_time()
        lexer = Lexer(data)
        for at in range(0, len(data), len(data) // 50):
            lexer.passage(at, at + 1)
        lexer.is_whole()
        return process_time() - begun

    assert seconds(1 << 16) < 24 * min(seconds(1 << 13) for _ in range(3)) + 0.01


# What Nix's lexer.l says: in each state the longest match, of two the first. A slash at the end of a path is left out,
# which it takes only to say that it is wrong.
_DEFAULT = [
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in [
        (rb"[a-zA-Z_][\w'-]*", "code"),
        (rb"\d+", "code"),
        (rb"(?:[1-9]\d*\.\d*|0?\.\d+)(?:[Ee][+-]?\d+)?", "code"),
        (rb"(?:~|[\w.+-]*)(?:/[\w.+-]+)+", "code"),
        (rb"<[\w.+-]+(?:/[\w.+-]+)*>", "code"),
        (rb"[a-zA-Z][a-zA-Z0-9+.-]*:[\w%/?:@&=+$,.!~*'-]+", "uri"),
        (rb"\$\{|\{", "open"),
        (rb"\}", "close"),
        (rb"//|\+\+|&&|\|\||->|==|!=|<=|>=", "code"),
        (rb'"', "quoted"),
        (rb"''", "indented"),
        (rb"#[^\r\n]*", "comment"),
        (rb"/\*(?:[^*]|\*+[^*/])*\*+/", "comment"),
        (rb".", "code"),
    ]
]
_QUOTED = [
    (re.compile(rb'(?:[^$"\\]|\$[^{"\\]|\\.|\$\\.)*\$(?=")|(?:[^$"\\]|\$[^{"\\]|\\.|\$\\.)+', re.DOTALL), "text"),
    (re.compile(rb"\$\{"), "open"),
    (re.compile(rb'"'), "end"),
    (re.compile(rb"."), "text"),
]
_INDENTED = [
    (re.compile(rb"(?:[^$']|\$[^{']|'[^'$])+", re.DOTALL), "text"),
    (re.compile(rb"''\$|'''|''\\.|\$", re.DOTALL), "text"),
    (re.compile(rb"\$\{"), "open"),
    (re.compile(rb"''"), "end"),
    (re.compile(rb"'"), "text"),
]


def by_the_rules(data: bytes) -> tuple[list[int], bool]:
    """Of each byte what `Passage.opens` says of it, or CODE; whether all ends that begins."""
    where = [CODE] * len(data)
    #: The strings and braces around: where a string begins; CODE for a brace or an interpolation.
    around: list[int] = []
    at = 0
    while at < len(data):
        opens = around[-1] if around else CODE
        states = _DEFAULT if opens == CODE else _QUOTED if data[opens : opens + 1] == b'"' else _INDENTED
        found = [(match.end(), kind) for one, kind in states if (match := one.match(data, at)) is not None]
        after, kind = max(found, key=lambda each: each[0])
        if kind in ("text", "end"):
            where[at:after] = [opens] * (after - at)
        elif kind in ("quoted", "indented"):
            where[at:after] = [at] * (after - at)
            around.append(at)
        elif kind == "comment":
            after += data[at : at + 1] == b"#" and data[after : after + 1] == b"\n"
            where[at:after] = [COMMENT] * (after - at)
        elif kind == "uri":
            colon = data.index(b":", at)
            where[colon:after] = [URI] * (after - colon)
        elif kind == "code" and data.startswith(b"/*", at):
            return where, False
        if kind == "open":
            around.append(CODE)
        elif kind == "end" or (kind == "close" and around):
            around.pop()
        at = after
    return where, all(one == CODE for one in around)


def by_the_lexer(data: bytes) -> list[int]:
    """The same as the lexer says it."""
    lexer = Lexer(data)
    found = (lexer.passage(at, at + 1) for at in range(len(data)))
    return [one.opens if one is not None else CODE for one in found]


def differences(data: bytes, expected: list[int]) -> list[tuple[int, int, int]]:
    """The bytes about which the lexer says something else, but for those of interpolations that it steps over."""
    plain = {
        at
        for found in re.finditer(rb"""\$\{[^{}"'#/]*\}""", data)
        for at in range(found.start(), found.end())
        if expected[at] == CODE
    }
    pairs = enumerate(zip(by_the_lexer(data), expected, strict=True))
    return [(at, mine, theirs) for at, (mine, theirs) in pairs if mine != theirs and not (at in plain and mine >= 0)]


PIECES = [
    *(b'"', b'"', b"''", b"''", b"'''", b"''${", b"''$", b"''\\", b"'", b"$", b"$$", b" ${", b"$${", b"}", b"}", b"{"),
    *(b"# ", b"\n", b"/*", b"*/", b"*", b"/", b"//", b"\\", b'\\"', b"\\\\", b"\\${", b"a", b"b'", b"c''", b" ", b" "),
    *(b"1", b".", b"-", b"+", b"_", b":", b"http://h/", b"./p", b"/q", b"<n>", b"~/r", b"x: ", b"=", b";", b"1.5"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=24).map(b"".join))
def test_whatever_is_written_the_lexer_says_what_nix_would(data: bytes) -> None:
    expected, is_whole = by_the_rules(data)
    if is_whole:
        assert differences(data, expected) == []
    assert Lexer(data).is_whole() is is_whole


def _quoted(pieces: list[bytes]) -> bytes:
    text = b" ".join(pieces)
    return b"''" + text + b" ''" if b'"' in text else b'"' + text + b' "'


STRINGS = st.recursive(
    st.sampled_from([b"a", b"f'", b"./p", b"x.y", b"# c\n", b"/* ' */", b"http://h/*"]),
    lambda inner: st.one_of(
        st.lists(st.one_of(inner.map(lambda one: b"${ " + one + b" }"), st.sampled_from(PIECES[6:16]))).map(_quoted),
        inner.map(lambda one: b"{ a = " + one + b" ; }"),
        st.lists(inner, max_size=4).map(lambda many: b"[ " + b" ".join(many) + b" ]"),
    ),
    max_leaves=12,
)


@given(STRINGS)
def test_nested_strings_are_what_nix_would_say(data: bytes) -> None:
    expected, is_whole = by_the_rules(data)
    assert not is_whole or differences(data, expected) == []
    assert Lexer(data).is_whole() is is_whole


def by_tree_sitter(data: bytes) -> list[int] | None:
    """The same by the syntax tree; None if it has errors, or is of a later part of a file."""
    root = nix.parse(data).root_node
    if root.has_error:
        return None
    where = [CODE] * len(data)
    _write(root, data, where)
    return where


def _write(node: Node, data: bytes, where: list[int]) -> None:
    start, end = node.start_byte, node.end_byte
    if node.type in nix.STRINGS:
        where[start:end] = [start] * (end - start)
    elif node.type == "interpolation":
        where[start:end] = [CODE] * (end - start)
    elif node.type == "comment":
        end += data[start : start + 1] == b"#" and data[end : end + 1] == b"\n"
        where[start:end] = [COMMENT] * (end - start)
    elif node.type == "uri_expression":
        start = data.index(b":", start)
        where[start:end] = [URI] * (end - start)
    for child in node.children:
        _write(child, data, where)


def texts() -> Iterator[tuple[str, bytes]]:
    """The Nix files of the corpus and of splitlint itself, and the examples of the rules."""
    for folder in ("corpus", "splitlint", "tests", "nix"):
        yield from ((str(path), path.read_bytes()) for path in sorted((ROOT / folder).rglob("*.nix")))
    for rule in load_rules([default_folder()]).rules:
        yield from ((rule.name, case.text.encode()) for case in rule.cases if case.language == "nix")


def test_the_files_of_this_repository_are_lexed_as_they_are_parsed() -> None:
    count = 0
    for name, data in texts():
        expected = by_tree_sitter(data)
        if expected is not None:
            count += 1
            assert differences(data, expected) == [], name
            assert Lexer(data).is_whole(), name
    assert count > 300

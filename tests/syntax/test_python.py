"""Python source to a tree with byte positions."""

from __future__ import annotations

import subprocess
import sys

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.syntax.python import MAX_BYTES, PythonTree, Unparsed, parse


def tree_of(data: bytes) -> PythonTree:
    tree = parse(data)
    assert isinstance(tree, PythonTree)
    return tree


def strings_in(data: bytes) -> list[bytes]:
    tree = tree_of(data)
    nodes = [node for node in tree.spans if isinstance(node, cst.SimpleString)]
    return [data[start:end] for start, end in sorted(tree.span(node) for node in nodes)]


@pytest.mark.parametrize(
    "data",
    [
        'é = "kernel"\r\nb = "ü/lib"\r\n'.encode(),
        '\ufeffé = "kernel"\nb = "ü/lib"\n'.encode(),
        '# coding: latin-1\né = "kernel"; b = "ü/lib"\n'.encode("latin-1"),
    ],
    ids=["crlf", "byte-order-mark", "latin-1"],
)
def test_positions_are_bytes_of_the_file(data: bytes) -> None:
    first, second = strings_in(data)
    assert first == b'"kernel"'
    assert second.startswith(b'"')
    assert second.endswith(b'/lib"')


def test_marks_that_nix_fills_in_are_read_as_names() -> None:
    data = b'if not @editor@:\n    f("editor 0")\n'
    assert strings_in(data) == [b'"editor 0"']


def test_marks_in_strings_stay_where_the_file_parses() -> None:
    assert "@out@" in tree_of(b'x = "@out@/lib"\n').code


def test_syntax_error_names_its_line() -> None:
    assert parse(b"x = 1\ny = (\n") == Unparsed("not valid Python: line 2", 2)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"x\0", "zero byte"),
        (b'x = "\xff"\n', "encoding"),
        (b"# coding: no-such-thing\n", "encoding"),
        (b"x = 1\n" * MAX_BYTES, "MB"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, word: str) -> None:
    result = parse(data)
    assert isinstance(result, Unparsed)
    assert word in result.message


@pytest.mark.parametrize(
    "data",
    [
        b"x = " + b"(" * 5000 + b")" * 5000,
        b"x = " + b"+".join([b"a"] * 9000),
        b"x = (\n" + b'  "abc"\n' * 9000 + b")",
        b"x = (1\n" + b"  + a\n" * 9000 + b")",
        b"x = " + b"lambda: " * 9000 + b"1",
        b"if x:\n  pass\n" + b"elif y:\n  pass\n" * 9000,
        b"x = a" + b".b" * 600,
    ],
    ids=["brackets", "sum", "strings", "lines", "lambdas", "branches", "attributes"],
)
def test_deep_nesting_is_refused_and_does_not_crash(data: bytes) -> None:
    assert parse(data) == Unparsed("nested too deeply", fatal=True)


def test_long_data_is_no_deep_nesting() -> None:
    assert isinstance(parse(b"x = {\n" + b'    "a": [1, 2],\n' * 3000 + b"}\n"), PythonTree)


@given(st.one_of(st.binary(max_size=80), st.text(alphabet="xf'\"{}()[]:=.+%/\\\n @#é\0", max_size=40).map(str.encode)))
def test_any_bytes_give_a_tree_or_a_reason(data: bytes) -> None:
    result = parse(data)
    if isinstance(result, Unparsed):
        assert result.message
        return
    for node in result.spans:
        start, end = result.span(node)
        assert 0 <= start <= end <= len(data)
        if isinstance(node, cst.SimpleString):
            assert data[start:end].decode() == node.value


def test_libcst_is_not_imported_before_a_file_is_parsed() -> None:
    modules = "splitlint.analysis.python.paths, splitlint.analysis.text.literals"
    code = f"import sys, {modules}; assert 'libcst' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Shell trees, and scripts in Nix strings: what the shell sees, and where in the file it stands."""

from __future__ import annotations

import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Node

from splitlint.files.source import Source
from splitlint.syntax import shell
from splitlint.syntax.embedded import Script, script_of_file, script_of_segments
from tests.nix_strings import script_in, segments, strings
from tests.tools import need


def only(text: str | bytes) -> Script:
    """The script that the first string of Nix source is."""
    return script_in(Source("x.nix", text.encode() if isinstance(text, str) else text))[0]


def words(script: Script, text: str) -> list[Node]:
    return [node for node, _ in shell.walk(script.tree.root_node) if shell.node_text(node) == text]


def written(script: Script, node: Node) -> bytes:
    start, end = script.span(node)
    return script.source.data[start:end]


def test_a_plain_file_is_its_own_script() -> None:
    script = script_of_file(Source("x.sh", b"cp $kernel/lib .\n", "shell"))
    assert script.to_file(4) == 4
    assert script.to_file_end(7) == 7
    assert script.holes == ()


def test_an_interpolation_is_one_word_and_maps_to_all_of_itself() -> None:
    script, interpolations = script_in(Source("x.nix", b"''cp ${kernel \"}\"}/lib/modules $out''"))
    (hole,) = script.holes
    assert script.text == b"cp __nix_0__/lib/modules $out"
    assert interpolations[hole.number] == '${kernel "}"}'
    (word,) = words(script, "__nix_0__/lib/modules")
    assert word.type == "word"
    assert written(script, word) == b'${kernel "}"}/lib/modules'


def test_escapes_are_undone_and_positions_keep_them() -> None:
    script = only("''cp ''$KERNEL/a ''${KERNEL}/b ''\\tx '''' ''")
    assert script.text.startswith(b"cp $KERNEL/a ${KERNEL}/b \tx")
    (first,) = words(script, "$KERNEL/a")
    assert written(script, first) == b"''$KERNEL/a"
    (second,) = words(script, "${KERNEL}/b")
    assert written(script, second) == b"''${KERNEL}/b"


def test_escapes_of_a_double_quoted_string() -> None:
    script = only(r'"cp \${KERNEL}/a \"$b\" $$ \n x"')
    assert script.text == b'cp ${KERNEL}/a "$b" $$ \n x'
    (word,) = words(script, "${KERNEL}/a")
    assert written(script, word) == rb"\${KERNEL}/a"


def test_a_suffix_behind_a_variable_does_not_lengthen_its_name() -> None:
    script = only("''cp $out${suffix} ${a}${b}''")
    assert words(script, "$out")
    assert len(script.holes) == 2 + 1


def test_a_heredoc_ends_where_its_indented_mark_stands() -> None:
    script = only("''\n    cat <<EOF\n    ${kernel}/lib\n    EOF\n    rm x\n  ''")
    assert script.text == b"cat <<EOF\n__nix_0__/lib\nEOF\nrm x\n"
    assert words(script, "rm x")


def test_strings_put_together_are_one_script() -> None:
    source_text = "''K=${kernel}\n'' + \"cp $K/lib .\""
    source = Source("x.nix", source_text.encode())
    script = script_of_segments([one for string in strings(source) for one in segments(string, source)], source)
    assert script.text == b"K=__nix_0__\ncp $K/lib ."
    assert written(script, words(script, "$K/lib")[0]) == b"$K/lib"


def test_crlf_lines_are_lines_of_the_script() -> None:
    script = only("''\r\n  cat <<E\r\n  x\r\n  E\r\n  rm y\r\n''")
    assert b"\r" not in script.text
    assert words(script, "rm y")


def test_marks_of_substitute_all_are_seen() -> None:
    script = script_of_file(Source("x.sh", b'cp @kernel@/lib "$@" a@b "@kmod@"\n', "shell"))
    assert [(mark.name, mark.start, mark.end) for mark in script.marks] == [("kernel", 3, 11), ("kmod", 26, 32)]
    assert b"@kernel@" not in script.text


def test_a_mark_alone_on_a_line_is_a_command() -> None:
    script = script_of_file(Source("x.sh", b"fail() {\n  @preFailCommands@\n  cp $out@suffix@/x y\n}\n", "shell"))
    assert not script.tree.root_node.has_error
    assert [mark.name for mark in script.marks] == ["preFailCommands", "suffix"]
    assert words(script, "$out")


def test_words_that_the_grammar_gives_to_a_redirection() -> None:
    tree = shell.parse(b"find 2>/dev/null $kernel/lib\n")
    (redirect,) = (node for node, _ in shell.walk(tree.root_node) if node.type == "file_redirect")
    assert [shell.node_text(word) for word in shell.redirect_words(redirect)] == ["$kernel/lib"]


@pytest.mark.parametrize(
    "word",
    [
        "$a/$b/c",
        "$a/lib/$v/x.ko",
        "$(a)/$b/c",
        '"$a"/$b/c',
        "x-$1-$2",
        "$a/x/$1",
        "x$a.$b",
        "$a:$b:$c",
        "$a$b/c",
        '"$a"$b/c',
    ],
)
def test_variables_in_the_middle_of_a_word_do_not_end_it(word: str) -> None:
    script = script_of_file(Source("x.sh", f"c {word} d\n".encode(), "shell"))
    command = next(node for node, _ in shell.walk(script.tree.root_node) if node.type == "command")
    assert [written(script, argument).decode() for argument in command.children_by_field_name("argument")] == [
        word,
        "d",
    ]


@pytest.mark.parametrize(
    ("expansion", "name"),
    [("$x", "x"), ("${x}", "x"), ("${x%/}", "x"), ("${x[@]}", "x"), ("${#x}", None), ("${!x}", None), ("$1", "1")],
)
def test_the_variable_of_an_expansion(expansion: str, name: str | None) -> None:
    tree = shell.parse(f"echo {expansion}\n".encode())
    node = next(node for node, _ in shell.walk(tree.root_node) if node.type in ("simple_expansion", "expansion"))
    assert shell.variable_of(node) == name


# Pieces of scripts: the shell's text, and how a '' string and a "" string write it.
_plain = st.sampled_from(["cp", " ", "\n", "  ", "/lib/modules", "x", "|", ";", "é", "{a,b}", "<<E", "=", "a'b", "#"])
_escaped = st.sampled_from(
    [
        ("$KERNEL/", "''$KERNEL/", "\\$KERNEL/"),
        ("${x}", "''${x}", "\\${x}"),
        ("${x%/}", "''${x%/}", "\\${x%/}"),
        ('"', '"', '\\"'),
        ("\t", "''\\t", "\\t"),
        ("\n", "''\\n", "\\n"),
        ("\\", "''\\\\", "\\\\"),
        ("$ ", "''$ ", "\\$ "),
    ]
)
_holes = st.sampled_from(["${kernel}", '${a.b or "}"}', "${''x ${y}''}"])
_pieces = st.lists(
    st.one_of(_plain.map(lambda t: (t, t, t)), _escaped, _holes.map(lambda t: (None, t, t))), max_size=25
)


@settings(max_examples=300, deadline=None)
@given(_pieces, st.booleans())
def test_each_byte_of_a_random_script_maps_to_the_bytes_that_wrote_it(
    pieces: list[tuple[str | None, str, str]], indented: bool
) -> None:
    quote = "''" if indented else '"'
    text = "x: " + quote
    spans: list[tuple[int, int, str | None]] = []
    for seen, in_indented, in_quoted in pieces:
        piece = in_indented if indented else in_quoted
        start = len(text.encode())
        text += piece
        spans.append((start, start + len(piece.encode()), seen))
    text += quote
    data = text.encode()
    script = only(data)
    holes = iter(script.holes)
    at = 0
    for start, end, seen in spans:
        if seen is None:
            hole = next(holes)
            assert script.file_span(hole.start, hole.end) == (start, end)
            at = hole.end
            continue
        raw = seen.encode()
        if not raw.strip(b" \n"):
            continue
        # `a/$KERNEL` is read as `a/${KERNEL}`.
        braced = raw.replace(b"$KERNEL", b"${KERNEL}")
        places = [(script.text.find(one, at), one) for one in (raw, braced)]
        place, read = min((place, one) for place, one in places if place >= 0)
        assert script.file_span(place, place + len(read)) == (start, end)
        at = place + len(read)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"''", b'"']))
def test_any_bytes_in_a_string_keep_positions_in_it(content: bytes, quote: bytes) -> None:
    source = Source("x.nix", b"{ a = " + quote + content + quote + b"; }")
    for string in (one for one in strings(source) if one.parts):
        script = script_of_segments(segments(string, source), source)
        for part, _ in shell.walk(script.tree.root_node):
            start, end = script.span(part)
            assert string.start <= start <= end <= string.end


def test_nix_itself_sees_the_same_script() -> None:
    nix_instantiate = need("nix-instantiate", "nix-bin")
    cases = [
        "''\n    a\n      b\n\n    c\n  ''",
        "''a\n   b\n  c''",
        "''   \n   ''$x ''${y}\n     z ''\\n  q\n''",
        "''\n  ${\"H\"}\n    x${\"H\"}\n   \n  ''",
        "''\n\tx\n  y''",
        "''\n    ''\\n  x\n  y ''' $$ $\n\n   ''",
        "''  ''",
        "''\n\n     ''",
        '"a\\n\\"b\\" \\${c} $$ $d\n   e"',
    ]
    expression = "[" + " ".join(cases) + "]"
    made = []
    for case in cases:
        script = only(case)
        text = script.text
        for number in range(len(script.holes)):
            text = text.replace(b"__nix_%d__" % number, b"H")
        made.append(text.decode())
    asked = subprocess.run(
        [nix_instantiate, "--eval", "--strict", "--json", "-E", expression], capture_output=True, check=True, text=True
    )
    assert made == json.loads(asked.stdout)

"""Where Nix stops parsing, and that nothing is called an error that Nix parses."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from splitlint.syntax import nix
from splitlint.syntax.nix_grammar.doubts import syntax_error
from splitlint.syntax.nix_grammar.errors import first_error
from tests.tools import need

ROOT = Path(__file__).resolve().parent.parent.parent

PARSED = {
    "a comma before the end of arguments": "{\n  lib,\n  stdenv,\n}:\nlib",
    "arguments with a name before and after": "a@{ b, ... }: { c ? 1, d }@e: [ a b c d e ]",
    "no arguments": "{ }: { }",
    "pipes": "a |> b |> c",
    "pipes from the right": "a <| b <| c",
    "carriage returns as line ends": "# comment\rlet a = 1;\rin a",
    "a dollar before a closing quote": '"a$" + "$$" + "$${a}"',
    "a dollar at the end of an indented string": "''a$'' + ''$${a} ''${b} ''' ''\\${c}''",
    "a quote in an indented string": "''it's 'quoted' ''",
    "strings in strings": '"${if a then "${b}" else "c"}"',
    "a path with parts that are computed": "./a/${b}/c + ~/d/${e} + a/${b}",
    "a path of the search path": "<nixpkgs/lib> + <nixpkgs>",
    "an address": "https://example.org/a?b=c",
    "what looks like a division and is a path": "a/b",
    "a function that looks like an address with a blank": "x: x",
    "or as a name": "a.or or b or",
    "or as an attribute": "{ or = 1; a.or = 2; inherit (b) c; }",
    "the old let": "let { body = a; a = 1; }",
    "a set in two parts": "{ a.b = 1; a.c = 2; a = { d = 3; inherit e; }; }",
    "names in quotes": '{ "a" = 1; "b c".d = 2; ${"e"} = 3; ${f} = 4; }',
    "a name that is computed below let": "let a.${b} = 1; in a",
    "operators that chain": "a ++ b ++ c // d // e -> f -> g",
    "is there, twice": "a ? b ? c",
    "not and minus": "!a && -b < -c || !(d == e)",
    "numbers": "[ 1 1.5 .5 1.e3 9223372036854775807 ]",
    "a nul in a string": '"a\0b"',
    "bytes that are no UTF-8 in a comment": "a # \udce9",
    "a keyword with a mark": "let in' = 1; if_ = 2; in in'",
}

REFUSED = {
    "a merge conflict": ("{\n<<<<<<< HEAD\n  a = 1;\n=======\n  a = 2;\n>>>>>>> x\n}", 2),
    "a string without an end": ('{\n  a = "b;\n}\n', 4),
    "an indented string without an end": ("{\n  a = ''\n    b\n}\n", 5),
    "no semicolon": ("{\n  a = 1\n  b = 2;\n}", 3),
    "no semicolon at the end": ("{\n  a = 1\n}", 3),
    "no closing brace": ("{\n  a = 1;\n", 3),
    "no closing bracket": ("[\n  a\n", 3),
    "a brace too many": ("{ a = 1; }\n}", 2),
    "no in": ("let\n  a = 1;\n\na", 4),
    "no else": ("if a then b", 1),
    "a comma in a list": ("[ a, b ]", 1),
    "two commas in arguments": ("{ a,, b }: a", 1),
    "a comma before the first argument": ("{ , a }: a", 1),
    "a function as an operand": ("a + x: x", 1),
    "an expression without operand": ("a +", 1),
    "comparisons that chain": ("a == b == c", 1),
    "pipes both ways": ("a |> b <| c", 1),
    "a keyword as an attribute": ("{ a = b.inherit; }", 1),
    "a keyword as a name": ("let if = 1; in a", 1),
    "a path that ends with a slash": ("{ a = ./b/; }", 1),
    "a path with two slashes": ("[ ./a//b ]", 1),
    "a path that ends with a slash after what is computed": ("./a/${b}/", 1),
    "an attribute twice": ("{\n  a = 1;\n  b = 2;\n  a = 3;\n}", 4),
    "an attribute twice in parts of a set": ("{ a.b = 1; a = { b = 2; }; }", 1),
    "an attribute that is no set": ("{ a = 1; a.b = 2; }", 1),
    "an attribute that is inherited, too": ("{ a = 1; inherit a; }", 1),
    "an argument twice": ("{ a, b, a }: a", 1),
    "an argument that is the name of all": ("a@{ a }: a", 1),
    "a computed name in let": ("let ${a} = 1; in b", 1),
    "a computed name to inherit": ('{ inherit ${"a" + "b"}; }', 1),
    "a comment without an end": ("a /* b", 1),
    "nothing": ("", 1),
    "nothing but a comment": ("# a\n", 2),
    "a letter that is no part of a name": ("{ é = 1; }", 1),
    "a number that is too large": ("9223372036854775808", 1),
}


def refused(text: str) -> bool:
    """Whether splitlint says that a text is no Nix."""
    data = text.encode("utf-8", "surrogateescape")
    return syntax_error(data, nix.parse(data)) is not None


@pytest.mark.parametrize("text", PARSED.values(), ids=PARSED)
def test_what_nix_parses_has_no_error(text: str) -> None:
    assert first_error(text.encode("utf-8", "surrogateescape")) is None
    assert not refused(text)


@pytest.mark.parametrize(("text", "line"), REFUSED.values(), ids=REFUSED)
def test_what_nix_refuses_has_an_error_in_its_line(text: str, line: int) -> None:
    error = first_error(text.encode())
    assert error is not None
    assert text.encode().count(b"\n", 0, error.start) + 1 == line
    assert refused(text)


def test_an_error_tells_where_what_it_leaves_open_begins() -> None:
    text = b"{\n  first = f {\n    a = 1;\n  second = 2;\n}\n"
    error = first_error(text)
    assert error is not None
    assert error.opened is not None
    assert text[error.opened :].startswith(b"first")
    text = b'{\n  a = "no end;\n  b = "c";\n}\n'
    error = first_error(text)
    assert error is not None
    assert error.opened == text.index(b'"no end')


def test_the_last_of_many_brackets_is_found() -> None:
    assert first_error(b"(" * 5000 + b"1" + b")" * 5000) is None
    assert first_error(b"[" * 200_000) is not None


def says_nix(texts: list[str], folder: Path) -> Iterator[bool]:
    """Whether Nix parses each text. An unknown name is no error of syntax, and Nix 2.8 knows no pipes."""
    program = need("nix-instantiate", "nix-bin")
    for text in texts:
        (folder / "x.nix").write_text(text, encoding="utf-8", errors="surrogateescape")
        done = subprocess.run(
            [program, "--parse", str(folder / "x.nix")], capture_output=True, text=True, check=False, errors="replace"
        )
        yield done.returncode == 0 or "undefined variable" in done.stderr


def test_nix_itself_says_the_same_of_these_texts(tmp_path: Path) -> None:
    texts = [text for text in (*PARSED.values(), *(text for text, _ in REFUSED.values())) if "|>" not in text]
    texts = [text for text in texts if "<|" not in text]
    assert list(says_nix(texts, tmp_path)) == [not refused(text) for text in texts]


def damaged(text: str, chance: random.Random) -> str:
    """A text from which a piece is gone, or in which one is there twice or somewhere else."""
    pieces = re.findall(r"\w+|\s+|''|.", text)
    at, to = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    kind = chance.choice(("gone", "twice", "moved", "gone"))
    piece = pieces[at] if kind == "twice" else pieces.pop(at)
    if kind != "gone":
        pieces.insert(to, piece)
    return "".join(pieces)


def test_nix_itself_says_the_same_of_the_corpus_and_of_damaged_copies_of_it(tmp_path: Path) -> None:
    need("nix-instantiate", "nix-bin")
    chance = random.Random(423933)
    files = sorted((ROOT / "corpus").rglob("*.nix"))
    assert not [path for path in files if refused(path.read_text())]
    texts = [damaged(path.read_text(), chance) for path in files]
    verdicts = list(says_nix(texts, tmp_path))
    assert 20 < verdicts.count(False) < len(texts)
    wrong = [text for text, parses in zip(texts, verdicts, strict=True) if parses is refused(text)]
    assert wrong == []

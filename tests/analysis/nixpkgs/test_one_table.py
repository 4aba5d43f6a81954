"""What nixpkgs' functions do is said in one place: no module lists their names, or asks for one of them by its name.

A fact that the code needs stands behind `#` in the function's row (`nixpkgs.nix`), and is asked for by `table.marked`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from splitlint.analysis.nixpkgs import table

ROOT = Path(__file__).resolve().parents[3]
TABLE = ROOT / "splitlint/analysis/nixpkgs"
#: Names of one word are words of Python, of the shell and of English too: they are looked for where Nix is read.
READS_NIX = ("analysis/eval/", "analysis/model/", "analysis/nix/", "analysis/project/", "fixes/make/", "matching/")

#: What is called like a function and means something else, whichever module says it.
HOMONYMS = {
    "options": "the root of names outside of a file, and the argument of modules",
    "path": "a kind of literal",
    "null": "a kind of literal",
    "true": "a word of Nix",
    "false": "a word of Nix",
    "derivation": "what `typeOf` and the like say",
    "version": "an attribute of derivations and of nixpkgs",
    "release": "an attribute of nixpkgs",
    "meta": "an attribute of derivations",
    "all": "an attribute of derivations",
    "extend": "an attribute of sets of packages",
    "overrideDerivation": "an attribute of derivations",
    "any": "a word of rule pages",
    "fix": "a word of rule pages",
    "lists": "a word of packs",
    "add": "a kind of fix",
    "remove": "a kind of fix",
    "take": "what makers of fixes are called",
    "match": "a predicate of tree-sitter",
    "optional": "what the names of many repositories' own functions begin with",
    "substitute": "a command of nixpkgs' shell",
}

#: The few names that the engine has to say itself, and why.
SAID_IN = {
    ("analysis/eval/imports.py", "builtins.import"): "what such a call that leads nowhere is called",
    ("analysis/eval/calls.py", "import"): "reads a file",
    ("analysis/eval/imports.py", "nixos"): "the function that a folder of nixpkgs holds",
    ("analysis/eval/imports.py", "pkgs.callPackage"): "what such a call that leads nowhere is called",
    ("analysis/eval/primitives/__init__.py", "strings"): "a module of primitives",
    ("analysis/eval/primitives/__init__.py", "types"): "a module of primitives",
    ("analysis/eval/primitives/__init__.py", "versions"): "a module of primitives",
    ("analysis/eval/primitives/packages.py", "builtins.readFile"): "what such a call that leads nowhere is called",
    ("analysis/nix/scripts.py", "mkDerivation"): "whose phases the attributes of overrides are",
    ("authoring/skeleton.py", "runCommand"): "what the pages that it writes call",
    ("fixes/make/forms.py", "getOutput"): "what a fix writes",
    ("fixes/make/forms.py", "getLib"): "what a fix writes",
    ("fixes/make/forms.py", "getDev"): "what a fix writes",
    ("fixes/make/forms.py", "getBin"): "what a fix writes",
    ("pins/nix_code.py", "fetchTarball"): "how code fetches a nixpkgs",
    ("pins/nix_code.py", "fetchTree"): "how code fetches a nixpkgs",
    ("pins/nix_code.py", "fetchGit"): "how code fetches a nixpkgs",
    ("pins/nix_code.py", "getFlake"): "how code fetches a nixpkgs",
    ("fixes/make/forms.py", "lib.getOutput"): "what a fix writes",
}


def names() -> frozenset[str]:
    """The last names of all rows."""
    return frozenset(row.name.rpartition(".")[2] for section in table.rows().values() for row in section.values())


def literals(text: str) -> Iterator[str]:
    """The strings of a module that are names, dotted or not; no docstrings."""
    tree = ast.parse(text)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in said and re.fullmatch(r"[A-Za-z_][\w'.-]*", text):
                yield text


def named(path: str, text: str, known: frozenset[str]) -> list[str]:
    """The functions of the table that a module (`path` below splitlint/) names."""
    return [
        one
        for one in dict.fromkeys(literals(text))
        if (name := one.rpartition(".")[2]) in known
        and name not in HOMONYMS
        and (name != name.lower() or path.startswith(READS_NIX))
        and (path, one) not in SAID_IN
    ]


def modules() -> dict[str, str]:
    paths = (path for path in (ROOT / "splitlint").rglob("*.py") if TABLE not in path.parents)
    return {path.relative_to(ROOT / "splitlint").as_posix(): path.read_text() for path in paths}


def test_no_module_has_a_list_of_its_own_of_nixpkgs_functions() -> None:
    known = names()
    found = {path: named(path, text, known) for path, text in modules().items()}
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("scan/x.py", 'NAMES = {"getOutput", "getBin"}'),
        ("analysis/eval/x.py", 'if name == "optionals": pass'),
        ("matching/x.py", 'NAMES = ("lib.optionalString",)'),
        ("analysis/nix/x.py", 'match name:\n    case "filter": pass'),
    ],
)
def test_such_a_list_is_seen(path: str, text: str) -> None:
    assert named(path, text, names())


def test_words_that_are_only_called_alike_are_needed() -> None:
    said = {one.rpartition(".")[2] for text in modules().values() for one in literals(text)}
    assert {word for word in HOMONYMS if word not in said or word not in names()} == set()
    written = modules()
    assert {key for key in SAID_IN if key[1] not in set(literals(written[key[0]]))} == set()


@pytest.mark.parametrize("mark", ["bare", "chooses", "converts", "describes", "fills", "fixpoint", "guards", "opaque"])
def test_marks_are_read_from_the_rows(mark: str) -> None:
    assert table.marked(mark)
    assert table.marked(mark) < names()

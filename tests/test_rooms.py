"""Imports run one way between the rooms, and never in a circle: read from the code, late imports included.

The rooms and their order are the table of docs/design.md: each may import those below it, none above it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: A folder with more modules has a room hidden in it.
MOST_MODULES = 15
#: A module with more lines has more than one job.
MOST_LINES = 310

Imports = Mapping[str, Set[str]]


def modules(root: Path) -> dict[str, Path]:
    """The modules below `root` by their dotted names; a package is its `__init__`."""
    paths = (path.relative_to(root) for path in root.rglob("*.py"))
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): root / path for path in paths}


def imported(tree: ast.AST, known: Set[str]) -> Iterator[str]:
    """The modules that a module imports: at its top, in functions, under TYPE_CHECKING, and by `import_module`.

    Where a part of the name is computed, it is every module of the package before it.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(module)):
                yield from (name if (name := f"{module}.{alias.name}") in known else module for alias in node.names)
            case ast.Call(func=ast.Name("import_module"), args=[ast.Constant(str(name))]):
                yield name
            case ast.Call(func=ast.Name("import_module"), args=[ast.JoinedStr([ast.Constant(str(start)), *_])]):
                yield from (name for name in known if name.rpartition(".")[0] == start.rstrip("."))


def imports_of(root: Path) -> Imports:
    """Each module with those that it imports."""
    known = modules(root)
    found = {name: set(imported(ast.parse(path.read_text()), known.keys())) for name, path in known.items()}
    return {name: (others & known.keys()) - {name} for name, others in found.items()}


def circles(imports: Imports) -> list[frozenset[str]]:
    """The modules that reach themselves, those that reach each other together."""
    reached = {name: reachable(name, imports) for name in imports}
    rounds = ({other for other in reached[name] if name in reached[other]} for name in imports)
    return sorted({frozenset(names) for names in rounds if names}, key=sorted)


def reachable(start: str, imports: Imports) -> set[str]:
    """What a module imports, and what these import."""
    found: set[str] = set()
    pending = list(imports[start])
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += imports[name]
    return found


def declared(text: str) -> tuple[str, ...]:
    """The rooms that a table names, from the top to the bottom: `scan.workers`, `config`."""
    rooms = re.findall(r"^\| `([\w/]+?)(?:/|\.py)` \|", text, re.MULTILINE)
    return tuple(room.replace("/", ".") for room in rooms)


def room_of(module: str, rooms: Iterable[str]) -> str | None:
    """The innermost of the rooms that a module stands in. `__init__` is the package's own module."""
    name = module.partition(".")[2] or "__init__"
    return max((room for room in rooms if name == room or name.startswith(f"{room}.")), key=len, default=None)


def upward(imports: Imports, rooms: tuple[str, ...]) -> list[str]:
    """The imports that run from a room to one above it."""
    height = {room: place for place, room in enumerate(rooms)}
    return sorted(
        f"{name} imports {other}"
        for name, others in imports.items()
        for other in others
        if (above := room_of(other, rooms)) and (here := room_of(name, rooms)) and height[above] < height[here]
    )


@pytest.fixture(scope="module")
def imports() -> Imports:
    own = imports_of(ROOT)
    return {name: others for name, others in own.items() if name.split(".")[0] == "splitlint"}


@pytest.fixture(scope="module")
def rooms() -> tuple[str, ...]:
    return declared((ROOT / "docs/design.md").read_text())


def test_every_module_stands_in_a_room_of_the_design(imports: Imports, rooms: tuple[str, ...]) -> None:
    outside = [name for name in imports if room_of(name, rooms) is None]
    assert [name for name in outside if modules(ROOT)[name].read_text()] == []


def test_every_room_of_the_design_is_there_once(imports: Imports, rooms: tuple[str, ...]) -> None:
    assert len(set(rooms)) == len(rooms)
    assert set(rooms) == {room_of(name, rooms) for name in imports} - {None}


def test_imports_run_down_the_table_of_rooms(imports: Imports, rooms: tuple[str, ...]) -> None:
    assert upward(imports, rooms) == []


def test_no_import_runs_in_a_circle(imports: Imports) -> None:
    assert circles(imports) == []


def test_no_folder_has_a_room_hidden_in_it(imports: Imports) -> None:
    folders = [path.parent for name, path in modules(ROOT).items() if name in imports]
    assert {str(folder) for folder in folders if folders.count(folder) > MOST_MODULES + 1} == set()


def test_no_module_has_another_hidden_in_it(imports: Imports) -> None:
    lines = {name: path.read_text().count("\n") for name, path in modules(ROOT).items() if name in imports}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_no_module_gives_on_what_others_define(imports: Imports) -> None:
    told = {name for name, path in modules(ROOT).items() if name in imports and "__all__" in path.read_text()}
    # They stand in for the standard library's, which type checkers see.
    assert told == {f"splitlint.startup.{name}" for name in ("enums", "named_tuples", "records", "signals")}


def test_tests_stand_in_folders_as_the_rooms() -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    assert {str(folder) for folder in folders if not (ROOT / "splitlint" / folder).is_dir()} == set()


@pytest.mark.parametrize(
    "text",
    [
        "import top.b",
        "from top import b",
        "from top.b import name",
        "def late():\n    from top.b import name",
        "if TYPE_CHECKING:\n    from top.b import name",
        "import_module('top.b')",
        "import_module(f'top.{name}')",
    ],
)
def test_every_way_to_import_is_seen(tmp_path: Path, text: str) -> None:
    (tmp_path / "top").mkdir()
    (tmp_path / "top/a.py").write_text(text)
    (tmp_path / "top/b.py").write_text("from top import a\n")
    found = imports_of(tmp_path)
    assert found["top.a"] == {"top.b"}
    assert circles(found) == [frozenset({"top.a", "top.b"})]


def test_an_import_from_a_lower_room_is_named() -> None:
    found = {"top.high.a": {"top.low.b"}, "top.low.b": {"top.high.inner.c"}, "top.high.inner.c": set[str]()}
    assert upward(found, ("high", "high.inner", "low")) == ["top.low.b imports top.high.inner.c"]
    assert upward(found, ("high", "low", "high.inner")) == []

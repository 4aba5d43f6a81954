"""The files of a repository: which are read, who names whom, which bind a name."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.families import World
from splitlint.analysis.project.index import LARGEST
from splitlint.analysis.project.repository import Repository
from splitlint.startup.records import replace
from tests.asking import WORLD, repository_of


@pytest.mark.parametrize(
    ("code", "target", "expected"),
    [
        ("import ./x.nix { }", "x.nix", ["./x.nix"]),
        ("builtins.import ./x.nix { }", "x.nix", ["./x.nix"]),
        ("(import) (./x.nix) { }", "x.nix", ["./x.nix"]),
        ("pkgs.callPackage ./x.nix { }", "x.nix", ["./x.nix"]),
        ("[ (import ./x.nix 1) (import ./x.nix 2) ]", "x.nix", ["./x.nix", "./x.nix"]),
        ("import ./x.nix.orig { }", "x.nix", []),
        ("import ../x.nix { }", "x.nix", []),
        ("import ./x { }", "x/default.nix", ["./x"]),
        ("import ./. { }", "default.nix", ["./."]),
        ("import ./x/default.nix { }", "x/default.nix", ["./x/default.nix"]),
        ("import ./y/default.nix { }", "x/default.nix", []),
        ("a: b: import ./ { inherit (a.b) c; }", "default.nix", ["./"]),
        ("import ./x/ { d = ../x; e = ./x/y.nix; }", "x/default.nix", ["./x/"]),
    ],
)
def test_where_a_file_names_another(code: str, target: str, expected: list[str]) -> None:
    data = code.encode()
    repository = repository_of({"case.nix": code, target: "1"})
    found = [data[start:end].decode() for start, end in repository.path_literals(data, "case.nix", target)]
    assert found == expected
    assert repository.mentions(target) == (["case.nix"] if expected else [])


def test_the_files_of_the_same_folder_come_first() -> None:
    files = {"a.nix": "import ./sub/x.nix", "sub/b.nix": "import ./x.nix", "sub/x.nix": "1"}
    assert repository_of(files).mentions("sub/x.nix") == ["sub/b.nix", "a.nix"]


@pytest.mark.parametrize(
    ("code", "binds"),
    [
        pytest.param("{ kernel = 1; }", True, id="a set"),
        pytest.param("{ a.kernel = 1; }", True, id="a dotted name"),
        pytest.param('{ "kernel" = 1; }', True, id="a quoted name"),
        pytest.param("{ kernel == 1; }", False, id="a comparison"),
        pytest.param("{ my-kernel = 1; }", False, id="the end of another name"),
        pytest.param("{ kernels = 1; }", False, id="the beginning of another name"),
        pytest.param("kernel", False, id="a use"),
    ],
)
def test_which_files_bind_a_name(code: str, binds: bool) -> None:
    assert repository_of({"a.nix": code}).binders("kernel") == (["a.nix"] if binds else [])


def test_those_that_bind_a_name_beside_others() -> None:
    repository = repository_of({"a.nix": "{ my.kernel = 1; }", "b.nix": "{ other.kernel = 1; }"})
    assert repository.binders("kernel", ("my",)) == ["a.nix"]


def test_a_tree_holds_nixpkgs_where_its_top_level_is_in_it() -> None:
    assert repository_of({"pkgs/top-level/all-packages.nix": "{ }"}).holds_nixpkgs
    assert repository_of({"nixpkgs/pkgs/top-level/all-packages.nix": "{ }"}).holds_nixpkgs
    assert not repository_of({"pkgs/all-packages.nix": "{ }"}).holds_nixpkgs


def test_a_file_that_names_no_package_is_opened_where_another_asks_for_it_unless_it_is_large() -> None:
    files = {"small.nix": b"1", "large.nix": b"1" + b" " * (1 << 17)}
    repository = Repository(lambda: [], files.get)
    assert repository.unit("small.nix") is not None
    assert repository.unit("large.nix") is None


def test_a_file_that_vanished_says_nothing() -> None:
    repository = Repository(lambda: ["d.nix", "x.nix"], lambda path: None)
    assert repository.unit("d.nix") is None
    assert repository.related == {}


def test_a_file_of_more_than_a_megabyte_is_a_list_that_a_program_made() -> None:
    repository = Repository(lambda: ["a.nix"], {"a.nix": b" " * (LARGEST + 1)}.get)
    assert repository.related == {}


def test_the_syntax_of_a_file_is_kept_until_its_bytes_change() -> None:
    files = {"d.nix": b"1"}
    repository = Repository(lambda: [], files.get)
    first = repository.unit("d.nix")
    assert first is not None
    assert repository.unit("d.nix") is first
    files["d.nix"] = b"2"
    assert repository.unit("d.nix") is not first


@pytest.mark.parametrize("name", ["kernel", "kernelPackage", "linux_phone", "kernelModulesPath", "package", "my-linux"])
def test_names_that_are_worth_a_search(name: str) -> None:
    assert WORLD.is_worth_searching(name)


@pytest.mark.parametrize("name", ["hello", "packages", "enable"])
def test_names_that_are_not(name: str) -> None:
    assert not WORLD.is_worth_searching(name)


def test_without_stems_the_names_by_convention_are_searched_for() -> None:
    kernel = WORLD.family("kernel")
    assert kernel is not None
    world = World((replace(kernel, stems=frozenset()),))
    assert world.is_worth_searching("my_kernel")
    assert world.is_worth_searching("LinuxPackages_x")
    assert not world.is_worth_searching("modulesPath")


_TREE = {
    "default.nix": "{ a = import ./sub; kernel = 1; }",
    "sub/default.nix": "import ../x.nix { kernel = 2; }",
    "x.nix": "{ kernel }: kernel",
}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param("sub/default.nix", "{ linux = 1; }", id="it imports nothing now"),
        pytest.param("x.nix", "import ./sub { kernel = 1; }", id="it imports another now"),
        pytest.param("default.nix", "{ a = import ./sub/; b = ./x.nix; linux = 1; }", id="it says it in another way"),
        pytest.param("default.nix", "{ a = import ./sub; kernel = 1; } ", id="it says the same"),
    ],
)
def test_a_file_that_changes_is_known_as_it_is_now(path: str, code: str) -> None:
    now = {**_TREE, path: code}

    def known(repository: Repository) -> list[object]:
        told: list[object] = [repository.binders(name) for name in ("kernel", "linux", "a")]
        told += [repository.mentions(one) for one in now]
        told += [repository.path_literals(now[a].encode(), a, b) for a in now for b in now]
        return told

    repository = repository_of(_TREE)
    before = known(repository)
    repository.take(path, code.encode())
    fresh = repository_of(now)
    assert known(repository) == known(fresh)
    assert (known(fresh) == before) is code.endswith(" ")
    unit = repository.unit(path)
    assert unit is not None
    assert unit.source is not None
    assert unit.source.data == code.encode()

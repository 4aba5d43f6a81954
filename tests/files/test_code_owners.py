from __future__ import annotations

import time
from pathlib import Path

import pytest

from splitlint.files.code_owners import CodeOwners, github_handles, maintainers, owners_of, read_code_owners
from splitlint.files.languages import PYTHON
from splitlint.files.source import Source


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*", "a/b.nix", None),
        ("*.nix", "a/b/c.nix", "a/b.sh"),
        ("/pkgs/", "pkgs/a.nix", "x/pkgs/a.nix"),
        ("apps/", "x/apps/a.nix", "apps"),
        ("/nixos/lib", "nixos/lib/a.nix", "nixos/library.nix"),
        ("docs/*", "docs/a.md", "docs/b/c.md"),
        ("/docs/**", "docs/b/c.md", "doc/a"),
        ("**/logs", "a/b/logs/x", "a/blogs/x"),
        ("/a/**/z.nix", "a/z.nix", "b/z.nix"),
        ("/a/**/z.nix", "a/b/c/z.nix", "a/b/cz.nix"),
        ("default.?ix", "x/default.nix", "x/default.nnix"),
        ("a+b.nix", "a+b.nix", "aab.nix"),
        ("/with\\ space.nix", "with space.nix", "with"),
        ("nixos/tests/kernel.nix", "nixos/tests/kernel.nix", "x/nixos/tests/kernel.nix"),
    ],
)
def test_a_pattern_means_what_it_means_to_github(pattern: str, yes: str, no: str | None) -> None:
    owners = CodeOwners(f"{pattern} @ada")
    assert owners.of(yes) == ("@ada",)
    assert no is None or owners.of(no) == ()


def test_the_last_line_that_matches_wins() -> None:
    owners = CodeOwners("* @all\n/pkgs @pkgs me@example.org # why\n\n# /pkgs @nobody\n/pkgs/free\n")
    assert owners.of("a.nix") == ("@all",)
    assert owners.of("./pkgs/a.nix") == ("@pkgs", "me@example.org")
    assert owners.of("pkgs/free/a.nix") == ()


def test_lines_that_code_owners_cannot_have_are_passed_over() -> None:
    assert CodeOwners("* @all\n!a.nix @x\n[Section] @y\n^[Section]\n").of("a.nix") == ("@all",)


def test_code_owners_are_found_where_github_and_nixpkgs_keep_them(tmp_path: Path) -> None:
    assert read_code_owners(tmp_path) is None
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci/OWNERS").write_text("* @ci")
    found = read_code_owners(tmp_path)
    assert found is not None
    assert found.of("x") == ("@ci",)
    (tmp_path / "CODEOWNERS").write_text("* @root")
    found = read_code_owners(tmp_path)
    assert found is not None
    assert found.of("x") == ("@root",)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("maintainers = with lib.maintainers; [ ada grace ];", ("ada", "grace")),
        ("meta = with lib; { maintainers = with maintainers; [ ada ]; platforms = [ x ]; }", ("ada",)),
        ("meta.maintainers = [ lib.maintainers.ada maintainers.grace ];", ("ada", "grace")),
        ("maintainers = [ ]; license = with lib.licenses; [ mit ];", ()),
        (
            "maintainers = with lib.maintainers; [\n  ada # not grace\n  /* nor linus */\n  _0x4A6F\n];",
            ("ada", "_0x4A6F"),
        ),
        ("maintainers = lib.teams.gnome.members;", ("team:gnome",)),
        ("maintainers = with lib.maintainers; [ ada ] ++ teams.qt.members;", ("team:qt", "ada")),
        ("teams = [ lib.teams.gnome ]; maintainers = [ ];", ("team:gnome",)),
        ("teams = with lib.teams; [ gnome ];", ("team:gnome",)),
        ("maintainers = with lib.maintainers; lib.optionals stdenv.isLinux [ ada ];", ("ada",)),
        ("maintainers = [ stdenv.lib.maintainers.ada ];", ("ada",)),
        ('maintainers = [ "Ada <ada@example.org>" ];', ()),
        ('src = "**/*.nix"; maintainers = [ lib.maintainers.ada ]; x = "*/";', ("ada",)),
        ("# maintainers = [ ada ];\nx = 1;", ()),
        ("maintainers = lib.attrNames x;", ()),
    ],
)
def test_maintainers_are_read_as_they_are_written(text: str, names: tuple[str, ...]) -> None:
    assert maintainers(Source("default.nix", text.encode())) == names


def test_other_languages_have_no_maintainers() -> None:
    assert maintainers(Source("a.py", b"maintainers = [ ada ];", PYTHON)) == ()


def test_handles_come_from_the_maintainer_list() -> None:
    people = (
        '  ada = {\n    email = "a@b.c";\n    github = "ada-l";\n  };',
        '  "0x1" = { };',
        '  grace = {\n    name = "G";\n  };',
    )
    text = "\n".join(("{", *people, "}"))
    assert github_handles(text) == {"ada": "ada-l"}


def test_code_owners_come_before_maintainers() -> None:
    sources = {
        "t/pkgs/a.nix": Source("a.nix", b"maintainers = [ lib.maintainers.ada lib.maintainers.grace ];"),
        "t/pkgs/b.nix": Source("b.nix", b"maintainers = [ lib.maintainers.ada ];"),
    }
    found = owners_of(
        [*sources, "t/gone.nix"], CodeOwners("/pkgs/b.nix @b"), sources.get, handles={"ada": "ada-l"}, prefix="t/"
    )
    assert found == {"t/pkgs/a.nix": ("@ada-l", "grace"), "t/pkgs/b.nix": ("@b",)}


@pytest.mark.parametrize("pattern", ["*a" * 20 + "b", "/**/a" * 12 + "/b", "a**" * 12 + "b", "docs/*a*a*a*a*a*a*b/*"])
def test_no_pattern_of_code_owners_backtracks(pattern: str) -> None:
    started = time.process_time()
    owners = CodeOwners(f"* @all\n{pattern} @x\n" * 100)
    assert owners.of("docs/" + "a" * 4000) == ("@all",)
    assert owners.of("a/" * 1000) == ("@all",)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "text",
    ["maintainers = with ", "with maintainers; ", "maintainers = with a; ", "/* maintainers = ", '" maintainers ='],
)
def test_no_list_of_maintainers_takes_quadratic_time(text: str) -> None:
    started = time.process_time()
    maintainers(Source("a.nix", text.encode() * 50_000))
    assert time.process_time() - started < 3


def test_each_repository_says_who_owns_its_files_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from splitlint.cli.code_owners import EveryRepository
    from tests.scan_trees import make_repository

    make_repository(tmp_path / "one", {".gitlab/CODEOWNERS": "* @all\n/nixos/ @team\n", "nixos/a.nix": ""})
    make_repository(tmp_path / "two", {"docs/CODEOWNERS": "*.nix @nix\n", "b.nix": ""})
    monkeypatch.chdir(tmp_path)
    owners = EveryRepository()
    assert owners.of("one/nixos/a.nix") == owners.of(str(tmp_path / "one/nixos/a.nix")) == ("@team",)
    assert owners.of("two/b.nix") == ("@nix",)
    assert owners.of("c.nix") == ()
    monkeypatch.chdir(tmp_path / "one/nixos")
    owners = EveryRepository()
    assert (owners.of("a.nix"), owners.of("../x"), owners.of("../../two/b.nix")) == (("@team",), ("@all",), ("@nix",))

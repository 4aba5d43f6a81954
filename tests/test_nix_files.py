"""flake.nix and the files of nix/: evaluated by Nix with a stand-in for nixpkgs, and against real modules if given.

SPLITLINT_NIXPKGS_LIB (nixpkgs' library), SPLITLINT_GIT_HOOKS and SPLITLINT_TREEFMT_NIX are folders with the real ones.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from splitlint import __version__
from splitlint.cli.main import main
from tests.packaging import ROOT
from tests.scan_trees import make_tree, run_git
from tests.tools import need

STUB = f"(import {ROOT}/tests/nixpkgs_stub.nix)"
PACKAGE = f"({STUB}.pkgs.callPackage {ROOT}/nix/package.nix {{ }})"
SELF = f'{{ outPath = {ROOT}; lastModifiedDate = "20261126120000"; }}'
FLAKE = (
    f"(let made = (import {ROOT}/flake.nix).outputs {{ self = {SELF} // made; inherit ({STUB}) nixpkgs; }}; in made)"
)
FIX_ONLY = ["check", "--fix-only", "--quiet", "--force-exclude"]
BROKEN = '{ pkgs, lib }: "${pkgs.linux}/lib/modules"\n'


def evaluated(expression: str, folder: Path) -> Any:
    """What Nix makes of an expression, without a store that is there already."""
    stores = {"NIX_STORE_DIR": str(folder / "store"), "NIX_STATE_DIR": str(folder / "state")}
    command = [
        need("nix-instantiate", "nix-bin"),
        "--eval",
        "--strict",
        "--json",
        "--read-write-mode",
        "-E",
        expression,
    ]
    done = subprocess.run(command, env={**os.environ, **stores}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def project() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return table


def names(requirements: list[str]) -> list[str]:
    return sorted(re.split(r"[\[<>=~! ]", one)[0] for one in requirements)


def test_the_package_needs_what_pyproject_says(tmp_path: Path) -> None:
    extras = "builtins.mapAttrs (_: map (d: d.pname)) p.optional-dependencies"
    found = evaluated(
        f"let p = {PACKAGE}; in {{ main = map (d: d.pname) p.dependencies; extras = {extras}; }}", tmp_path
    )
    table = project()
    assert sorted(found["main"]) == names(table["dependencies"])
    wanted = {
        name: names(value) for name, value in table["optional-dependencies"].items() if name not in ("dev", "docs")
    }
    assert found["extras"] == wanted


def test_the_package_is_the_release_of_this_version(tmp_path: Path) -> None:
    meta = "inherit (p.meta) mainProgram description changelog;"
    fields = f"{{ inherit (p) pname version pyproject; inherit (p.src) tag; {meta} }}"
    found = evaluated(f"let p = {PACKAGE}; in {fields}", tmp_path)
    assert found == {
        "pname": "splitlint",
        "version": __version__,
        "pyproject": True,
        "tag": f"v{__version__}",
        "mainProgram": "splitlint",
        "description": project()["description"],
        "changelog": f"https://github.com/splitlint/splitlint/blob/v{__version__}/CHANGELOG.md",
    }


def test_what_the_package_tests_is_there(tmp_path: Path) -> None:
    for path in evaluated(f"{PACKAGE}.enabledTestPaths", tmp_path):
        assert (ROOT / path).exists()


def test_the_flake_offers_the_same_for_each_system(tmp_path: Path) -> None:
    kinds = "{ inherit (f) packages apps checks devShells; }"
    found = evaluated(
        f"let f = {FLAKE}; in builtins.mapAttrs (_: builtins.mapAttrs (_: builtins.attrNames)) {kinds}", tmp_path
    )
    systems = {"aarch64-darwin", "aarch64-linux", "x86_64-darwin", "x86_64-linux"}
    assert {kind: set(by_system) for kind, by_system in found.items()} == dict.fromkeys(found, systems)
    assert found["packages"]["x86_64-linux"] == ["default", "splitlint"]
    assert found["checks"]["x86_64-linux"] == ["own-flake", "package"]


def test_the_flake_builds_its_own_checkout(tmp_path: Path) -> None:
    overlay = f"(f.overlays.default {STUB}.pkgs {{ }}).splitlint"
    found = evaluated(
        f"let f = {FLAKE}; in {{ inherit (f.packages.x86_64-linux.default) version; src = toString {overlay}.src; "
        "program = f.apps.x86_64-linux.default.program; }",
        tmp_path,
    )
    version = f"{__version__}+g20261126"
    program = f"/nix/store/stand-in-splitlint-{version}/bin/splitlint"
    assert found == {"version": version, "src": str(ROOT), "program": program}


def test_the_check_of_the_flake_is_a_command_that_succeeds_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = evaluated(f"({FLAKE}).checks.x86_64-linux.own-flake.script", tmp_path)
    (line,) = [line.strip() for line in script.splitlines() if "splitlint check" in line]
    assert line == "splitlint check 'flake.nix' 'nix'"
    monkeypatch.chdir(ROOT)
    assert main(["check", "flake.nix", "nix", "--quiet"]) == 0


def test_the_shell_and_all_checks_evaluate(tmp_path: Path) -> None:
    evaluated(f"let f = {FLAKE}; in builtins.deepSeq [ f.devShells f.gitHooksModule f.treefmtModule ] true", tmp_path)


HOOKS: list[tuple[str, str, dict[str, bool]]] = [
    ("{ }", "--quiet --staged", {"always_run": True}),
    ("{ changesOnly = false; }", "--quiet --force-exclude", {"always_run": False}),
    ("{ fix = true; }", "--quiet --force-exclude --fix", {"always_run": False}),
    (
        '{ select = [ "a" "b" ]; nixpkgs = "25.11"; configPath = "a b.toml"; minConfidence = "high"; }',
        "--quiet --staged '--config=a b.toml' --min-confidence=high --nixpkgs=25.11 --select=a,b",
        {"always_run": True},
    ),
]


@pytest.mark.parametrize(("settings", "arguments", "fields"), HOOKS)
def test_the_hook_of_git_hooks_runs_what_its_settings_say(
    settings: str, arguments: str, fields: dict[str, bool], tmp_path: Path
) -> None:
    found = evaluated(f"{STUB}.hook {ROOT}/nix/git-hooks.nix {settings}", tmp_path)
    entry = found.pop("entry").replace("'", "")
    assert entry == "/nix/store/stand-in-splitlint/bin/splitlint check " + arguments.replace("'", "")
    assert {name: found[name] for name in fields} == fields
    assert (found["types"], found["require_serial"]) == (["text"], True)


@pytest.mark.parametrize(
    ("settings", "arguments"),
    [
        ("{ }", FIX_ONLY),
        (
            '{ unsafe-fixes = true; ignore = [ "vmlinux" "vm-tree" ]; nixpkgs = "25.11"; }',
            [*FIX_ONLY, "--ignore=vmlinux,vm-tree", "--nixpkgs=25.11", "--unsafe-fixes"],
        ),
    ],
)
def test_the_formatter_of_treefmt_fixes_as_its_options_say(
    settings: str, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = evaluated(f"{STUB}.formatter {ROOT}/nix/treefmt.nix {settings}", tmp_path)
    assert found["options"] == arguments
    monkeypatch.chdir(make_tree(tmp_path / "tree", {"a.nix": BROKEN}))
    assert main([*arguments, "a.nix"]) == 0
    assert (tmp_path / "tree/a.nix").read_text() != BROKEN


def test_treefmt_itself_fixes_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "tree", {"deep/a.nix": BROKEN, "b.nix": "{ }\n", "c.txt": "lib/modules\n"})
    run_git(tree, "init", "-q")
    formatter = evaluated(f"{STUB}.formatter {ROOT}/nix/treefmt.nix {{ }}", tmp_path)
    settings = {"command": str(Path(sys.executable).with_name("splitlint")), **formatter}
    rows = [f"{name} = {json.dumps(value)}\n" for name, value in settings.items()]
    (tree / "treefmt.toml").write_text("[formatter.splitlint]\n" + "".join(rows))
    run_git(tree, "add", "-A")
    command = [str(Path(sys.executable).with_name("treefmt")), "--ci", "--no-cache"]
    first = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert "formatted 2 files (1 changed)" in first.stderr, first.stderr
    assert first.returncode == 1
    assert 'getOutput "modules"' in (tree / "deep/a.nix").read_text()
    second = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert (second.returncode, "(0 changed)" in second.stderr) == (0, True), second.stderr


REAL = """
let
  lib = import {library};
  package = name: derivation {{ inherit name; system = "x"; builder = "x"; }} // {{ pname = name; version = "4.5.0"; }};
  format = _: {{ generate = name: _: package name; type = lib.types.attrs; }};
  pkgs = {{
    inherit lib;
    formats = {{ toml = format; json = format; yaml = format; }};
    stdenv.mkDerivation = _: package "run";
    rustPlatform.cargoSetupHook = package "cargo";
    runCommand = name: _: _: package name;
    writeShellScriptBin = name: _: package name;
  }} // lib.genAttrs [ "splitlint" "pre-commit" "treefmt" "gitMinimal" ] package;
in
"""


def real(*variables: str) -> list[str]:
    """The folders that these variables name; skips the test if any is not given."""
    folders = [os.environ.get(name, "") for name in variables]
    if not all(folders):
        pytest.skip(f"to be compared with the real modules, which {' and '.join(variables)} name")
    return folders


def test_the_real_modules_of_git_hooks_take_the_hook(tmp_path: Path) -> None:
    library, folder = real("SPLITLINT_NIXPKGS_LIB", "SPLITLINT_GIT_HOOKS")
    ours = "{ _module.args = { inherit pkgs; }; tools = { }; rootSrc = /.; hooks.splitlint.enable = true; }"
    modules = f"[ {folder}/modules/all-modules.nix {ROOT}/nix/git-hooks.nix {ours} ]"
    found = evaluated(
        REAL.format(library=library)
        + f"removeAttrs (lib.evalModules {{ modules = {modules}; }}).config.hooks.splitlint.raw"
        ' [ "priority" ]',
        tmp_path,
    )
    assert found["entry"].endswith("/bin/splitlint check --quiet --staged")
    assert (found["id"], found["types"], found["always_run"], found["pass_filenames"]) == (
        "splitlint",
        ["text"],
        True,
        True,
    )


def test_the_real_modules_of_treefmt_nix_take_the_formatter(tmp_path: Path) -> None:
    library, folder = real("SPLITLINT_NIXPKGS_LIB", "SPLITLINT_TREEFMT_NIX")
    ours = '{ projectRootFile = "flake.nix"; programs.splitlint = { enable = true; unsafe-fixes = true; }; }'
    module = f"{{ imports = [ {ROOT}/nix/treefmt.nix {ours} ]; }}"
    found = evaluated(
        REAL.format(library=library)
        + f"((import {folder}).evalModule pkgs {module}).config.settings.formatter.splitlint",
        tmp_path,
    )
    assert found["options"] == [*FIX_ONLY, "--unsafe-fixes"]
    assert found["command"].endswith("-splitlint/bin/splitlint")

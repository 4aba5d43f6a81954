"""What other files of a repository tell: imports, callers, overlays, options. See `tests.asking`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.values import Value
from splitlint.findings.finding import Confidence
from splitlint.syntax.nix_tree.nodes import walk
from tests.asking import analysed, means_in, repository_of, value_in

KERNEL = "{ kernel }: «kernel»"
BUILT = "{ buildLinux }: buildLinux { }"
CUSTOM = '{ stdenv }: stdenv.mkDerivation { pname = "linux"; }'


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        pytest.param("{ pkgs }: import ./x.nix { kernel = pkgs.linux; }", "kernel", id="import"),
        pytest.param("{ pkgs }: (import ./x.nix) { kernel = pkgs.linux; }", "kernel", id="import in parentheses"),
        pytest.param("{ pkgs }: import (./x.nix) { kernel = pkgs.linux; }", "kernel", id="a path in parentheses"),
        pytest.param("{ pkgs }: import ./x.nix { kernel = pkgs.linux.dev; }", "kernel:dev", id="an output"),
        pytest.param(
            "{ pkgs }: let kernel = pkgs.linux; in import ./x.nix { inherit kernel; }", "kernel", id="an inherited name"
        ),
        pytest.param(
            "{ config, ... }: { a = import ./x.nix { inherit (config.boot.kernelPackages) kernel; }; }",
            "kernel",
            id="inherited from an option",
        ),
        pytest.param("{ pkgs }: import ./x.nix pkgs.linuxPackages", "kernel", id="a set of packages"),
        pytest.param("{ pkgs }: pkgs.callPackage ./x.nix { kernel = pkgs.linux; }", "kernel", id="callPackage"),
        pytest.param("{ pkgs }: pkgs.callPackage ./x.nix { }", "?", id="callPackage of nixpkgs has none"),
        pytest.param("{ pkgs }: pkgs.linuxPackages.callPackage ./x.nix { }", "kernel", id="callPackage of a set"),
        pytest.param("{ pkgs }: pkgs.linuxPackages.callPackages ./x.nix { }", "kernel", id="callPackages"),
        pytest.param(
            "{ pkgs }: let inherit (pkgs.linuxPackages) callPackage; in callPackage ./x.nix { }",
            "kernel",
            id="inherited",
        ),
        pytest.param("{ pkgs }: with pkgs.linuxPackages; callPackage ./x.nix { }", "kernel", id="under with"),
        pytest.param(
            "{ pkgs }: rec { kernel = pkgs.linux; x = pkgs.callPackage ./x.nix { }; }",
            "kernel",
            id="of a set of its own",
        ),
        pytest.param(
            "final: prev: { kernel = prev.linux; x = final.callPackage ./x.nix { }; }", "kernel", id="of an overlay"
        ),
        pytest.param(
            "{ pkgs }: [ (import ./x.nix { kernel = pkgs.linux; }) (import ./x.nix { kernel = pkgs.linux.dev; }) ]",
            "kernel:dev | kernel",
            id="two callers who differ",
        ),
        pytest.param("{ pkgs }: import ./x.nix { }", "?", id="a caller who passes nothing"),
        pytest.param("{ imports = [ ./x.nix ]; }", "kernel (low)", id="a module that imports it"),
        pytest.param('{ a = "./x.nix"; }', "kernel (low)", id="a path in a string"),
        pytest.param("{ a = /* import ./x.nix { kernel = 1; } */ 1; }", "kernel (low)", id="a path in a comment"),
        pytest.param("{ pkgs }: import ./y.nix { kernel = pkgs.linux; }", "kernel (low)", id="another file"),
    ],
)
def test_a_formal_is_what_the_callers_of_the_file_pass(caller: str, expected: str) -> None:
    assert means_in({"default.nix": caller, "x.nix": KERNEL}, "x.nix") == expected


def test_a_list_of_all_packages_calls_from_a_scope_of_its_own() -> None:
    lists = """self: super: with super; {
      linuxPackagesFor = kernel: lib.makeExtensible (self: with self; {
        callPackage = newScope self;
        inherit kernel;
        x = callPackage ../x.nix { };
      });
    }"""
    assert means_in({"pkgs/top-level/all-packages.nix": lists, "pkgs/x.nix": KERNEL}, "pkgs/x.nix") == "kernel"


def test_a_function_of_a_set_that_an_overlay_makes() -> None:
    files = {
        "overlay.nix": "final: prev: { tools = final.callPackage ./tools.nix { }; y = final.tools.pack final.linux; }",
        "tools.nix": "{ runCommand }: { pack = base: «base»; }",
    }
    assert means_in(files, "tools.nix") == "kernel"


def test_an_option_in_a_set_of_which_others_are_set() -> None:
    files = {
        "options.nix": "{ lib, pkgs, ... }: { options.board.package = lib.mkOption { default = pkgs.linux; }; }",
        "board.nix": "{ config, ... }: { board = { a = 1; }; y = import ./x.nix { a = config.board.package; }; }",
        "x.nix": "{ a }: «a.modules or a»",
    }
    assert means_in(files, "x.nix") == "kernel:modules"


@pytest.mark.parametrize(
    ("caller", "callee", "expected"),
    [
        pytest.param("{ pkgs }: import ./x.nix pkgs.linux", "k: «k»", "kernel", id="a plain parameter"),
        pytest.param("{ pkgs }: import ./x.nix 1 pkgs.linux", "a: k: «k»", "kernel", id="the second of two"),
        pytest.param(
            "{ pkgs }: import ./x.nix { } { k = pkgs.linux; }", "a: { k }: «k»", "kernel", id="a set behind one"
        ),
        pytest.param("{ pkgs }: import ./x.nix { k = pkgs.linux; }", "a: «a.k»", "kernel", id="an attribute of it"),
        pytest.param("{ pkgs }: import ./x.nix { k = pkgs.linux; }", "a@{ ... }: «a.k»", "kernel", id="of an @-name"),
        pytest.param("{ pkgs }: import ./x.nix { kernel = pkgs.linux; }", "{ kernel ? null }: «kernel»", "kernel"),
        pytest.param(
            "{ pkgs }: import ./x.nix { kernel = pkgs.linux; }",
            "let a = 1; in { kernel }: «kernel»",
            "kernel",
            id="in a let",
        ),
        pytest.param(
            "{ pkgs }: import ./x.nix { k = 1; }", "{ }: { f = { k }: «k»; }", "pkgs.k", id="an inner function"
        ),
        pytest.param(
            "{ pkgs }: pkgs.callPackage ./x.nix { } pkgs.linux", "{ lib }: k: «k»", "kernel", id="behind callPackage"
        ),
    ],
)
def test_any_parameter_of_the_file_is_asked_about(caller: str, callee: str, expected: str) -> None:
    assert means_in({"default.nix": caller, "x.nix": callee}, "x.nix") == expected


@pytest.mark.parametrize(
    ("path", "literal", "callee"),
    [
        ("default.nix", "./x", "x/default.nix"),
        ("default.nix", "./x/default.nix", "x/default.nix"),
        ("a/b/c.nix", "../../x.nix", "x.nix"),
        ("a/b.nix", "../x", "x/default.nix"),
        ("sub/a.nix", "./.", "sub/default.nix"),
        ("sub/a.nix", "../.", "default.nix"),
        ("sub/sub/a.nix", "../..", "default.nix"),
        ("lib/sub/a.nix", "./..", "lib/default.nix"),
        ("sub/a.nix", "./../lib/./x.nix", "lib/x.nix"),
    ],
)
def test_a_path_is_resolved_from_the_file_it_stands_in(path: str, literal: str, callee: str) -> None:
    files = {path: f"{{ pkgs }}: import {literal} {{ kernel = pkgs.linux; }}", callee: KERNEL}
    assert means_in(files, callee) == "kernel"


@pytest.mark.parametrize(
    ("library", "use", "expected"),
    [
        pytest.param(
            "{ pkgs }: { kernel = pkgs.linux; }", "(import ./l.nix { inherit pkgs; }).kernel", "kernel", id="a set"
        ),
        pytest.param("{ kernelOf = p: p.kernel.dev; }", "(import ./l.nix).kernelOf pkgs.linuxPackages", "kernel:dev"),
        pytest.param(
            "kernelPackages: kernelPackages.kernel", "import ./l.nix pkgs.linuxPackages", "kernel", id="a function"
        ),
        pytest.param("{ linux }: linux", "pkgs.callPackage ./l.nix { }", "kernel", id="a package"),
        pytest.param(
            "{ linux, k }: k", "pkgs.callPackage ./l.nix { k = pkgs.linux.dev; }", "kernel:dev", id="an argument"
        ),
        pytest.param(
            "{ kernel }: kernel", "pkgs.linuxPackages.callPackage ./l.nix { }", "kernel", id="called by a set"
        ),
        pytest.param("{ kernel = 1; }", "(import ./nothing.nix).kernel", "kernel (low)", id="a file that is not there"),
    ],
)
def test_what_another_file_gives(library: str, use: str, expected: str) -> None:
    assert means_in({"l.nix": library, "x.nix": f"{{ pkgs }}: «{use}»"}, "x.nix") == expected


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        pytest.param(BUILT, "kernel", id="built by nixpkgs"),
        pytest.param(CUSTOM, "made by pkgs.stdenv.mkDerivation", id="a derivation of one's own"),
        pytest.param(
            "{ runCommand }: runCommand n { kernel = 1; } s", "made by pkgs.runCommand", id="a command's output"
        ),
    ],
)
@pytest.mark.parametrize(
    "others",
    [
        pytest.param({"d.nix": "{ pkgs }: import ./x.nix { kernel = pkgs.callPackage ./k.nix { }; }"}, id="passed"),
        pytest.param(
            {"d.nix": "{ pkgs }: rec { kernel = pkgs.callPackage ./k.nix { }; x = pkgs.callPackage ./x.nix { }; }"}
        ),
        pytest.param(
            {"o.nix": "final: prev: { kernel = final.callPackage ./k.nix { }; x = final.callPackage ./x.nix { }; }"}
        ),
    ],
)
def test_a_kernel_of_ones_own_makes_its_users_quiet_and_a_kernel_of_nixpkgs_makes_them_sure(
    kernel: str, expected: str, others: dict[str, str]
) -> None:
    assert means_in({**others, "k.nix": kernel, "x.nix": KERNEL}, "x.nix") == expected


@pytest.mark.parametrize(("kernel", "expected"), [(BUILT, "kernel"), (CUSTOM, "made by pkgs.stdenv.mkDerivation")])
def test_an_overlay_says_what_a_package_of_its_is(kernel: str, expected: str) -> None:
    files = {
        "overlay.nix": "final: prev: { linux_phone = final.callPackage ./k.nix { }; }",
        "k.nix": kernel,
        "x.nix": "{ pkgs }: «pkgs.linux_phone»",
    }
    assert means_in(files, "x.nix") == expected


EVIDENCE = "{ kernel }: [ kernel.modDirVersion «kernel» ]"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("{ config }: { kernel = config.system.modulesTree; }", id="a function that nobody calls"),
        pytest.param("{ stdenv }: { kernel = stdenv.mkDerivation { }; }", id="of a derivation"),
        pytest.param("{ stdenv }: rec { kernel = stdenv.mkDerivation { }; }", id="a rec set"),
        pytest.param("config: { kernel = config.boot.kernelPackages.kernel; }", id="of the machine's kernel"),
        pytest.param("stdenv: name: { kernel = stdenv.mkDerivation { }; }", id="a function of two, and no overlay"),
        pytest.param("{ pkgs }: { kernel = pkgs.linux; } // { kernel = pkgs.hello.dev; }", id="a sum"),
    ],
)
def test_a_set_that_nobody_passes_does_not_say_what_a_parameter_is(other: str) -> None:
    files = {"describe.nix": other, "again.nix": other, "x.nix": EVIDENCE}
    assert means_in(files, "x.nix") == "kernel (medium)"


@pytest.mark.parametrize(
    "others",
    [
        pytest.param({"o.nix": "final: prev: { kernel = prev.stdenv.mkDerivation { }; }"}, id="an overlay"),
        pytest.param({"o.nix": "{ lib }: _: super: { kernel = super.stdenv.mkDerivation { }; }"}, id="of a function"),
        pytest.param({"o.nix": "{ nixpkgs.overlays = [ (a: prev: { kernel = prev.stdenv.mkDerivation { }; }) ]; }"}),
        pytest.param({"o.nix": "lib.makeScope newScope (s: { kernel = s.stdenv.mkDerivation { }; })"}, id="a scope"),
        pytest.param({"o.nix": "{ pkgs }: rec { callPackage = f; kernel = pkgs.stdenv.mkDerivation { }; }"}),
        pytest.param(
            {
                "o.nix": "final: prev: { a = 1; } // import ./p.nix { pkgs = final; }",
                "p.nix": "{ pkgs }: { kernel = pkgs.stdenv.mkDerivation { }; }",
            },
            id="a file that an overlay takes over",
        ),
    ],
)
def test_what_fills_parameters_of_that_name_says_what_they_are(others: dict[str, str]) -> None:
    assert means_in({**others, "x.nix": EVIDENCE}, "x.nix").startswith("made by ")


def test_two_overlays_make_nothing_sure() -> None:
    files = {
        "o.nix": "final: prev: { kernel = prev.linux; }",
        "p.nix": "final: prev: { kernel = prev.linux_latest; }",
        "x.nix": EVIDENCE,
    }
    value = value_in(files["x.nix"], "x.nix", repository_of(files))
    assert {one.confidence for one in alternatives(value)} == {Confidence.MEDIUM}


def test_a_machine_with_a_kernel_of_its_own_makes_the_option_custom() -> None:
    files = {
        "m.nix": "{ pkgs, ... }: { boot.kernelPackages = pkgs.linuxPackagesFor (pkgs.callPackage ./k.nix { }); }",
        "k.nix": CUSTOM,
        "x.nix": "{ config, ... }: { a = «config.boot.kernelPackages.kernel»; }",
    }
    assert means_in(files, "x.nix") == "kernel custom"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("inputs.x.packages", "kernel", id="from elsewhere"),
        pytest.param("f.extend (self: super: { inherit (super) zfs; })", "kernel", id="an extended set from elsewhere"),
        pytest.param("config.boot.zfs.package.latestCompatibleLinuxPackages.extend o", "kernel", id="of zfs"),
        pytest.param("lib.mkForce (f { })", "kernel", id="what an unknown function makes"),
        pytest.param("lib.recurseIntoAttrs (f.linuxKernelsFor x)", "kernel", id="the same, for recursion"),
        pytest.param("pkgs.callPackage (f + /packages.nix) { }", "kernel", id="a file out of sight"),
        pytest.param("pkgs.linuxPackages.extend (s: p: { kernel = f.mkDerivation { }; })", "kernel custom"),
        pytest.param("pkgs.linuxPackagesFor (pkgs.stdenv.mkDerivation { })", "kernel custom"),
    ],
)
def test_whatever_the_packages_of_a_machine_are_their_kernel_is_one(value: str, expected: str) -> None:
    files = {
        "m.nix": f"{{ pkgs, lib, config, inputs, f, o, ... }}: {{ boot.kernelPackages = {value}; }}",
        "x.nix": "{ config, ... }: { a = «config.boot.kernelPackages.kernel»; }",
    }
    assert means_in(files, "x.nix") == expected


def test_one_machine_of_several_with_its_own_kernel_changes_nothing() -> None:
    files = {
        "m.nix": "{ pkgs, ... }: { boot.kernelPackages = pkgs.linuxPackagesFor (pkgs.callPackage ./k.nix { }); }",
        "n.nix": "{ pkgs, ... }: { boot.kernelPackages = pkgs.linuxPackages_latest; }",
        "k.nix": CUSTOM,
        "x.nix": "{ config, ... }: { a = «config.boot.kernelPackages.kernel»; }",
    }
    assert means_in(files, "x.nix") == "kernel"


_GUEST = "{ pkgs, config, ... }: { options.base = lib.mkOption { default = pkgs.linux; }; }"
_GUESTS = f"lib.mkOption {{ type = lib.types.attrsOf (lib.types.submodule ({_GUEST})); default = {{ }}; }}"


@pytest.mark.parametrize(
    ("options", "use"),
    [
        pytest.param(_GUESTS, "lib.mapAttrs (n: g: «g.base.dev») config.guests", id="mapped"),
        pytest.param(_GUESTS, "lib.mapAttrsToList (n: g: «g.base.dev») config.guests", id="mapped to a list"),
        pytest.param(_GUESTS, "map (g: «g.base.dev») (lib.attrValues config.guests)", id="its values"),
        pytest.param(_GUESTS, "«config.guests.one.base.dev»", id="one of them"),
        pytest.param(_GUESTS, "let inherit (config.guests.one) base; in «base.dev»", id="inherited"),
        pytest.param(_GUESTS.replace("attrsOf", "listOf"), "map (g: «g.base.dev») config.guests", id="in a list"),
        pytest.param(_GUESTS.replace("lib.types.attrsOf", "with lib.types; lazyAttrsOf"), "«config.guests.a.base.dev»"),
        pytest.param(
            _GUESTS.replace("lib.types.attrsOf", "lib.types.nullOr"), "«config.guests.base.dev»", id="just one"
        ),
    ],
)
def test_options_of_sets_in_sets_have_their_defaults(options: str, use: str) -> None:
    files = {
        "m.nix": f"{{ lib, ... }}: {{ options.guests = {options}; }}",
        "x.nix": f"{{ config, lib, ... }}: {{ y = [ ({use}) ]; }}",
    }
    assert means_in(files, "x.nix") == "kernel:dev"


def test_options_of_sets_in_sets_are_what_modules_set() -> None:
    files = {
        "m.nix": f"{{ lib, ... }}: {{ options.guests = {_GUESTS}; }}",
        "n.nix": '{ pkgs, ... }: { guests.one.base = pkgs.linux_latest; guests.one.name = "x"; }',
        "x.nix": "{ config, lib, ... }: { y = [ «config.guests.one.base.dev» ]; }",
    }
    assert means_in(files, "x.nix") == "kernel:dev"


def test_a_set_among_sets_reads_its_own_options() -> None:
    tree = 'options.tree = lib.mkOption { default = "${«config.base.dev»}/lib"; };'
    module = f"{{ lib, ... }}: {{ options.guests = {_GUESTS.replace('}; }', '}; ' + tree + ' }', 1)}; }}"
    assert means_in({"m.nix": module}, "m.nix") == "kernel:dev"


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param("{ pkgs, ... }: { my.kernelPackage = pkgs.linux; }", id="dotted"),
        pytest.param("{ pkgs, ... }: { my = { kernelPackage = pkgs.linux; }; }", id="nested"),
        pytest.param("{ pkgs, ... }: { config.my.kernelPackage = pkgs.linux; }", id="under config"),
        pytest.param("{ pkgs, lib, ... }: { config = lib.mkIf c { my.kernelPackage = pkgs.linux; }; }", id="in mkIf"),
        pytest.param("{ pkgs, lib, ... }: { my = lib.mkIf c { kernelPackage = pkgs.linux; }; }", id="inside, in mkIf"),
        pytest.param("{ pkgs, lib, ... }: { my.kernelPackage = lib.mkForce pkgs.linux; }", id="forced"),
        pytest.param("{ pkgs, lib, ... }: lib.mkMerge [ { my.kernelPackage = pkgs.linux; } ]", id="merged"),
        pytest.param("{ pkgs, ... }: let k = pkgs.linux; in { my.kernelPackage = k; }", id="through a let"),
        pytest.param("{ lib, pkgs, ... }: { options.my.kernelPackage = lib.mkOption { default = pkgs.linux; }; }"),
        pytest.param(
            "{ lib, pkgs, ... }: with lib; { options = { my.kernelPackage = mkOption { default = pkgs.linux; }; }; }",
            id="its default, nested",
        ),
    ],
)
@pytest.mark.parametrize(
    "use",
    [
        "{ config, ... }: { a = «config.my.kernelPackage»; }",
        "{ config, ... }: let cfg = config.my; in { a = «cfg.kernelPackage»; }",
        "{ config, ... }: with config.my; { a = «kernelPackage»; }",
        "{ config, ... }: let inherit (config.my) kernelPackage; in { a = «kernelPackage»; }",
    ],
)
def test_an_option_is_what_modules_set_it_to(definition: str, use: str) -> None:
    assert means_in({"m.nix": definition, "x.nix": use}, "x.nix") == "kernel"


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param("{ pkgs, ... }: { other.kernelPackage = pkgs.linux; }", id="another option of that name"),
        pytest.param("{ pkgs, ... }: let my.kernelPackage = pkgs.linux; in { }", id="a let"),
        pytest.param("{ pkgs, ... }: { ${n}.my.kernelPackage = pkgs.linux; }", id="below a computed name"),
        pytest.param("{ lib, ... }: { options.my.kernelPackage = lib.mkOption { }; }", id="no default"),
        pytest.param("{ lib, ... }: { options.my.kernelPackage = lib.mkOption x; }", id="no set to be read"),
    ],
)
def test_an_option_that_nobody_sets(definition: str) -> None:
    files = {"m.nix": definition, "x.nix": "{ config, ... }: { a = «config.my.kernelPackage»; }"}
    assert means_in(files, "x.nix") == "config.my.kernelPackage"


def test_an_option_that_holds_a_path() -> None:
    files = {
        "m.nix": '{ pkgs, ... }: { my.kernelModulesPath = "${pkgs.linux}/lib/modules"; }',
        "x.nix": "{ config, ... }: { a = «config.my.kernelModulesPath»; }",
    }
    assert means_in(files, "x.nix") == '"${kernel}/lib/modules"'


def places(files: dict[str, str], path: str) -> list[tuple[str, str]]:
    return [(reason.path, reason.text) for reason in value_in(files[path], path, repository_of(files)).reasons]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"d.nix": "{ pkgs }: import ./x.nix { kernel = pkgs.linux; }", "x.nix": KERNEL},
            [("d.nix", "`kernel` is passed here"), ("d.nix", "`kernel` is `pkgs.linux`")],
            id="a caller",
        ),
        pytest.param(
            {"d.nix": "{ pkgs }: pkgs.linuxPackages.callPackage ./x.nix { }", "x.nix": KERNEL},
            [("d.nix", "`callPackage` fills in `kernel` here")],
            id="a set that calls",
        ),
        pytest.param(
            {
                "m.nix": "{ pkgs, ... }: { my.kernel = pkgs.linux.out; }",
                "x.nix": "{ config, ... }: { a = «config.my.kernel»; }",
            },
            [("m.nix", "it is set here"), ("m.nix", "`kernel` is `pkgs.linux.out`")],
            id="an option",
        ),
        pytest.param(
            {
                "l.nix": "{ pkgs }: { kernel = pkgs.linux; }",
                "x.nix": "{ pkgs }: «(import ./l.nix { inherit pkgs; }).kernel»",
            },
            [("l.nix", "`kernel` is `pkgs.linux`")],
            id="an attribute",
        ),
    ],
)
def test_the_other_place_is_shown(files: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert places(files, "x.nix") == expected


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"a.nix": "import ./a.nix", "x.nix": "«import ./a.nix»"}, id="a file that imports itself"),
        pytest.param(
            {
                "a.nix": "import ./b.nix",
                "b.nix": "import ./c.nix",
                "c.nix": "import ./a.nix",
                "x.nix": "«import ./a.nix»",
            },
            id="three in a circle",
        ),
        pytest.param({"a.nix": "{ f }: import ./x.nix { f = f; }", "x.nix": "{ f }: import ./a.nix { f = «f»; }"}),
        pytest.param(
            {"x.nix": "{ config, ... }: { my.kernels = «config.my.kernels»; }"}, id="an option that is itself"
        ),
    ],
)
def test_files_in_a_circle_end(files: dict[str, str]) -> None:
    assert "kernel " not in means_in(files, "x.nix")


def test_an_overlay_that_overrides_what_it_is_given_ends() -> None:
    files = {"o.nix": "final: prev: { linux_x = final.linux_x.override { }; }", "x.nix": "{ pkgs }: «pkgs.linux_x»"}
    assert means_in(files, "x.nix") == "kernel"


def test_other_files_are_not_evaluated_for_a_file_that_asks_nothing() -> None:
    files = {"d.nix": "{ pkgs }: { kernel = pkgs.linux; }", "x.nix": "{ lib }: let a = 1; in «a»"}
    assert analysed(files["x.nix"], "x.nix", repository_of(files)).others.consulted == set()


def test_a_huge_file_is_not_read() -> None:
    files = {"d.nix": "{ pkgs }: import ./x.nix { kernel = pkgs.linux; }" + " " * (1 << 20), "x.nix": KERNEL}
    assert means_in(files, "x.nix") == "kernel (low)"


NAMES = st.sampled_from(["a.nix", "b.nix", "c.nix"])
PIECES = st.sampled_from(
    [
        "kernel",
        "pkgs.linux",
        "f",
        "(import ./{0} {{ inherit kernel; }})",
        "(pkgs.callPackage ./{0} {{ }})",
        "config.my.kernel",
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {name: st.lists(st.tuples(PIECES, NAMES), min_size=1, max_size=4) for name in ("a.nix", "b.nix", "c.nix")}
    )
)
def test_files_that_import_each_other_at_random_end(files: dict[str, list[tuple[str, str]]]) -> None:
    texts = {
        path: "{ pkgs, kernel, config, f, ... }: { my.kernel = "
        + " // ".join(piece.format(other) for piece, other in pieces)
        + "; kernel = kernel; }"
        for path, pieces in files.items()
    }
    for path, text in texts.items():
        file = analysed(text, path, repository_of(texts))
        for node in walk(file.unit.root):
            assert isinstance(file.places.values(node.start, node.end), Value)
        assert len(file.uses) < 1_000

"""The vocabulary of queries, one question at a time."""

from __future__ import annotations

import pytest
from tree_sitter import Node, QueryCursor

from splitlint.analysis.model.values import Member, Package, PackageSet, Piece, Shape, Text, Tree, Union, Value
from splitlint.matching.predicates import PREDICATES, ask
from splitlint.matching.views import NixView, Notes, fits
from splitlint.syntax import nix
from tests.asking import analysed


def asked(text: str, query: str, predicate: str, *words: str) -> list[tuple[str, Notes]]:
    """The nodes captured as `@x` of which a predicate is true, and what it learned."""
    view = NixView(analysed(text))
    found: list[tuple[str, Notes]] = []
    args = [("x", "capture"), *((word, "string") for word in words)]
    for _, captures in QueryCursor(nix.query(query)).matches(view.tree.root_node):
        notes = Notes()
        if ask(view, notes, predicate, args, captures):
            found.append((nix.node_text(captures["x"][0]), notes))
    return found


def texts(text: str, query: str, predicate: str, *words: str) -> list[str]:
    return [node for node, _ in asked(text, query, predicate, *words)]


ELEMENT = "(list_expression element: (_) @x)"
HOLE = "(interpolation expression: (_) @x)"
BINDING = "(binding) @x"
VALUE = "(binding expression: (_) @x)"
STRING = "[(string_expression) (indented_string_expression)] @x"
SELECT = "(select_expression) @x"
INHERITED = "(inherited_attrs attr: (identifier) @x)"


class TestSpecifications:
    @pytest.mark.parametrize(
        ("shape", "spec", "fitting"),
        [
            (Package("kernel"), "kernel", True),
            (Package("kernel", output="out"), "kernel", True),
            (Package("kernel", output="dev"), "kernel", False),
            (Package("kernel", output="out"), "kernel:whole", False),
            (Package("kernel", output="dev"), "kernel:dev", True),
            (Package("kernel", output="dev"), "kernel:any", True),
            (Package("kernel", custom=True), "kernel", False),
            (Package("kernel", custom=True), "kernel:custom", True),
            (Package("kernel"), "kernel:custom", False),
            (Package("kernel", overridden=True), "kernel:overridden", True),
            (Package("kernel"), "kernel:overridden", False),
            (Package("frob"), "kernel", False),
            (PackageSet("kernel"), "set:kernel", True),
            (PackageSet("kernel"), "kernel", False),
            (Member("kernel", "makeFlags"), "kernel.makeFlags", True),
            (Member("kernel", "version"), "kernel.makeFlags", False),
            (Tree("modules-tree"), "place:modules-tree", True),
            (Tree("toplevel"), "place:modules-tree", False),
            (Text((Piece(Value(Package("kernel"))),)), "kernel", True),
            (Text((Piece("x"), Piece(Value(Package("kernel"))))), "kernel", False),
            (Union((Value(Package("kernel", output="dev")), Value(Package("kernel")))), "kernel", True),
        ],
    )
    def test_fit(self, shape: Shape, spec: str, fitting: bool) -> None:
        assert (fits(Value(shape), spec) is not None) is fitting


class TestDenotes:
    def test_a_kernel_and_no_other_package(self) -> None:
        assert texts("{ pkgs }: [ pkgs.linux pkgs.hello ]", ELEMENT, "denotes?", "kernel") == ["pkgs.linux"]

    def test_any_of_several(self) -> None:
        text = "{ pkgs }: [ pkgs.linux.dev pkgs.linux pkgs.hello ]"
        assert texts(text, ELEMENT, "denotes?", "kernel:dev", "kernel") == ["pkgs.linux.dev", "pkgs.linux"]

    def test_an_inherited_name(self) -> None:
        text = "{ pkgs }: { inherit (pkgs) linux hello; }"
        assert texts(text, INHERITED, "denotes?", "kernel") == ["linux"]

    def test_not_where_it_is_never_run_in_the_newest_nixpkgs(self) -> None:
        text = '{ pkgs }: let k = pkgs.linux; in "${if k ? modules then k.modules else k}"'
        alternative = "(if_expression alternative: (_) @x)"
        assert texts(text, alternative, "denotes?", "kernel") == []


class TestBefore:
    ASKS = '{ pkgs }: let k = pkgs.linux; in "${if k ? modules then k.modules else k}"'

    def test_what_a_value_was_in_a_nixpkgs_from_before_the_split(self) -> None:
        text = '{ pkgs, lib }: [ (lib.getDev pkgs.linux) (lib.getOutput "modules" pkgs.linux) ]'
        assert texts(text, ELEMENT, "was-a?", "kernel:dev") == ["(lib.getDev pkgs.linux)"]
        assert texts(text, ELEMENT, "was-a?", "kernel:out") == ['(lib.getOutput "modules" pkgs.linux)']

    @pytest.mark.parametrize(
        ("part", "runs"), [("condition", ["k ? modules"]), ("consequence", []), ("alternative", ["k"])]
    )
    def test_which_code_was_run_then(self, part: str, runs: list[str]) -> None:
        assert texts(self.ASKS, f"(if_expression {part}: (_) @x)", "runs-before?") == runs


class TestPath:
    def test_below_a_value(self) -> None:
        text = '{ pkgs }: "${pkgs.linux}/lib/modules/x ${pkgs.linux}/bzImage"'
        [(_, notes)] = asked(text, HOLE, "path?", "lib/modules/**")
        assert notes.path == "/lib/modules/x"
        assert notes.confident_path

    def test_not_where_a_glob_takes_it_out(self) -> None:
        text = '{ pkgs }: "${pkgs.linux}/lib/modules/x/build"'
        assert texts(text, HOLE, "path?", "lib/modules/**", "!lib/modules/*/build/**") == []


class TestAlone:
    LISTS = "{ pkgs, lib }: [ (f [ pkgs.linux ]) (f ([ pkgs.linux_6_6 ] ++ [ pkgs.linux_6_6.modules ])) ]"

    def test_unless_the_list_has_the_output_too(self) -> None:
        inner = "(list_expression element: (select_expression) @x)"
        assert texts(self.LISTS, inner, "alone?", "kernel:modules")[:1] == ["pkgs.linux"]
        assert "pkgs.linux_6_6" not in texts(self.LISTS, inner, "alone?", "kernel:modules")


class TestText:
    def test_variables_are_filled_in_and_escapes_undone(self) -> None:
        text = "let a = \"lib\"; in ''''${out}/${a}/modules''"
        assert texts(text, "(indented_string_expression) @x", "text?", r"^\$\{out\}/lib/modules$") != []

    def test_an_unwanted_expression_refuses(self) -> None:
        assert texts('"make $makeFlags"', STRING, "text?", "make", "!makeFlags") == []


class TestSourceMatches:
    def test_only_the_part_that_fits_is_underlined(self) -> None:
        text = '"cp $out/lib/modules x"'
        [(_, notes)] = asked(text, STRING, "source-matches?", r"\$out/lib\S*")
        assert notes.span is not None
        assert text[slice(*notes.span)] == "$out/lib/modules"

    def test_each_place_is_told(self) -> None:
        text = "''\n  rm $out/a\n  # rm $out/b\n  rm $out/c\n''"
        [(_, notes)] = asked(text, STRING, "source-matches-each?", r"\$out/\w")
        assert [text[slice(*span)] for span in notes.spans] == ["$out/a", "$out/c"]

    def test_nothing_where_an_unwanted_expression_fits(self) -> None:
        assert texts('"rm $out/a $modules"', STRING, "source-matches-each?", r"\$out", r"!\$modules") == []

    def test_a_comment_says_nothing(self) -> None:
        assert texts("''\n  # ${x} rm $out/a\n''", "(string_fragment) @x", "source-matches?", r"\$out") == []


class TestOverrides:
    def test_tells_the_attribute_and_the_package(self) -> None:
        text = "{ pkgs }: pkgs.linux.overrideAttrs (old: { postInstall = old.postInstall; })"
        [(_, notes)] = asked(text, "(binding expression: (_) @x)", "overrides?", "kernel", "post*")
        assert notes.extra["attribute"] == "postInstall"
        assert notes.value is not None

    def test_not_of_another_attribute(self) -> None:
        text = "{ pkgs }: pkgs.linux.overrideAttrs { pname = 1; }"
        assert texts(text, VALUE, "overrides?", "kernel", "post*") == []

    def test_not_of_another_package(self) -> None:
        text = "{ pkgs }: pkgs.hello.overrideAttrs { postInstall = 1; }"
        assert texts(text, VALUE, "overrides?", "kernel", "post*") == []

    def test_not_of_an_output_of_it(self) -> None:
        text = "{ pkgs }: pkgs.linux.dev.overrideAttrs { postInstall = 1; }"
        assert texts(text, VALUE, "overrides?", "kernel", "post*") == []


class TestSurroundings:
    def test_beside_in_the_same_set(self) -> None:
        text = "f { a = 1; allowMissing = true; }"
        assert texts(text, BINDING, "beside?", "allowMissing", "= *true") == ["a = 1;", "allowMissing = true;"]
        assert texts(text, BINDING, "beside?", "allowMissing", "= *false") == []
        assert texts(text, BINDING, "beside?", "allowEmpty") == []

    def test_reads_the_old_attribute(self) -> None:
        text = 'f (old: { a = old.postInstall + 1; b = { postInstall, ... }: postInstall; c = "postInstall"; })'
        assert [one[:1] for one in texts(text, BINDING, "reads?", "postInstall")] == ["a", "b"]

    def test_an_attribute_by_its_last_name(self) -> None:
        assert texts("{ a.object = 1; b = 2; }", BINDING, "attribute?", "object", "source") == ["a.object = 1;"]

    def test_called_through_an_alias(self) -> None:
        text = "{ pkgs }: let call = pkgs.callPackage; in [ (call 1) (pkgs.hello 1) ]"
        function = "(apply_expression function: (_) @x)"
        assert texts(text, function, "called?", "*.callPackage") == ["call"]

    def test_in_a_call_of_the_same_expression_only(self) -> None:
        text = (
            '{ lib, k }: { a = lib.remove "--eval" (k.makeFlags ++ x); b = k.makeFlags; c = f { d = k.makeFlags; }; }'
        )
        query = '((select_expression attrpath: (attrpath attr: (identifier) @n)) @x (#eq? @n "makeFlags"))'
        data = asked(text, query, "in-call?", "--eval")
        assert len(data) == 1


class TestMadeWith:
    MADE = "{ linuxManualConfig, d }: [ (linuxManualConfig { %s }) ]"

    @pytest.mark.parametrize(
        ("arguments", "given"),
        [
            ("config = d;", True),
            ("inherit config;", True),
            ("configfile = ./config;", True),
            ("configfile = d.file { };", False),
            ("src = 1;", False),
        ],
    )
    def test_an_argument_of_the_maker(self, arguments: str, given: bool) -> None:
        element = "(list_expression element: (parenthesized_expression) @x)"
        found = texts(self.MADE % arguments, element, "made-with?", "config", "configfile:path")
        assert (found != []) is given

    @pytest.mark.parametrize(
        ("kernel", "given"),
        [
            ('pkgs.callPackage "${nixpkgs}/pkgs/os-specific/linux/kernel/build.nix" { } { inherit config; }', True),
            ('pkgs.callPackage "${nixpkgs}/pkgs/os-specific/linux/kernel/build.nix" { } { src = 1; }', False),
            ("(pkgs.linuxManualConfig { }).overrideAttrs { config = 1; }", True),
            ("(pkgs.linuxManualConfig { }).overrideAttrs { src = 1; }", False),
            ("(pkgs.linuxManualConfig { }).overrideAttrs (old: { config = 1; })", True),
        ],
    )
    def test_what_comes_later(self, kernel: str, given: bool) -> None:
        text = f"{{ pkgs, nixpkgs, config }}: [ ({kernel}) ]"
        element = "(list_expression element: (parenthesized_expression) @x)"
        assert (texts(text, element, "made-with?", "config", "configfile:path") != []) is given

    def test_is_taken_for_granted_where_the_call_cannot_be_seen(self) -> None:
        assert texts("{ pkgs }: [ pkgs.linux ]", ELEMENT, "made-with?", "config") == ["pkgs.linux"]


class TestOpposites:
    @pytest.mark.parametrize("name", sorted(PREDICATES))
    def test_every_predicate_says_what_it_asks(self, name: str) -> None:
        assert (PREDICATES[name].__doc__ or "").startswith(f"`#{name} @")

    def test_not_is_the_opposite(self) -> None:
        text = "{ pkgs }: [ pkgs.linux pkgs.hello ]"
        assert texts(text, ELEMENT, "not-denotes?", "kernel") == ["pkgs.hello"]

    def test_a_node_that_was_not_captured_is_never_it(self) -> None:
        view = NixView(analysed("1"))
        empty: dict[str, list[Node]] = {}
        assert not ask(view, Notes(), "denotes?", [("x", "capture"), ("kernel", "string")], empty)


class TestWithin:
    def test_a_place_deep_in_the_argument_of_a_function_is_within_it(self) -> None:
        text = 'vmTools.runInLinuxVM (stdenv.mkDerivation (final: { buildCommand = "ln -s ${inside}/lib /lib"; }))'
        assert texts(text, HOLE, "within?", "runInLinuxVM") == ["inside"]

    def test_the_function_itself_and_its_neighbours_are_not(self) -> None:
        text = '{ a = (f "${head}" runInLinuxVM) x; b = runInLinuxVM y; c = "${beside}"; }'
        assert texts(text, HOLE, "within?", "runInLinuxVM") == []

"""How to write "that output of this package" at a place: with `lib` where it is in scope, in parentheses if need be."""

from __future__ import annotations

from tree_sitter import Node

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.families import Family
from splitlint.analysis.model.values import Global, Literal, Package, Text, Value
from splitlint.analysis.nixpkgs import table
from splitlint.fixes.make.conversions import inside_conversions
from splitlint.matching.views import NixView, function_name
from splitlint.startup.records import dataclass
from splitlint.syntax import nix
from splitlint.syntax.parents import parent_of

#: Names under which a package set is handed around.
_PACKAGE_SETS = ("pkgs", "final", "prev", "self", "super")
# A package written longer than this is not written twice.
_LONGEST_REPEATED = 80
# Nor is a longer one told.
_LONGEST_TOLD = 60
#: What of `lib` chooses the output that holds what people ask it for.
_CHOOSERS = {"lib": "getLib", "dev": "getDev", "bin": "getBin"}
_LITERALS = frozenset({"string_expression", "integer_expression", "float_expression"})


@dataclass(frozen=True, slots=True)
class Subject:
    """A whole package as the source writes it, without what chose an output of it.

    `atom`: it can stand before a `.` or as an argument without parentheses.
    """

    text: str
    atom: bool
    value: Value

    @property
    def packed(self) -> str:
        return self.text if self.atom else f"({self.text})"


@dataclass(frozen=True, slots=True)
class Form:
    """Nix source of an expression; `loose` if it needs parentheses as an argument or as an element of a list."""

    text: str
    loose: bool

    def at(self, node: Node) -> str:
        """The text that can replace `node`."""
        return f"({self.text})" if self.loose and _binds_tightly(node, self.text) else self.text


def subject(view: NixView, node: Node) -> Subject | None:
    """The package that an expression is an output of: `k` for `lib.getLib k.out`. None if it holds no whole one."""
    inner = nix.skip_parentheses(node)
    if inner.type == "apply_expression":
        head, arguments = nix.call_spine(inner)
        if function_name(view, head).rpartition(".")[2] in table.marked("chooses", "converts"):
            return subject(view, arguments[-1])
    if inner.type == "select_expression":
        chosen = _without_output(view, inner)
        if chosen is not None:
            return chosen
    found = Subject(nix.node_text(inner), is_atom(inner), view.file.observed(view.value(inner)))
    return found if _is_whole(found.value) else None


def subject_of_inherited(view: NixView, identifier: Node) -> Subject | None:
    """The package that a name in `inherit x;` or `inherit (a) x;` stands for, as an expression."""
    name = nix.node_text(identifier)
    entry = parent_of(parent_of(identifier))
    if entry is None:
        return None
    if entry.type == "inherit":
        return Subject(name, True, view.file.observed(view.value(identifier)))
    source = entry.child_by_field_name("expression")
    if source is None:
        return None
    whole = subject(view, source)
    if whole is not None and any(_has_output(view, option, name) for option in alternatives(whole.value)):
        return whole
    text = nix.node_text(source)
    base = text if is_atom(source) else f"({text})"
    return Subject(f"{base}.{name}", True, view.file.observed(view.value(identifier)))


def told(view: NixView, node: Node) -> str | None:
    """The whole package as advice writes it, in one line and with parentheses if need be; None if that is too long."""
    whole = subject_of_inherited(view, node) if node.type == "identifier" else subject(view, inside_conversions(node))
    text = whole.packed if whole is not None else ""
    return text if 0 < len(text) <= _LONGEST_TOLD and "\n" not in text else None


def literal(node: Node) -> str | None:
    """A short string, number or truth value as it is written; None if it is something else."""
    text = nix.node_text(node)
    is_literal = node.type in _LITERALS or text in ("true", "false")
    return text if is_literal and len(text) <= _LONGEST_TOLD and "\n" not in text else None


def _without_output(view: NixView, node: Node) -> Subject | None:
    """`k` for `k.out`, `a.k` for `a.k.outPath`; None if the last attribute is no output."""
    base, path = node.child_by_field_name("expression"), node.child_by_field_name("attrpath")
    if base is None or path is None or node.child_by_field_name("default") is not None:
        return None
    *names, last = nix.attribute_names(path)
    value = view.value(base)
    for name in names:
        value = view.select(value, name, node)
    if not any(_has_output(view, option, last) for option in alternatives(value)):
        return None
    if not names:
        return subject(view, base)
    end = path.children_by_field_name("attr")[-2].end_byte - node.start_byte
    text = (node.text or b"")[:end].decode("utf-8", "replace")
    return Subject(text, True, value) if _is_whole(value) else None


def _has_output(view: NixView, value: Value, name: str | None) -> bool:
    if not isinstance(value.shape, Package):
        return False
    family = view.world.family(value.shape.family)
    return name == "outPath" or (family is not None and name in family.outputs)


def _is_whole(value: Value) -> bool:
    """Whether every package that a value may be is whole; of one output, getOutput gives no other."""
    packages = [option.shape for option in alternatives(value) if isinstance(option.shape, Package)]
    return bool(packages) and all(package.output is None for package in packages)


def is_set(value: Value) -> bool:
    """Whether attributes can be selected of all that a value may be: of `if c then "/boot" else k` they cannot."""
    return not any(isinstance(option.shape, Text | Literal) for option in alternatives(value))


def is_atom(node: Node) -> bool:
    """Whether an expression can stand before a `.` or as an argument as it is."""
    if node.type == "select_expression":
        return node.child_by_field_name("default") is None
    return node.type in ("variable_expression", "parenthesized_expression", *nix.ATTRSETS)


def _binds_tightly(node: Node, text: str) -> bool:
    """Whether the place of a node takes no function application, or none that a reader would take in."""
    parent = parent_of(node)
    if parent is None:
        return False
    if parent.type == "binary_expression":
        return " or " in text
    return parent.type in ("list_expression", "apply_expression", "select_expression", "unary_expression")


def library(view: NixView, node: Node) -> str | None:
    """What `getOutput` is called at a node (`lib.getOutput`, `pkgs.lib.getOutput`, ..); None if it is out of reach."""
    if _names(view, node, "lib", "lib", ("pkgs",)):
        return "lib.getOutput"
    if _names(view, node, "getOutput", "getOutput", ("lib",)):
        return "getOutput"
    packages = package_set(view, node)
    return f"{packages}.lib.getOutput" if packages is not None else None


def package_set(view: NixView, node: Node) -> str | None:
    """What nixpkgs' package set is called at a node: `pkgs`, `final`, ..; None if it has no name there."""
    return next((name for name in _PACKAGE_SETS if _names(view, node, name, "pkgs", ("pkgs",))), None)


def _names(view: NixView, node: Node, name: str, meant: str, environment: tuple[str, ...]) -> bool:
    """Whether a name is bound at a node to the global that ends in `meant`, or comes from a `with` of `environment`."""
    if view.binds(name, node):
        shape = view.name(name, node).shape
        return isinstance(shape, Global) and (shape.path[-1] == meant or shape.path[-2:-1] == ("legacyPackages",))
    for around in view.scopes(node):
        shape = around.shape
        if isinstance(shape, Global) and shape.path == environment:
            return True
        if not isinstance(shape, Global):
            return False
    return False


def chosen_output(view: NixView, node: Node) -> str:
    """The output that a select expression takes of a package (`dev` of `frob.dev`); "" if it is none."""
    inner = nix.skip_parentheses(node)
    path = inner.child_by_field_name("attrpath") if inner.type == "select_expression" else None
    last = nix.attribute_names(path)[-1] if path is not None else None
    if last is None or last == "outPath" or _without_output(view, inner) is None:
        return ""
    return last


def output_form(view: NixView, node: Node, whole: Subject, output: str, *, split_is_sure: bool = False) -> Form | None:
    """One output of a package ("" for itself), right on both sides of the split; None if it cannot be said at `node`.

    `output` may be the global name of another package that has the files. `split_is_sure`: the package surely has the
    output, so that it can be selected.
    """
    if not output:
        return Form(whole.text, loose=not whole.atom)
    if output.startswith("pkgs."):
        packages = package_set(view, node)
        return Form(f"{packages}.{output.partition('.')[2]}", loose=False) if packages is not None else None
    family = _family(view, whole)
    if family is not None and not family.has_split:
        return _layout_form(view, node, whole, family, output)
    is_there = split_is_sure or (family is not None and output not in family.new_outputs)
    if is_there and is_set(whole.value):
        return Form(f"{whole.packed}.{output}", loose=False)
    return safe_form(view, node, whole, output)


def _family(view: NixView, whole: Subject) -> Family | None:
    found = (one.shape for one in alternatives(whole.value))
    return next((view.world.family(shape.family) for shape in found if isinstance(shape, Package)), None)


def _layout_form(view: NixView, node: Node, whole: Subject, family: Family, output: str) -> Form | None:
    """One output of a package that has always had it, as people write it: `lib.getDev K`, else `K.dev`."""
    function = library(view, node)
    chooser = _CHOOSERS.get(output if output != "out" or "lib" in family.outputs else "lib")
    if function is None or chooser is None:
        is_selected = is_set(whole.value)
        return Form(f"{whole.packed}.{output}", loose=False) if is_selected else fallback_form(whole, output)
    return Form(f"{function.removesuffix('getOutput')}{chooser} {whole.packed}", loose=True)


def safe_form(view: NixView, node: Node, whole: Subject, output: str) -> Form | None:
    """One output of a package, or the package where it has no such output; None if it cannot be said well at `node`."""
    function, family = library(view, node), _family(view, whole)
    home = family.home_in(output) if family is not None else None
    if family is not None and home is not None and home.since and home.left != family.first:
        return _repeated(whole, f"{whole.packed}.{output} or {whole.packed}.{home.left}")
    if function is None:
        return fallback_form(whole, output)
    if output in ("lib", "dev") and family is not None and family.first == "out":
        return Form(f"{function.removesuffix('getOutput')}{_CHOOSERS[output]} {whole.packed}", loose=True)
    return Form(f'{function} "{output}" {whole.packed}', loose=True)


def fallback_form(whole: Subject, output: str) -> Form | None:
    """`k.modules or k`, which needs no library."""
    return _repeated(whole, f"{whole.packed}.{output} or {whole.packed}")


def _repeated(whole: Subject, text: str) -> Form | None:
    """A text that names the package twice; None if that would be too long."""
    if len(whole.text) > _LONGEST_REPEATED or "\n" in whole.text:
        return None
    return Form(text, loose=True)

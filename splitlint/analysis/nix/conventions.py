"""What a parameter is when nobody says: by who calls the function, by evidence in the file, by its name."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import (
    UNKNOWN,
    Attrs,
    Global,
    Listing,
    Literal,
    Member,
    Package,
    PackageSet,
    Text,
    Unknown,
    Value,
    alternatives,
    is_error,
    union,
)
from splitlint.analysis.model.world import Family
from splitlint.analysis.nix import higher_order, select
from splitlint.analysis.nix.scope import Binding
from splitlint.findings.finding import Confidence
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator

#: Functions of nixpkgs' lib that splitlint looks through or that files use bare under `with lib;`.
LIB_FUNCTIONS = frozenset(
    {
        "mkIf",
        "mkForce",
        "mkDefault",
        "mkBefore",
        "mkAfter",
        "mkOverride",
        "mkOrder",
        "mkMerge",
        "mkOptionDefault",
        "mkVMOverride",
        "mkImageMediaOverride",
        "mkOption",
        "mkEnableOption",
        "mkPackageOption",
        "optional",
        "optionals",
        "optionalString",
        "optionalAttrs",
        "singleton",
        "toList",
        "flatten",
        "unique",
        "getOutput",
        "getDev",
        "getBin",
        "getLib",
        "getMan",
        "getInclude",
        "getFirstOutput",
        "getExe",
        "getExe'",
        "concatStringsSep",
        "concatStrings",
        "concatMapStrings",
        "concatMapStringsSep",
        "concatLists",
        "concatMap",
        "escapeShellArg",
        "escapeShellArgs",
        "makeBinPath",
        "makeLibraryPath",
        "makeSearchPath",
        "makeSearchPathOutput",
        "recursiveUpdate",
        "attrByPath",
        "attrVals",
        "attrValues",
        "mapAttrs",
        "mapAttrsToList",
        "filterAttrs",
        "head",
        "last",
        "elemAt",
        "filter",
        "getAttr",
        "hasAttr",
        "hasPrefix",
        "hasSuffix",
        "removePrefix",
        "removeSuffix",
        "versionAtLeast",
        "versionOlder",
        "lowPrio",
        "hiPrio",
        "overrideDerivation",
        "callPackageWith",
        "callPackagesWith",
        "makeOverridable",
        "makeExtensible",
        "fix",
        "pipe",
        "id",
        "const",
        "flip",
        "warn",
        "warnIf",
        "throwIf",
        "assertMsg",
        "forEach",
        "literalExpression",
        "literalMD",
        "types",
        "mdDoc",
        "splitString",
        "replaceStrings",
        "elem",
        "any",
        "all",
        "trivial",
    }
)
_DATA = Text | Listing | Literal | Member
_PACKAGES = frozenset({"final", "prev", "self", "super"})
_GLOBALS = {"pkgs": "pkgs", "lib": "lib", "config": "config", "options": "options", "legacyPackages": "legacyPackages"}


def passed_by_callers(ev: Evaluator, binding: Binding) -> Value | None:
    """What the callers in this file, or in the repository, pass for a parameter; None if nobody is seen to call."""
    given = ((ev.value(argument), argument) for argument in call_arguments(ev, binding.scope))
    values = []
    for passed, node in chain(given, higher_order.passed(ev, binding.scope)):
        if binding.kind == "universal":
            values.append(passed)
        elif isinstance(passed.shape, Attrs) and binding.name in passed.shape.names:
            values.append(passed.shape.names[binding.name]())
        elif not isinstance(passed.shape, Attrs | Unknown):
            values.append(select.select(ev, passed, binding.name, node))
    if ev.project is not None:
        values.extend(ev.project.passed(ev, binding))
    if not values:
        return None
    result = union(tuple(values))
    return None if isinstance(result.shape, Unknown) else confirmed(ev, binding, result)


def confirmed(ev: Evaluator, binding: Binding, passed: Value) -> Value:
    """What callers pass, made surer by evidence in this file where they only hand on something of such a name."""
    family = ev.world.by_name(binding.name)
    options = alternatives(passed)
    if family is None or any(one.shape != Package(family.name) or one.confidence > Confidence.LOW for one in options):
        return passed
    evidence = find_evidence(ev, binding, family)
    if evidence is None:
        return passed
    node, said = evidence
    shown = ev.reason(f"`{said}` shows that it is a {family.noun}", node)
    return Value(options[0].shape, Confidence.MEDIUM, options[0].reasons).because(shown)


def call_arguments(ev: Evaluator, function: Node) -> list[Node]:
    """The arguments with which a function bound to a name in this file is called in it (at most 20)."""
    position, node = 0, function
    parent = ev.scopes.parent(node)
    while parent is not None and parent.type in ("function_expression", "parenthesized_expression"):
        position += parent.type == "function_expression"
        node, parent = parent, ev.scopes.parent(parent)
    if parent is None:
        return []
    if parent.type == "apply_expression" and parent.child_by_field_name("function") == node and position == 0:
        direct = parent.child_by_field_name("argument")
        return [direct] if direct is not None else []
    path = parent.child_by_field_name("attrpath") if parent.type == "binding" else None
    scope = ev.scopes.parent(parent)
    scope = ev.scopes.parent(scope) if scope is not None else None
    if path is None or scope is None or len(nix.attribute_names(path)) != 1:
        return []
    name = nix.attribute_names(path)[0]
    if name is None or scope.type == "attrset_expression":
        return []
    bound = ev.scopes.table(scope).get(name)
    if bound is None or bound.site.id != parent.id:
        return []
    found = []
    for reference in ev.scopes.references(bound)[:20]:
        argument = _argument_at(ev, reference, position)
        if argument is not None:
            found.append(argument)
    return found


def _argument_at(ev: Evaluator, reference: Node, position: int) -> Node | None:
    """The argument number `position` (0-based) where a name is applied."""
    node = ev.scopes.parent(reference)
    parent = ev.scopes.parent(node) if node is not None else None
    while parent is not None and parent.type in ("parenthesized_expression", "apply_expression"):
        if parent.type == "apply_expression":
            if parent.child_by_field_name("function") != node:
                return None
            if position == 0:
                return parent.child_by_field_name("argument")
            position -= 1
        node, parent = parent, ev.scopes.parent(parent)
    return None


def by_convention(ev: Evaluator, binding: Binding) -> Value:
    """What a parameter is by its name and the shape of its function."""
    name = binding.name
    if name in _GLOBALS:
        return Value(Global((_GLOBALS[name],)))
    flake = _flake(ev, binding)
    if flake is not None:
        return flake
    if name in _PACKAGES and (binding.kind == "universal" or name in ("final", "prev")):
        return Value(Global(("pkgs",)))
    family = ev.world.by_name(name)
    in_nixpkgs = ev.world.shape_of(("pkgs", name))
    if isinstance(in_nixpkgs, Package | PackageSet) and (binding.kind == "formal" or family is None):
        reason = ev.reason(f"`{name}` is a parameter; in nixpkgs that name is one", binding.site)
        return Value(in_nixpkgs, Confidence.MEDIUM, (reason,))
    if family is not None:
        return named(ev, binding, family)
    by_set = ev.world.by_set_name(name)
    if by_set is not None:
        reason = ev.reason(f"`{name}` is a parameter of that name", binding.site)
        return Value(PackageSet(by_set.name), Confidence.MEDIUM, (reason,))
    if binding.kind == "formal" and not _is_module(binding.scope):
        return Value(in_nixpkgs)
    return UNKNOWN


def _flake(ev: Evaluator, binding: Binding) -> Value | None:
    """`self` in a flake's `outputs = { self, .. }: ..`: what that function gives; None for any other parameter."""
    parent = ev.scopes.parent(binding.scope)
    path = parent.child_by_field_name("attrpath") if parent is not None and parent.type == "binding" else None
    if binding.name != "self" or path is None or nix.attribute_names(path) != ("outputs",):
        return None
    shape = ev.child(binding.scope, "body", None).shape
    return Value(Attrs(shape.names, True, shape.node)) if isinstance(shape, Attrs) else None


def _is_module(function: Node) -> bool:
    """Whether a function looks like a NixOS module: it takes `config` and more."""
    formals = function.child_by_field_name("formals")
    text = nix.node_text(formals) if formals is not None else ""
    return "config" in text and "..." in text


def named(ev: Evaluator, binding: Binding, family: Family) -> Value:
    """A parameter called like a package of a family: low by its name alone, medium with evidence."""
    if ev.project is not None and not ev.project.holds_nixpkgs:
        defined = _packages_among(ev.project.filled(binding.name))
        if not isinstance(defined.shape, Unknown):
            return defined.at_most(Confidence.MEDIUM)
    package = Package(family.name)
    by_name = ev.reason(f"`{binding.name}` is a parameter of that name", binding.site)
    evidence = find_evidence(ev, binding, family)
    if evidence is None and _may_be_tree(ev, binding, family):
        return UNKNOWN
    if evidence is None:
        return Value(package, Confidence.LOW, (by_name,))
    node, said = evidence
    return Value(package, Confidence.MEDIUM, (by_name, ev.reason(f"`{said}` shows that it is a {family.noun}", node)))


def _packages_among(defined: Value) -> Value:
    """The definitions of a name that may be whole packages: data is called `kernel` too, and so are parts of builds."""
    return union(tuple(one for one in alternatives(defined) if not isinstance(one.shape, _DATA) and _is_whole(one)))


def _is_whole(value: Value) -> bool:
    return not is_error(value) and (not isinstance(value.shape, Package) or value.shape.output is None)


def find_evidence(ev: Evaluator, binding: Binding, family: Family) -> tuple[Node, str] | None:
    """A use of a parameter that shows what it is: `kernel.modDirVersion`, `${kernel}/lib/modules`.

    A path below it shows nothing where it may be a tree of the same layout as well.
    """
    paths = () if _may_be_tree(ev, binding, family) else family.evidence_paths
    for _, outer in ev.scopes.readings(binding, most=200):
        if outer.type == "select_expression":
            path = outer.child_by_field_name("attrpath")
            first = nix.attribute_names(path)[:1] if path is not None else ()
            if first and first[0] in family.evidence:
                return outer, f"{binding.name}.{first[0]}"
        if outer.type == "interpolation" and _followed_by(ev, outer, paths):
            return outer, f"${{{binding.name}}}/{paths[0]}"
    return _shown_by_default(ev, binding, family)


def _shown_by_default(ev: Evaluator, binding: Binding, family: Family) -> tuple[Node, str] | None:
    """A default that is taken from a package of the family (`linux.v6_18`), changed or not."""
    default = binding.site.child_by_field_name("default")
    head = nix.skip_parentheses(nix.call_spine(nix.skip_parentheses(default))[0]) if default is not None else None
    owner = head.child_by_field_name("expression") if head is not None and head.type == "select_expression" else None
    shape = ev.value(owner).shape if owner is not None else None
    if default is None or head is None or not isinstance(shape, Package) or shape.family != family.name:
        return None
    return default, " ".join(nix.node_text(head).split())


def _may_be_tree(ev: Evaluator, binding: Binding, family: Family) -> bool:
    """Whether a parameter stands beside one (`rootModules`) that says that any tree will do, and has no default."""
    if binding.site.child_by_field_name("default") is not None:
        return False
    return not family.tree_beside.isdisjoint(ev.scopes.table(binding.scope))


def _followed_by(ev: Evaluator, interpolation: Node, globs: tuple[str, ...]) -> bool:
    rest = ev.source.data[interpolation.end_byte : interpolation.end_byte + 200].lstrip(b"\"'")
    return any(rest.startswith(b"/" + glob.split("*")[0].rstrip("/").encode()) for glob in globs)


def filled_by_call_package(ev: Evaluator, scope: Value, binding: Binding, has_default: bool) -> Value:
    """What `callPackage` puts in for a formal that its caller did not name."""
    name = binding.name
    if isinstance(scope.shape, PackageSet):
        found = ev.world.member_of(scope.shape, name)
        if found is not None:
            return select.select(ev, scope, name, binding.site)
    found = ev.world.shape_of(("pkgs", name))
    if isinstance(found, Package | PackageSet):
        reason = ev.reason(f"`callPackage` fills in `{name}` from nixpkgs", binding.site)
        return Value(found, Confidence.HIGH, (reason,))
    if has_default or ev.world.by_name(name) is not None:
        return UNKNOWN
    if name in _GLOBALS:
        return Value(Global((_GLOBALS[name],)))
    return Value(found)

"""Fixes that take another package of nixpkgs in the place of an output."""

from __future__ import annotations

from tree_sitter import Node

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.values import Global, Package
from splitlint.findings.finding import Fix, Safety
from splitlint.fixes.make import edits, forms
from splitlint.fixes.make.conversions import inside_conversions, with_conversions
from splitlint.fixes.make.job import Job, written
from splitlint.fixes.make.others.wishes import Agreement, others_of
from splitlint.matching.views import NixView
from splitlint.syntax import nix
from splitlint.syntax.parents import parent_of


def take(job: Job) -> tuple[Fix, ...]:
    """`kind = "package"`, `name`: write the package of that name, if that is right for all that becomes of the place.

    A file that `callPackage` calls, and that has no set of packages, takes the package as one more argument.
    """
    view, name = job.view, job.word("name")
    if view is None or job.package.type == "identifier":
        return ()
    others = others_of(job, view, "")
    if others.agreement is not Agreement.HERE or others.also:
        # The other package has nothing else of what this one has.
        return ()
    inner = inside_conversions(job.package)
    if not _is_package(view, inner) or _is_of_inner_function(inner):
        return ()
    node = with_conversions(inner)
    text = spelling(view, node, name)
    if text is not None:
        return (written(text, job.safety, edits.replace(job.source, node, text)),)
    function = view.tree.root_node.child_by_field_name("expression")
    if function is None or function.type != "function_expression" or view.binds(name, node):
        return ()
    header = edits.add_formal(job.source, function, name)
    if header is None or _is_of_module(function):
        return ()
    change = edits.replace(job.source, node, name)
    return (Fix(f"take `{name}` as an argument, write `{name}`", Safety.UNSAFE, (header, change)),)


def _is_package(view: NixView, node: Node) -> bool:
    """Whether an expression is a package, and not what some function makes of it."""
    inner = nix.skip_parentheses(node)
    is_call = inner.type == "apply_expression"
    return not is_call or any(isinstance(one.shape, Package) for one in alternatives(view.value(inner)))


def _is_of_inner_function(node: Node) -> bool:
    """Whether a name is a parameter of a function in the file, who may be given something else elsewhere."""
    inner = nix.skip_parentheses(node)
    if inner.type != "variable_expression":
        return False
    name = nix.node_text(inner)
    around = parent_of(inner)
    while around is not None:
        if around.type == "function_expression" and name in _parameters(around):
            while around is not None and around.type == "function_expression":
                around = parent_of(around)
            return around is None or around.type != "source_code"
        around = parent_of(around)
    return False


def _parameters(function: Node) -> frozenset[str]:
    universal, formals = (function.child_by_field_name(one) for one in ("universal", "formals"))
    names = (
        [one for formal in formals.named_children for one in formal.children_by_field_name("name")] if formals else []
    )
    return frozenset(nix.node_text(one) for one in (*names, universal) if one is not None)


def spelling(view: NixView, node: Node, name: str) -> str | None:
    """What a package of nixpkgs is called at a node: `name`, `pkgs.name`; None if it is out of reach there."""
    if view.binds(name, node):
        shape = view.name(name, node).shape
        return name if isinstance(shape, Global) and shape.path == ("pkgs", name) else None
    scopes = view.scopes(node)
    innermost = scopes[0].shape if scopes else None
    if isinstance(innermost, Global) and innermost.path == ("pkgs",):
        return name
    packages = forms.package_set(view, node)
    return f"{packages}.{name}" if packages is not None else None


def _is_of_module(function: Node) -> bool:
    """Whether a file is a NixOS module, which nobody fills in packages for."""
    formals = function.child_by_field_name("formals")
    return formals is not None and any((one.text or b"").startswith(b"config") for one in formals.named_children)

"""Functions of a repository that take any tree laid out like a package (`{ kernel, rootModules }: ..`).

They take what they are given, so that whoever calls them is judged, as the callers of nixpkgs' own functions are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import Function, Global, Package, alternatives
from splitlint.analysis.model.world import Family
from splitlint.analysis.nix import attribute_sets, names, pathuse
from splitlint.analysis.nix.apply import called_name
from splitlint.analysis.nix.scope import Binding
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator

_MOST_USES = 60
_CHOOSES_OUTPUT = frozenset({"getOutput", "getFirstOutput", "hasAttr", "attrByPath"})


def taker_of(ev: Evaluator, call: Node, name: str) -> str | None:
    """What a function is called that an application hands any tree to, as its parameter `name`.

    None where it is no such function, or where it does not read what moved, as it is given.
    """
    family = ev.world.by_name(name)
    function = call.child_by_field_name("function")
    if family is None or not family.tree_beside or function is None:
        return None
    if not any(_takes(one, name, family) for one in _functions(ev, function)):
        return None
    return _name_of(function)


def _functions(ev: Evaluator, function: Node) -> Iterator[Function]:
    """The functions written in Nix that an expression may be; those of an overlay by their name."""
    for option in alternatives(ev.value(function)):
        shape = option.shape
        if isinstance(shape, Global) and shape.path[0] == "pkgs" and len(shape.path) == 2 and ev.project is not None:
            found = alternatives(ev.project.overlay(ev, shape.path[1]))
        else:
            found = (option,)
        yield from (one.shape for one in found if isinstance(one.shape, Function) and one.shape.home is not None)


def _name_of(function: Node) -> str:
    """The name of what is applied; where it is a file that is called at once, that file."""
    head, arguments = nix.call_spine(nix.skip_parentheses(function))
    path = next((one for one in arguments if one.type == "path_expression"), None)
    return nix.node_text(path) if path is not None else called_name(nix.skip_parentheses(head)) or "a function"


def _takes(function: Function, name: str, family: Family) -> bool:
    home: Evaluator = function.home
    table = home.scopes.table(function.node)
    bound = table.get(name)
    if bound is None or bound.kind != "formal" or family.tree_beside.isdisjoint(table):
        return False
    if bound.site.child_by_field_name("default") is not None or _is_known(home, bound):
        return False
    return _reads_as_it_is(home, bound, family)


def _is_known(home: Evaluator, bound: Binding) -> bool:
    """Whether callers that are seen give it a package: then what it does with that is judged in the function."""
    return any(isinstance(one.shape, Package) for one in alternatives(names.value_of_binding(home, bound, None)))


def _reads_as_it_is(home: Evaluator, bound: Binding, family: Family) -> bool:
    wanted = _moved_paths(home, family)
    taken = False
    for reference in home.scopes.references(bound)[:_MOST_USES]:
        variable = home.scopes.parent(reference)
        node = variable if variable is not None and variable.type == "variable_expression" else reference
        if _chooses_output(home, node):
            return False
        taken = taken or _is_handed_on(home, node, family)
        taken = taken or any(pathuse.matches(use.path, wanted) for use in pathuse.paths(home, node))
    return taken


def _moved_paths(home: Evaluator, family: Family) -> tuple[str, ...]:
    """Globs for the paths that are in an output that came with the split."""
    new = home.world.new_outputs
    return tuple(glob if output in new else f"!{glob}" for glob, output in family.moved.items())


def _chooses_output(home: Evaluator, node: Node) -> bool:
    """Whether a parameter is asked for an output: `kernel.modules or kernel`, `lib.getOutput "modules" kernel`."""
    parent = home.scopes.parent(node)
    if parent is None:
        return False
    if parent.type in ("select_expression", "has_attr_expression"):
        path = parent.child_by_field_name("attrpath")
        first = nix.attribute_names(path)[:1] if path is not None else ()
        return not home.world.new_outputs.isdisjoint(name for name in first if name is not None)
    if parent.type == "apply_expression":
        return called_name(nix.skip_parentheses(nix.call_spine(parent)[0])) in _CHOOSES_OUTPUT
    return False


def _is_handed_on(home: Evaluator, node: Node, family: Family) -> bool:
    """Whether a parameter is handed on under such a name, beside the one that says that any tree will do."""
    parent = home.scopes.parent(node)
    while parent is not None and parent.type not in nix.ATTRSETS:
        if parent.type not in ("binding", "inherited_attrs", "inherit", "binding_set"):
            return False
        path = parent.child_by_field_name("attrpath") if parent.type == "binding" else None
        if path is not None and nix.attribute_names(path)[-1] not in family.names:
            return False
        parent = home.scopes.parent(parent)
    if parent is None:
        return False
    table = attribute_sets.table_of(home, parent)
    return not family.tree_beside.isdisjoint({*table.places, *table.inherited})

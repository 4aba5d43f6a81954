"""What a script file is given as variables by the derivations of the repository that run it.

`builder = ./x.sh`, `source ${./x.sh}`, `substituteAll { src = ./x.sh; .. }`, `replaceVars ./x.sh { .. }`,
`builtins.readFile ./x.sh`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.finding import Confidence
from splitlint.meaning import callers, members
from splitlint.meaning.scope import inherited
from splitlint.meaning.shell_words import Environment
from splitlint.meaning.value import Attrs, Package, Reason, Unknown, Value, union
from splitlint.meaning.world import World
from splitlint.source import Source
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.meaning.evaluate import Evaluator
    from splitlint.meaning.project import Project


def environment_of(source: Source, world: World, project: Project | None) -> Environment:
    """The variables of a script file; one that nobody gives is a package by its name alone, and not sure at all."""

    def value(name: str) -> Value | None:
        given = _given(source, name, project) if project is not None else None
        if given is not None:
            return given
        family = world.by_name(name)
        if family is None:
            return None
        reason = Reason(f"the variable is called `{name}`", source.path, 0, 0)
        return Value(Package(family.name), Confidence.LOW, (reason,))

    return value


def _given(source: Source, name: str, project: Project) -> Value | None:
    values: list[Value] = []
    for other in project.mentions(source.path):
        ev = project.evaluator(other)
        if ev is None:
            continue
        for path in callers.paths_to(ev, source.path):
            for scope in _scopes(ev, path):
                thunk = members.members(ev, scope, None).get(name)
                if thunk is None:
                    thunk = _in_env(ev, scope, name)
                if thunk is not None:
                    site = _site(scope, name) or scope
                    values.append(thunk().because(ev.reason(f"`{name}` is given to the script here", site)))
    known = tuple(value for value in values if not isinstance(value.shape, Unknown))
    return union(known) if known else None


def _in_env(ev: Evaluator, scope: Node, name: str) -> Callable[[], Value] | None:
    env = members.members(ev, scope, None).get("env")
    shape = env().shape if env is not None else None
    return shape.names.get(name) if isinstance(shape, Attrs) else None


def _scopes(ev: Evaluator, path: Node) -> list[Node]:
    """The sets whose attributes the script at `path` sees: those around it, and a set applied after it."""
    found: list[Node] = []
    node, parent = path, ev.scopes.parent(path)
    while parent is not None and len(found) < 3:
        if parent.type in nix.ATTRSETS:
            found.append(parent)
        elif parent.type == "apply_expression" and parent.child_by_field_name("argument") == node:
            outer = ev.scopes.parent(parent)
            is_call = outer is not None and outer.type == "apply_expression"
            after = outer.child_by_field_name("argument") if outer is not None and is_call else None
            if after is not None and after.type in nix.ATTRSETS:
                found.append(after)
        elif parent.type == "function_expression":
            break
        node, parent = parent, ev.scopes.parent(parent)
    return found


def _site(scope: Node, name: str) -> Node | None:
    for entry in nix.bindings(scope):
        if entry.type == "binding":
            attrpath = entry.child_by_field_name("attrpath")
            if attrpath is not None and nix.attribute_names(attrpath)[:1] == (name,):
                return entry
        elif any(nix.attribute_name(attr) == name for attr in inherited(entry)):
            return entry
    return None

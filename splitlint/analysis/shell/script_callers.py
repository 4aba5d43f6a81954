"""What a script file is given as variables by the derivations of the repository that run it.

`builder = ./x.sh`, `source ${./x.sh}`, `substituteAll { src = ./x.sh; .. }`, `replaceVars ./x.sh { .. }`,
`builtins.readFile ./x.sh`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import (
    Attrs,
    Package,
    PackageSet,
    Reason,
    Text,
    Tree,
    Unknown,
    Value,
    alternatives,
    union,
)
from splitlint.analysis.model.world import World
from splitlint.analysis.nix import attribute_sets
from splitlint.analysis.nix.scope import inherited
from splitlint.analysis.project import callers
from splitlint.analysis.shell.words import Environment
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator
    from splitlint.analysis.project.project import Project


def environment_of(source: Source, world: World, project: Project | None) -> Environment:
    """The variables of a script file; one that nobody gives is a package by its name alone, and not sure at all."""

    scopes: list[tuple[Evaluator, Node]] | None = None

    @cache
    def value(name: str) -> Value | None:
        nonlocal scopes
        if scopes is None:
            scopes = list(_givers(source, project)) if project is not None else []
        given = _given(scopes, name)
        if given is not None:
            return given
        family = world.by_name(name)
        if family is None:
            return None
        reason = Reason(f"the variable is called `{name}`", source.path, 0, 0)
        return Value(Package(family.name), Confidence.LOW, (reason,))

    return value


def reads_package(script: bytes, env: Environment) -> bool:
    """Whether a script reads a variable or `@mark@` that may be a package of a family."""
    names = {found[1] or found[2] for found in _READ.finditer(script)}
    return any((value := env(name.decode())) is not None and may_be_package(value) for name in sorted(names))


_READ = lazy_pattern(rb"\$\{?[!#]?([A-Za-z_][A-Za-z0-9_]*)|@([A-Za-z_][A-Za-z0-9_]*)@")


def may_be_package(value: Value) -> bool:
    """Whether a value is a package, a set of them or another tree that is known, or a text in which one stands."""
    for shape in (option.shape for option in alternatives(value)):
        if isinstance(shape, Package | PackageSet | Tree):
            return True
        if isinstance(shape, Text) and any(isinstance(part, Value) and may_be_package(part) for part in shape.parts):
            return True
    return False


def _givers(source: Source, project: Project) -> Iterator[tuple[Evaluator, Node]]:
    """The sets of attributes in other files that a script file sees as variables."""
    for other in project.files_that_name(source.path):
        ev = project.evaluator(other)
        if ev is None:
            continue
        for path in callers.paths_to(ev, source.path):
            for scope in _scopes(ev, path):
                yield ev, scope


def _given(scopes: list[tuple[Evaluator, Node]], name: str) -> Value | None:
    values: list[Value] = []
    for ev, scope in scopes:
        thunk = attribute_sets.members(ev, scope, None).get(name)
        if thunk is None:
            thunk = _in_env(ev, scope, name)
        if thunk is not None:
            site = _site(scope, name) or scope
            values.append(thunk().because(ev.reason(f"`{name}` is given to the script here", site)))
    known = tuple(value for value in values if not isinstance(value.shape, Unknown))
    return union(known) if known else None


def _in_env(ev: Evaluator, scope: Node, name: str) -> Callable[[], Value] | None:
    env = attribute_sets.members(ev, scope, None).get("env")
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

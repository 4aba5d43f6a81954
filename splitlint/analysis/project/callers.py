"""How one file uses another: the places that import or call it, and what they pass."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.value import (
    UNKNOWN,
    Attrs,
    Call,
    Function,
    Package,
    PackageSet,
    Text,
    Union,
    Unknown,
    Value,
    alternatives,
)
from splitlint.analysis.nix import conventions, higher_order, select
from splitlint.analysis.nix.apply import called_name
from splitlint.analysis.nix.scope import Binding
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass
from splitlint.syntax import nix

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator

#: What may be a path in the bytes of a Nix file.
PATH = lazy_pattern(rb"\.{1,2}/[A-Za-z0-9_.+/-]*")
_PATH_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+/-")
_CALLS = frozenset({"callPackage", "callPackages", "callPackageWith", "callPackagesWith"})


def position_in_file(ev: Evaluator, function: Node) -> int | None:
    """Which of the curried outermost functions of a file a function is (0-based); None if it is not one of them."""
    position, node, parent = 0, function, ev.scopes.parent(function)
    while parent is not None and parent.type != "source_code":
        if parent.type == "function_expression" and parent.child_by_field_name("body") == node:
            position += 1
        elif parent.type not in ("parenthesized_expression", "let_expression", "with_expression", "assert_expression"):
            return None
        node, parent = parent, ev.scopes.parent(parent)
    return position if parent is not None else None


@dataclass(frozen=True, slots=True)
class Use:
    """A place where one file calls another: `import ./x.nix` or `callPackage ./x.nix`, applied to arguments."""

    ev: Evaluator
    call: Node
    name: str


def uses_of(ev: Evaluator, target: str) -> Iterator[Use]:
    """The places at which a file calls the file `target`."""
    for path in paths_to(ev, target):
        call, name = _applied(ev, path)
        if call is not None:
            yield Use(ev, call, name)


def passed_at(use: Use, position: int, binding: Binding) -> Iterator[Value]:
    """What a call passes for a parameter of the function number `position` (0-based) of a file."""
    defined = _defined_name(use)
    if binding.name in (use.ev.world.read_back or {}).get(f"pkgs.{defined}", ()):
        # The file is such a function's own: it takes what it is given, and the giver is judged.
        yield Value(Call("?.parameter"))
        return
    if use.name in _CALLS:
        yield from _by_call_package(use.ev, use.call, position, binding)
        return
    call, arguments = _applications(use.ev, use.call)
    if position < len(arguments):
        yield _from_argument(use.ev, use.ev.value(arguments[position]), arguments[position], binding)
        return
    # `packages.extend (import ./overlay.nix)`: the one to whom the function is handed passes the rest.
    for value, place in higher_order.passed(use.ev, call, position - len(arguments)):
        yield _from_argument(use.ev, value, place, binding)


def _defined_name(use: Use) -> str:
    """The attribute that a call is the value of (`makeModulesClosure = callPackage ./x.nix { };`), "" if of none."""
    node = use.ev.scopes.parent(use.call)
    while node is not None and node.type in ("apply_expression", "parenthesized_expression"):
        node = use.ev.scopes.parent(node)
    path = node.child_by_field_name("attrpath") if node is not None and node.type == "binding" else None
    return (nix.attribute_names(path)[-1] or "") if path is not None else ""


def names_of(target: str) -> frozenset[str]:
    """The paths by which a file is named: a `default.nix` by its folder, too."""
    folder, name = os.path.split(target)
    return frozenset({target, folder or "."} if name == "default.nix" else {target})


def resolved(file: str, literal: str) -> str:
    """The path that a path literal written in a file leads to."""
    return os.path.normpath(os.path.join(os.path.dirname(file), literal))


def may_lead(literal: str, target: str) -> bool:
    """Whether a path literal may lead to a file, going by how both end: much quicker than to resolve it."""
    tail = literal.lstrip("./")
    return "/." in tail or target.endswith((tail, tail + "/default.nix"))


def paths_to(ev: Evaluator, target: str) -> Iterator[Node]:
    """The path literals of a file that name another."""
    for start, end in _places_of(ev, target):
        node = ev.tree.root_node.named_descendant_for_byte_range(start, end)
        while node is not None and node.type not in ("path_expression", "source_code"):
            node = ev.scopes.parent(node)
        if node is not None and node.type == "path_expression":
            yield node


def _places_of(ev: Evaluator, target: str) -> list[tuple[int, int]]:
    """Where a file writes a path that leads to another, as stretches of bytes.

    The last name is searched for; a regular expression over a list of all packages takes ten milliseconds.
    """
    folder, name = os.path.split(target)
    lasts = {name}
    if name == "default.nix":
        above = os.path.normpath(os.path.dirname(ev.source.path) or ".")
        is_above = folder in ("", above) or above.startswith(folder + "/") or above == "." or folder.startswith("..")
        lasts |= {".", ".."} if is_above else set()
        lasts.add(os.path.basename(os.path.abspath(folder)))
    data, found = ev.source.data, set()
    for last in lasts:
        word = b"/" + last.encode() if last.strip(".") else b"./"
        at = data.find(word)
        while at >= 0:
            start = at
            while start and data[start - 1] in _PATH_BYTES:
                start -= 1
            literal = PATH.search(data, start)
            if literal is not None:
                found.add(literal.span())
            at = data.find(word, max(at + 1, literal.end() if literal is not None else 0))
    wanted = names_of(target)
    return sorted(
        (start, end)
        for start, end in found
        if resolved(ev.source.path, data[start:end].decode("utf-8", "replace")) in wanted
    )


def _applied(ev: Evaluator, path: Node) -> tuple[Node | None, str]:
    """The application whose argument a path is (`import ./x.nix`, `callPackage ./x.nix`), and the name applied."""
    node, parent = path, ev.scopes.parent(path)
    while parent is not None and parent.type == "parenthesized_expression":
        node, parent = parent, ev.scopes.parent(parent)
    if parent is None or parent.type != "apply_expression":
        return None, ""
    function = parent.child_by_field_name("function")
    if function is None or function.id == node.id:
        return None, ""
    return parent, called_name(nix.skip_parentheses(nix.call_spine(function)[0]))


def _applications(ev: Evaluator, call: Node) -> tuple[Node, list[Node]]:
    """The value of an `import` application with all that it is applied to, and those arguments."""
    arguments: list[Node] = []
    node, parent = call, ev.scopes.parent(call)
    while parent is not None:
        argument = parent.child_by_field_name("argument")
        if parent.type == "apply_expression" and argument is not None and argument.id != node.id:
            call = parent
            arguments.append(argument)
        elif parent.type != "parenthesized_expression":
            break
        node, parent = parent, ev.scopes.parent(parent)
    return call, arguments


def _from_argument(ev: Evaluator, passed: Value, argument: Node, binding: Binding) -> Value:
    if binding.kind == "universal":
        return _told(ev, passed, argument, binding)
    if isinstance(passed.shape, Attrs):
        thunk = passed.shape.names.get(binding.name)
        return _told(ev, thunk(), argument, binding) if thunk is not None else UNKNOWN
    if isinstance(passed.shape, Unknown):
        return UNKNOWN
    return _told(ev, select.select(ev, passed, binding.name, argument), argument, binding)


def _told(ev: Evaluator, value: Value, argument: Node, binding: Binding) -> Value:
    if not isinstance(value.shape, Package | PackageSet | Union | Text):
        return value
    return value.because(ev.reason(f"`{binding.name}` is passed here", argument))


def _by_call_package(ev: Evaluator, call: Node, position: int, binding: Binding) -> Iterator[Value]:
    if position != 0:
        return
    arguments = _applications(ev, call)[1]
    given = ev.value(arguments[0]) if arguments else UNKNOWN
    if isinstance(given.shape, Attrs) and binding.name in given.shape.names:
        yield _told(ev, given.shape.names[binding.name](), arguments[0], binding)
        return
    filled = beside(ev, call, binding.name)
    if not isinstance(filled.shape, Unknown):
        yield _told(ev, filled, call, binding)
        return
    scope = _scope_of(ev, nix.call_spine(call)[0])
    if scope is not None:
        yield _told(ev, conventions.filled_by_call_package(ev, scope, binding, False), call, binding)


def _scope_of(ev: Evaluator, head: Node) -> Value | None:
    """The set of packages whose `callPackage` is applied, None if that is nixpkgs or not known."""
    for option in alternatives(ev.value(head)):
        if isinstance(option.shape, Function) and option.shape.owner is not None:
            return option.shape.owner
    return None


def beside(ev: Evaluator, node: Node, name: str) -> Value:
    """What a set around a call defines under a name: sets and overlays call their own members in (`rec`, `final:`)."""
    parent = ev.scopes.parent(node)
    while parent is not None:
        if parent.type in nix.ATTRSETS:
            shape = ev.value(parent).shape
            if isinstance(shape, Attrs) and name in shape.names:
                value = shape.names[name]()
                if not isinstance(value.shape, Unknown):
                    return value
        parent = ev.scopes.parent(parent)
    return UNKNOWN

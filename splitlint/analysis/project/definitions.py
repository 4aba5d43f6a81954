"""What a file binds a name to for others: in the set that it gives, in an overlay, in a scope."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from splitlint.analysis.eval.calls import called_name
from splitlint.analysis.eval.engine import Engine
from splitlint.analysis.eval.environment import Environment, Unit
from splitlint.analysis.model.families import CHANGES
from splitlint.analysis.model.places import Reason
from splitlint.analysis.model.values import Attrs, Package, PackageSet, Value
from splitlint.analysis.nixpkgs import table
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax.nix_tree.bindings import AttrSet, Binding, Let
from splitlint.syntax.nix_tree.nodes import Apply, Binary, Lambda, Node, With

#: What the parameters of overlays are called, alone or as a part: `final`, `lprev`, `pkgsSuper`.
_OF_OVERLAYS = lazy_pattern(r"(?i)final|prev|self|super")


def defined_at(engine: Engine, unit: Unit, name: str, offset: int, *, fills: bool) -> Value | None:
    """What a set that others get binds a name to at a byte of a file; None for any other binding.

    `fills`: only if whoever has a parameter of that name gets it: in an overlay, in a set that gets itself, or that has
    its own `callPackage`.
    """
    chain = _chain(unit.root, offset)
    scope = chain[-1]
    entry = _binding_at(scope, offset) if isinstance(scope, AttrSet) else None
    if entry is None or entry.path != (name,) or not isinstance(scope, AttrSet) or not _is_given(chain):
        return None
    if fills and not (
        _is_of_overlay(chain) or _gets_itself(chain) or table.marked("fills", "scope") & scope.index[0].keys()
    ):
        return None
    shape = engine.value(scope, _environment(engine, unit, chain)).shape
    thunk = shape.names.get(name) if isinstance(shape, Attrs) else None
    value = thunk() if thunk is not None else None
    place = unit.place(entry.value_start, entry.value_end)
    if value is None or place is None or not isinstance(value.shape, Package | PackageSet):
        return value
    return value.because(Reason("it is set here", *place))


def is_in_overlay(unit: Unit, offset: int) -> bool:
    """Whether what is written at a byte of a file is a part of what an overlay gives."""
    return _is_of_overlay(_chain(unit.root, offset))


def _chain(root: Node, offset: int) -> Sequence[Node]:
    """The expressions around a byte, the outermost first, down to the set or `let` that binds the name at it."""
    chain = [root]
    while True:
        node = chain[-1]
        entry = _binding_at(node, offset)
        if entry is not None:
            if entry.name_start <= offset < entry.name_end:
                return chain
            chain.append(entry.value)
            continue
        child = next((one for one in node.children() if one.start <= offset < one.end), None)
        if child is None:
            return chain
        chain.append(child)


def _binding_at(node: Node, offset: int) -> Binding | None:
    for entry in node.entries if isinstance(node, Let | AttrSet) else ():
        if isinstance(entry, Binding) and entry.start <= offset < entry.end:
            return entry
    return None


def _result_of(chain: Sequence[Node], kinds: tuple[type[Node], ...]) -> int:
    """How much of a chain is around the expression of which the last one is the result, through nodes of some kinds."""
    end = len(chain) - 1
    while end > 0:
        around, inner = chain[end - 1], chain[end]
        is_body = not isinstance(around, Let | With) or around.body is inner
        if not (isinstance(around, kinds) or _passes_on(around)) or not is_body:
            break
        end -= 1
    return end


def _passes_on(node: Node) -> bool:
    """Whether an expression is the call of a function that gives what it is given: `optionalAttrs c { .. }`."""
    row = table.row(("lib", called_name(node.function))) if isinstance(node, Apply) else None
    return row is not None and (row.facts.conditional or row.facts.transparent)


def _is_given(chain: Sequence[Node]) -> bool:
    """Whether a set is what its file or a function gives, but not the attributes of one derivation."""
    end = _result_of(chain, (Let, With, Binary))
    if end == 0:
        return True
    if not isinstance(chain[end - 1], Lambda):
        return False
    while end > 0 and isinstance(chain[end - 1], Lambda):
        end -= 1
    around = chain[end - 1] if end > 0 else None
    if not isinstance(around, Apply):
        return True
    # What is bound there describes one derivation, and is given to nobody else.
    name = called_name(around.function)
    return name not in CHANGES and name not in table.marked("describes")


def _is_of_overlay(chain: Sequence[Node]) -> bool:
    """Whether an expression is what an overlay (`final: prev: ..`) gives, or a part of that."""
    end = _result_of(chain, (Let, With, Binary, Apply))
    functions = chain[max(0, end - 2) : end]
    names = [one.argument for one in functions if isinstance(one, Lambda) and one.formals is None]
    return len(names) == 2 and any(_OF_OVERLAYS.search(name) for name in names)


def _gets_itself(chain: Sequence[Node]) -> bool:
    """Whether a set is the result of a function that gets that result."""
    end = _result_of(chain, (Let, With, Binary))
    around = chain[end - 2] if end > 1 and isinstance(chain[end - 1], Lambda) else None
    return isinstance(around, Apply) and called_name(around.function) in table.marked("fixpoint")


def _environment(engine: Engine, unit: Unit, chain: Sequence[Node]) -> Environment:
    """The environment of the last expression of a chain, where nobody is seen to call the functions around it."""
    environment = engine.root_environment(unit)
    for node, inner in pairwise(chain):
        if isinstance(node, Lambda):
            environment = engine.entered_by_convention(node, environment)
        elif _binds(node, inner):
            environment = engine.scope_of(node, environment)
    return environment


def _binds(node: Node, inner: Node) -> bool:
    """Whether an expression has a scope of its own for one that stands in it."""
    if isinstance(node, With):
        return inner is node.body
    return isinstance(node, Let) or (isinstance(node, AttrSet) and node.is_recursive)

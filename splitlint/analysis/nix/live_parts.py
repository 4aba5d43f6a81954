"""What of an expression may run: its parts, each with the environment that it is run in.

What conditions rule out in the world after the splits is left out, and with it the bindings that only such code reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from splitlint.analysis.eval.bindings import Bound
from splitlint.analysis.eval.engine import Engine
from splitlint.analysis.eval.environment import Environment
from splitlint.analysis.eval.evaluate import fails
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.literals import truth
from splitlint.analysis.model.values import Attrs, Failure, Global, Thunk, Value
from splitlint.analysis.nix.extensions import apply_extensions
from splitlint.analysis.nix.interest import Interest, places_of
from splitlint.analysis.nix.record import Recorder
from splitlint.analysis.nixpkgs import table
from splitlint.syntax.nix_tree.bindings import AttrSet, Binding, Inherited, Let
from splitlint.syntax.nix_tree.names_read import names_in
from splitlint.syntax.nix_tree.nodes import Apply, Assert, Binary, If, List, Node, Select, With

#: The names of the attributes that a value stands under, outermost first.
Trail = tuple[str, ...]
#: An expression, its environment, its trail, and whether that begins at the root of the file.
Part = tuple[Node, Environment, Trail, bool]
#: Names of a trail that are kept, the innermost: options are ten deep, and thousands would be kept for each attribute.
_LONGEST_TRAIL = 64


class Parts:
    """The parts of expressions. Attributes that are given a value on the way are told to the recorder."""

    def __init__(self, engine: Engine, recorder: Recorder, interest: Interest) -> None:
        self._engine = engine
        self._recorder = recorder
        self._interest = interest

    def children(self, node: Node, env: Environment, trail: Trail, at_root: bool) -> Iterable[Part]:
        """The parts of an expression that may run, in source order."""
        engine = self._engine
        if isinstance(node, Let):
            inner = engine.scope_of(node, env)
            # What its names are worth shows what of the body is worth a visit.
            self._interest.entries(env.unit, node)
            yield node.body, inner, trail, at_root
            yield Entries(node), inner, (), False
        elif isinstance(node, With):
            self._interest.open(env.unit, node)
            yield node.environment, env, (), False
            yield node.body, engine.scope_of(node, env), trail, at_root
        elif isinstance(node, AttrSet):
            yield from self._entries(node, env, trail, at_root)
        elif isinstance(node, List):
            # The sets that `mkMerge` is given, and those of an option that is a list of sets.
            yield from ((item, env, trail, at_root) for item in node.items)
        elif isinstance(node, If):
            yield node.condition, env, (), False
            known = truth(engine.value(node.condition, env))
            if known is not False:
                yield node.consequence, env, trail, at_root
            if known is not True:
                yield node.alternative, env, trail, at_root
        elif isinstance(node, Assert):
            yield node.condition, env, (), False
            if not fails(engine.value(node.condition, env)):
                yield node.body, env, trail, at_root
        elif isinstance(node, Select):
            yield from self._select(node, env)
        elif isinstance(node, Apply):
            yield from self._apply(node, env, trail, at_root)
        elif isinstance(node, Binary):
            yield from self._binary(node, env, trail, at_root)
        else:
            for child in node.children():
                yield child, env, (), False

    def _select(self, node: Select, env: Environment) -> Iterable[Part]:
        for child in node.children():
            # A default that evaluation did not need does not count.
            if child is not node.default or child in env.memo:
                yield child, env, (), False

    def _binary(self, node: Binary, env: Environment, trail: Trail, at_root: bool) -> Iterable[Part]:
        if node.operator not in ("&&", "||", "->"):
            keeps = node.operator in ("//", "++")
            for operand in node.operands:
                yield operand, env, trail if keeps else (), at_root and keeps
            return
        first, second = node.operands[:2]
        yield first, env, (), False
        if second in env.memo:
            yield second, env, (), False

    def _apply(self, node: Apply, env: Environment, trail: Trail, at_root: bool) -> Iterable[Part]:
        engine = self._engine
        yield node.function, env, (), False
        function = engine.value(node.function, env).shape
        row = table.row(function.path) if isinstance(function, Global) else None
        arguments = node.arguments
        keeps = row is not None and row.facts.transparent
        if row is not None and row.facts.conditional and len(arguments) == 2:
            yield arguments[0], env, (), False
            if truth(engine.value(arguments[0], env)) is False:
                env.mark_dead(names_in(arguments[1]))
                return
            yield arguments[1], env, trail if keeps else (), at_root and keeps
            return
        if row is not None and "guards" in row.facts.marks and isinstance(engine.value(node, env).shape, Failure):
            # It throws: what it would have given is not worked out.
            env.mark_dead(names_in(arguments[-1]))
            arguments = arguments[:-1]
        given = () if keeps or not (trail or at_root) else alternatives(engine.value(node, env))
        for argument in arguments:
            is_result = keeps or any(_is_same_set(one, engine.value(argument, env)) for one in given)
            yield argument, env, trail if is_result else (), at_root and is_result

    def _entries(self, node: AttrSet, env: Environment, trail: Trail, at_root: bool) -> Iterable[Part]:
        engine = self._engine
        inner = engine.scope_of(node, env) if node.is_recursive else env
        value = engine.value(node, env).shape
        names = value.names if isinstance(value, Attrs) else {}
        for entry in self._interest.entries(env.unit, node):
            if isinstance(entry, Inherited):
                thunk = names.get(entry.name)
                if thunk is not None:
                    thunk()
                    self._recorder.attribute(env, (*trail, entry.name), at_root, thunk)
                if entry.source is not None:
                    yield entry.source, inner, (), False
                continue
            path = tuple(one if isinstance(one, str) else "*" for one in entry.path)
            yield from ((one, inner, (), False) for one in entry.path if isinstance(one, Node))
            thunk = _thunk_at(names, path) or Bound(engine, entry, inner)
            whole = (*trail, *path)[-_LONGEST_TRAIL:]
            self._recorder.attribute(env, whole, at_root, thunk)
            apply_extensions(engine, self._recorder.calls, whole, thunk, entry.value, inner)
            yield entry.value, inner, whole, at_root

    def of_entries(self, let: Entries, env: Environment) -> Iterable[Part]:
        """The bindings of a `let`, after its body: those that only dead code reads are dead."""
        found = []
        for entry in self._interest.entries(env.unit, let.node):
            if isinstance(entry, Inherited):
                if entry.source is not None and _is_written_again(env, entry.name):
                    found.append((entry.source, env, (), False))
                continue
            if not is_live(entry, env):
                continue
            found.extend((one, env, (), False) for one in entry.path if isinstance(one, Node))
            found.append((entry.value, env, (), False))
        return found


def _is_same_set(result: Value, argument: Value) -> bool:
    """Whether a call gives back the very set that it was given: `lib.pipe { .. } [ (lib.mkIf c) ]`."""
    given = (one.shape for one in alternatives(argument))
    own = result.shape
    return isinstance(own, Attrs) and any(isinstance(one, Attrs) and one.names is own.names for one in given)


def _is_written_again(env: Environment, name: str) -> bool:
    """Whether a name stands in a file more than once: what is inherited and never named again is never evaluated."""
    source = env.unit.source
    return source is None or len(list(islice(places_of(source.data, name.encode()), 2))) > 1


def is_live(entry: Binding, env: Environment) -> bool:
    """Whether a binding of a `let` is read by code that may run, or by nobody."""
    first = entry.path[0] if entry.path else None
    if not isinstance(first, str) or first not in env.dead:
        return True
    thunk = env.names.get(first)
    return not isinstance(thunk, Bound) or thunk.is_forced


def _thunk_at(names: object, path: tuple[str, ...]) -> Thunk | None:
    """The thunk of a binding, where its set has it under that path and no other binding is merged with it."""
    if len(path) != 1 or not hasattr(names, "get"):
        return None
    found: Thunk | None = names.get(path[0])
    return found


class Entries(Node):
    """The bindings of a `let`, as something to be visited later."""

    __slots__ = ("node",)

    def __init__(self, node: Let) -> None:
        self.start = node.start
        self.end = node.end
        self.node = node

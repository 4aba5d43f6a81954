"""What is known at a place of a file that was visited: its syntax, the environments in which it runs, its values."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from splitlint.analysis.eval.engine import Engine
from splitlint.analysis.eval.environment import Environment, Site, Unit
from splitlint.analysis.model.alternatives import union
from splitlint.analysis.model.literals import truth
from splitlint.analysis.model.values import UNKNOWN, Global, Thunk, Value
from splitlint.analysis.nix.live_parts import is_live
from splitlint.analysis.nixpkgs import table
from splitlint.syntax.nix_tree.bindings import AttrSet, Binding, Entry, Inherited, Let
from splitlint.syntax.nix_tree.nodes import Apply, Binary, If, Lambda, List, Node, Select, With

_MOST_CONTEXTS = 24
#: So many parts of an expression are looked through one by one; with more of them, none lies in another.
_FEW_PARTS = 8


class _Level:
    """What is equally far from the root of a file on the way to a place."""

    __slots__ = ("_end", "_start", "found")

    def __init__(self, found: list[tuple[Node | Inherited, Environment]]) -> None:
        self.found = found
        self._start = max(one.start for one, _ in found)
        self._end = min(one.end for one, _ in found)

    def surely_holds(self, start: int, end: int) -> bool:
        """Whether bytes lie in it and in nothing beside it; where two parts touch, a place without bytes is in both."""
        return self._start < start < self._end if start == end else self._start <= start and end <= self._end

    def is_exactly(self, start: int, end: int) -> bool:
        """Whether it has just these bytes, so that nobody has to look below."""
        return self._start == start and self._end == end


class Places:
    """Looks up places in one file, by bytes."""

    def __init__(self, engine: Engine, unit: Unit, bodies: Mapping[Lambda, list[Environment]]) -> None:
        self.engine = engine
        self.unit = unit
        self._bodies = bodies
        self._starts: dict[Node, list[int]] = {}
        self._parts: dict[Node, tuple[list[Node], list[int]]] = {}
        self._given: dict[Lambda, set[Node | None]] = {}
        #: The way from the root to the last place that was looked up: most are asked for one after the other.
        self._way: list[_Level] = []

    def values(self, start: int, end: int) -> Value:
        """What the expression or inherited name at these bytes may denote, where it runs; Unknown if it does not."""
        found: list[Value] = []
        for node, env in self.contexts(start, end):
            if isinstance(node, Node):
                found.append(self.engine.value(node, env))
            else:
                found.append(self._inherited(node, env))
        return union(tuple(found)) if found else UNKNOWN

    def is_run(self, start: int, end: int) -> bool:
        """Whether an expression may be run in the world after the splits."""
        return any(True for _ in self.contexts(start, end))

    def name(self, name: str, offset: int) -> Value:
        """What a name denotes at a byte of the file."""
        found = [self.engine.name_value(name, Node(offset, offset), env) for env in self.environments(offset)]
        return union(tuple(found)) if found else UNKNOWN

    def bound(self, name: str, offset: int) -> Thunk | None:
        """What binds a name at a byte of the file lexically; None if a `with` or nothing does."""
        return next((env.lookup(name) for env in self.environments(offset)), None)

    def environments(self, offset: int) -> list[Environment]:
        """The environments in which the code at a byte runs."""
        return list(dict.fromkeys(env for _, env in self._descend(offset, offset)))

    def contexts(self, start: int, end: int) -> Iterator[tuple[Node | Inherited, Environment]]:
        """The syntax at exactly these bytes, once for each environment in which it runs."""
        for node, env in self._descend(start, end):
            if node.start == start and node.end == end:
                yield node, env

    def around(self, start: int, end: int) -> list[tuple[Node, Environment]]:
        """The outermost applications that these bytes are written in, up to the binding that they stand in.

        Of a file that is a list, the element.
        """
        binding = self.binding_of(start, end)
        if binding is None:
            root = self.unit.root
            parts = self._parts_at(root, start) if isinstance(root, List) else (root,)
            environment = self.engine.root_environment(self.unit)
            return [(part, environment) for part in parts if _holds(part, start, end)]
        return [
            (node, env) for node, env in self.contexts(binding.value.start, binding.value.end) if isinstance(node, Node)
        ]

    def _descend(self, start: int, end: int) -> list[tuple[Node | Inherited, Environment]]:
        """The smallest syntax around these bytes, with its environments."""
        way = self._way
        if not way:
            way.append(_Level([(self.unit.root, self.engine.root_environment(self.unit))]))
        while len(way) > 1 and (not way[-1].surely_holds(start, end) or way[-2].is_exactly(start, end)):
            way.pop()
        while True:
            here = way[-1].found
            below: list[tuple[Node | Inherited, Environment]] = []
            for node, env in here[:_MOST_CONTEXTS]:
                if isinstance(node, Node) and not (node.start == start and node.end == end):
                    below.extend(self._below(node, env, start, end))
            if not below:
                return here
            way.append(_Level(below))

    def _below(
        self, node: Node, env: Environment, start: int, end: int
    ) -> Iterator[tuple[Node | Inherited, Environment]]:
        """The part of an expression that these bytes lie in, with the environments in which it runs."""
        if isinstance(node, Lambda):
            yield from self._in_lambda(node, env, start, end)
        elif isinstance(node, Let | AttrSet):
            yield from self._in_entries(node, env, start, end)
        elif isinstance(node, With):
            inner = self.engine.scope_of(node, env)
            yield from ((node.body, inner),) if _holds(node.body, start, end) else ()
            yield from ((node.environment, env),) if _holds(node.environment, start, end) else ()
        else:
            if isinstance(node, Apply):
                # A function among the arguments may be called in the course of this: `makeExtensible (self: ..)`.
                self.engine.value(node, env)
            for child in self._parts_at(node, start):
                if _holds(child, start, end) and self._runs(node, child, env):
                    yield child, env

    def _parts_at(self, node: Node, start: int) -> Iterable[Node]:
        """The parts of an expression that may hold a byte: of many side by side, the one that begins before it."""
        known = self._parts.get(node)
        if known is None:
            parts = list(node.children())
            if len(parts) <= _FEW_PARTS:
                return parts
            known = self._parts[node] = (sorted(parts, key=lambda one: one.start), sorted(one.start for one in parts))
        parts, starts = known
        number = bisect_right(starts, start)
        return parts[number - 1 : number]

    def _in_lambda(
        self, node: Lambda, env: Environment, start: int, end: int
    ) -> Iterator[tuple[Node | Inherited, Environment]]:
        entered = (one.environment for one in self.engine.entries if one.node is node)
        known = self._bodies.get(node) or list(entered)
        bodies = [one for one in known if one.parent is env]
        if not known:
            bodies = [self.engine.entered_by_convention(node, env)]
        given = self._given.get(node)
        if given is None:
            given = {one.default for one in node.formals or () if self.engine.world.is_given(one.name)}
            self._given[node] = given
        children = [one for one in self._parts_at(node, start) if _holds(one, start, end) and one not in given]
        for inner in bodies[:_MOST_CONTEXTS]:
            yield from ((child, inner) for child in children)

    def _in_entries(
        self, node: Let | AttrSet, env: Environment, start: int, end: int
    ) -> Iterator[tuple[Node | Inherited, Environment]]:
        recursive = isinstance(node, Let) or node.is_recursive
        inner = self.engine.scope_of(node, env) if recursive else env
        entry = self._entry_at(node, start)
        if entry is not None and entry.start <= start and end <= entry.end:
            yield from self._in_entry(node, entry, inner, env, start, end)
        elif isinstance(node, Let) and _holds(node.body, start, end):
            yield node.body, inner
        elif isinstance(entry, Inherited) and entry.source is not None and _holds(entry.source, start, end):
            yield entry.source, inner
        else:
            # The source of an `inherit` stands before the names.
            following = self._entry_at(node, start, 1)
            source = following.source if isinstance(following, Inherited) else None
            if source is not None and _holds(source, start, end):
                yield source, inner

    def _in_entry(
        self, node: Let | AttrSet, entry: Entry, inner: Environment, env: Environment, start: int, end: int
    ) -> Iterator[tuple[Node | Inherited, Environment]]:
        if isinstance(entry, Inherited):
            yield entry, inner if entry.source is not None else env
        elif _holds(entry.value, start, end):
            if not isinstance(node, Let) or is_live(entry, inner):
                yield entry.value, inner
        else:
            for one in entry.path:
                if isinstance(one, Node) and _holds(one, start, end):
                    yield one, inner

    def _entry_at(self, node: Let | AttrSet, start: int, further: int = 0) -> Entry | None:
        """The last entry that begins at a byte or before it, or one further on."""
        starts = self._starts.get(node)
        if starts is None:
            starts = self._starts[node] = [entry.start for entry in node.entries]
        number = bisect_right(starts, start) - 1 + further
        return node.entries[number] if 0 <= number < len(starts) else None

    def _runs(self, node: Node, child: Node, env: Environment) -> bool:
        """Whether a part of an expression is run where the whole is."""
        engine = self.engine
        if isinstance(node, If) and child is not node.condition:
            known = truth(engine.value(node.condition, env))
            return known is None or known is (child is node.consequence)
        if isinstance(node, Select) and child is node.default:
            engine.value(node, env)
            return child in env.memo
        if isinstance(node, Binary) and node.operator in ("&&", "||", "->") and child is not node.operands[0]:
            engine.value(node, env)
            return child in env.memo
        if isinstance(node, Apply) and len(node.arguments) == 2 and child is node.arguments[1]:
            function = engine.value(node.function, env).shape
            row = table.row(function.path) if isinstance(function, Global) else None
            if row is not None and row.facts.conditional:
                return truth(engine.value(node.arguments[0], env)) is not False
        return True

    def _inherited(self, entry: Inherited, env: Environment) -> Value:
        engine = self.engine
        span = Node(entry.start, entry.end)
        if entry.source is None:
            return engine.name_value(entry.name, span, env)
        place = self.unit.place(entry.start, entry.end)
        return engine.select(engine.value(entry.source, env), entry.name, Site(env, span, entry.name, place))

    def binding_of(self, start: int, end: int) -> Binding | None:
        """The innermost binding around these bytes."""
        found: Binding | None = None
        node: Node = self.unit.root
        while True:
            below: Node | None = None
            if isinstance(node, Let | AttrSet):
                entry = self._entry_at(node, start)
                if isinstance(entry, Binding) and entry.start <= start and end <= entry.end:
                    found, below = entry, entry.value if _holds(entry.value, start, end) else None
                elif isinstance(node, Let) and _holds(node.body, start, end):
                    below = node.body
            else:
                below = next((child for child in self._parts_at(node, start) if _holds(child, start, end)), None)
            if below is None or below is node:
                return found
            node = below


def _holds(node: Node, start: int, end: int) -> bool:
    return node.start <= start and end <= node.end

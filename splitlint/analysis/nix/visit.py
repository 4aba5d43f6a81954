"""Visits all of a file that may be run, so that every value in it is worked out where it is used.

Evaluation is lazy; a visit is not: it asks for the value of each expression in each environment that the code is run
in. What conditions rule out in the world after the splits is left out. Functions are visited where they are called;
those that nobody is seen to call come last, with parameters by convention.
"""

from __future__ import annotations

from collections.abc import Iterable

from splitlint.analysis.eval.bindings import Bound
from splitlint.analysis.eval.engine import Engine, Entered
from splitlint.analysis.eval.environment import Environment, Unit
from splitlint.analysis.eval.liveness import names_in
from splitlint.analysis.model.alternatives import alternatives, packages_in
from splitlint.analysis.model.literals import truth
from splitlint.analysis.model.values import Attrs, Closure, Global, Listing, Thunk, Value
from splitlint.analysis.nix.extensions import apply_extensions
from splitlint.analysis.nix.interest import Interest
from splitlint.analysis.nix.record import Recorder
from splitlint.analysis.nixpkgs import table
from splitlint.syntax.nix_tree.bindings import AttrSet, Binding, Inherited, Let
from splitlint.syntax.nix_tree.nodes import Apply, Binary, If, Lambda, List, Literal, Name, Node, Select, With

#: Most nodes are of these classes.
_WITHOUT_PARTS = frozenset({Name, Literal})
#: The names of the attributes that a value stands under, outermost first.
Trail = tuple[str, ...]
_MOST_DEFERRED = 2_000
_MOST_PARAMETERS = 16
_MOST_POSTPONED = 200
_MOST_FORCED = 100


class Visit:
    """One visit of a file, after those that call it. `interest` says which parts of a file are worth a visit,
    `target` is the path of the file."""

    def __init__(self, engine: Engine, recorder: Recorder, interest: Interest, target: str) -> None:
        self.engine = engine
        self.recorder = recorder
        self.interest = interest
        #: The environments of function bodies, by function: for those who ask what is known at a place.
        self.bodies: dict[Lambda, list[Environment]] = {}
        self._uncalled: dict[Lambda, Environment] = {}
        self._visited: set[tuple[Node, Environment]] = set()
        self._target = target
        self._is_at_target = False
        #: The files whose code is being visited.
        self._open: set[str] = set()
        #: Calls of functions of files that have not had their turn yet, by file.
        self._postponed: dict[str, list[Entered]] = {}

    def file(self, unit: Unit) -> None:
        """Visits a file: its functions as those that call it do, then from its root."""
        environment = self.engine.root_environment(unit)
        self._is_at_target = self._is_at_target or unit.path == self._target
        for one in self._postponed.pop(unit.path, ()):
            self._open = {unit.path, one.caller}
            self._enter(one)
        self._open = {unit.path}
        self._visit(environment.unit.root, environment, (), True)
        self.drain()

    def leave_callers(self) -> None:
        """Forgets what of other files was left for later: only what they call matters."""
        self._uncalled.clear()
        self.engine.entries.clear()
        self.engine.later.clear()

    def place(self, node: Node, environment: Environment) -> None:
        """Visits one expression of a file."""
        self._open.add(environment.unit.path)
        self._visit(node, environment, (), False)
        self.drain()

    def drain(self) -> None:
        """Visits the bodies of functions that were called, and works out what was put off."""
        engine = self.engine
        for _ in range(_MOST_DEFERRED):
            if engine.is_exhausted:
                engine.entries.clear()
                engine.later.clear()
                return
            if engine.entries:
                self._enter(engine.entries.pop())
            elif engine.later:
                self._forced(engine.later.pop()())
            else:
                return

    def _enter(self, entered: Entered) -> None:
        """Visits the body of a function that was called.

        One of another file only if it is given a package: else nothing of this file is used there. It waits until that
        file has its turn, if it has one.
        """
        node, environment, caller = entered
        unit = environment.unit
        if unit.path == self._target and not self._is_at_target:
            self._postpone(entered)
            return
        if caller not in self._open or not self.interest.wants(unit, node.start, node.end):
            self._postpone(entered)
            return
        if unit.path not in self._open:
            if not _is_given_package(node, environment):
                self._postpone(entered)
                return
            self._open.add(unit.path)
        self.bodies.setdefault(node, []).append(environment)
        for formal in node.formals or ():
            if formal.default is None or not self.interest.wants(unit, formal.default.start, formal.default.end):
                continue
            # Where nothing is passed for it, its default is worked out now.
            environment.names[formal.name]()
            if formal.default in environment.memo:
                self._visit(formal.default, environment, (), False)
        self._visit(node.body, environment, (), False)

    def _postpone(self, entered: Entered) -> None:
        waiting = self._postponed.setdefault(entered.environment.unit.path, [])
        if len(waiting) < _MOST_POSTPONED:
            waiting.append(entered)

    def uncalled(self) -> None:
        """Visits the functions that nobody called, with parameters by convention."""
        while self._uncalled and not self.engine.is_exhausted:
            node = next(iter(self._uncalled))
            environment = self._uncalled.pop(node)
            if node in self.bodies or node in self.engine.called:
                continue
            if not self.interest.wants(environment.unit, node.start, node.end):
                continue
            self.by_convention(node, environment)

    def by_convention(self, node: Lambda, around: Environment) -> Environment:
        """Visits a function as nobody is seen to call it."""
        known = self.bodies.get(node)
        if known:
            return known[0]
        environment = self.engine.entered_by_convention(node, around)
        self.bodies[node] = [environment]
        at_root = around.parent is None or around.unit.root is node
        for formal in node.formals or ():
            if formal.default is not None and not self.engine.world.is_given(formal.name):
                self._visit(formal.default, environment, (), False)
        self._visit(node.body, environment, (), at_root)
        self.drain()
        return environment

    def _forced(self, value: Value) -> None:
        for option in alternatives(value):
            shape = option.shape
            if isinstance(shape, Listing):
                self.engine.later.extend(shape.items[:_MOST_FORCED])
            elif isinstance(shape, Attrs) and shape.place is None:
                # A set that the stand-in makes, as `genAttrs` does: nobody visits it where it is written.
                self.engine.later.extend(list(shape.names.values())[:_MOST_FORCED])

    def _visit(self, start: Node, environment: Environment, trail: Trail, at_root: bool) -> None:
        pending: list[tuple[Node | Let, Environment, Trail, bool]] = [(start, environment, trail, at_root)]
        while pending and not self.engine.is_exhausted:
            node, env, trail, at_root = pending.pop()
            if isinstance(node, _Entries):
                pending.extend(self._entries_of_let(node, env))
                continue
            if (node, env) in self._visited:
                continue
            self._visited.add((node, env))
            if isinstance(node, Lambda):
                self._uncalled.setdefault(node, env)
                continue
            self.engine.value(node, env)
            if node.__class__ in _WITHOUT_PARTS:
                continue
            pending.extend(reversed(list(self._children(node, env, trail, at_root))))

    def _children(
        self, node: Node, env: Environment, trail: Trail, at_root: bool
    ) -> Iterable[tuple[Node, Environment, Trail, bool]]:
        engine = self.engine
        if isinstance(node, Let):
            inner = engine.scope_of(node, env)
            yield node.body, inner, trail, at_root
            yield _Entries(node), inner, (), False
        elif isinstance(node, With):
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
        elif isinstance(node, Select):
            yield from self._select(node, env)
        elif isinstance(node, Apply):
            yield from self._apply(node, env, trail, at_root)
        elif isinstance(node, Binary):
            yield from self._binary(node, env, trail, at_root)
        else:
            for child in node.children():
                yield child, env, (), False

    def _select(self, node: Select, env: Environment) -> Iterable[tuple[Node, Environment, Trail, bool]]:
        for child in node.children():
            # A default that evaluation did not need does not count.
            if child is not node.default or child in env.memo:
                yield child, env, (), False

    def _binary(
        self, node: Binary, env: Environment, trail: Trail, at_root: bool
    ) -> Iterable[tuple[Node, Environment, Trail, bool]]:
        if node.operator not in ("&&", "||", "->"):
            keeps = node.operator in ("//", "++")
            for operand in node.operands:
                yield operand, env, trail if keeps else (), at_root and keeps
            return
        first, second = node.operands[:2]
        yield first, env, (), False
        if second in env.memo:
            yield second, env, (), False

    def _apply(
        self, node: Apply, env: Environment, trail: Trail, at_root: bool
    ) -> Iterable[tuple[Node, Environment, Trail, bool]]:
        engine = self.engine
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
        for argument in arguments:
            yield argument, env, trail if keeps else (), at_root and keeps

    def _entries(
        self, node: AttrSet, env: Environment, trail: Trail, at_root: bool
    ) -> Iterable[tuple[Node, Environment, Trail, bool]]:
        engine = self.engine
        inner = engine.scope_of(node, env) if node.is_recursive else env
        value = engine.value(node, env).shape
        names = value.names if isinstance(value, Attrs) else {}
        for entry in self.interest.entries(env.unit, node):
            if isinstance(entry, Inherited):
                thunk = names.get(entry.name)
                if thunk is not None:
                    thunk()
                    self.recorder.attribute(env, (*trail, entry.name), at_root, thunk)
                if entry.source is not None:
                    yield entry.source, inner, (), False
                continue
            path = tuple(one if isinstance(one, str) else "*" for one in entry.path)
            yield from ((one, inner, (), False) for one in entry.path if isinstance(one, Node))
            thunk = _thunk_at(names, path) or Bound(engine, entry, inner)
            self.recorder.attribute(env, (*trail, *path), at_root, thunk)
            apply_extensions(engine, self.recorder.calls, (*trail, *path), thunk, entry.value, inner)
            yield entry.value, inner, (*trail, *path), at_root

    def _entries_of_let(self, let: _Entries, env: Environment) -> Iterable[tuple[Node, Environment, Trail, bool]]:
        """The bindings of a `let`, after its body: those that only dead code reads are dead."""
        found = []
        for entry in self.interest.entries(env.unit, let.node):
            if isinstance(entry, Inherited):
                if entry.source is not None:
                    found.append((entry.source, env, (), False))
                continue
            if not is_live(entry, env):
                continue
            found.extend((one, env, (), False) for one in entry.path if isinstance(one, Node))
            found.append((entry.value, env, (), False))
        return found


def _is_given_package(node: Lambda, environment: Environment) -> bool:
    """Whether a function is given a package, a tree, or a function of its caller's."""
    names = [formal.name for formal in node.formals or ()] or [node.argument]
    for name in names[:_MOST_PARAMETERS]:
        thunk = environment.names.get(name)
        if thunk is None:
            continue
        value = thunk()
        if any(packages_in(value)) or any(isinstance(one.shape, Closure) for one in alternatives(value)):
            return True
        for one in alternatives(value):
            if isinstance(one.shape, Listing) and any(any(packages_in(item())) for item in one.shape.items[:20]):
                return True
    return False


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


class _Entries(Node):
    """The bindings of a `let`, as something to be visited later."""

    __slots__ = ("node",)

    def __init__(self, node: Let) -> None:
        self.start = node.start
        self.end = node.end
        self.node = node

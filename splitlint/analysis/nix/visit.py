"""Visits all of a file that may be run, so that every value in it is worked out where it is used.

Evaluation is lazy; a visit is not: it asks for the value of each expression in each environment that the code is run
in. What conditions rule out in the world after the splits is left out. Functions are visited where they are called;
those that nobody is seen to call come last, with parameters by convention.
"""

from __future__ import annotations

from splitlint.analysis.eval.engine import Engine, Entered
from splitlint.analysis.eval.environment import Environment, Unit
from splitlint.analysis.model.alternatives import alternatives, packages_in
from splitlint.analysis.model.values import Attrs, Closure, Listing, Value
from splitlint.analysis.nix.interest import Interest
from splitlint.analysis.nix.live_parts import Entries, Part, Parts, Trail
from splitlint.analysis.nix.record import Recorder
from splitlint.syntax.nix_tree.nodes import Lambda, Literal, Name, Node

#: Most nodes are of these classes.
_WITHOUT_PARTS = frozenset({Name, Literal})
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
        self._parts = Parts(engine, recorder, interest)
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
        self.interest.enter(unit, node)
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
        self.interest.enter(environment.unit, node)
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
        pending: list[Part] = [(start, environment, trail, at_root)]
        children = self._parts.children
        while pending and not self.engine.is_exhausted:
            node, env, trail, at_root = pending.pop()
            if isinstance(node, Entries):
                pending.extend(self._parts.of_entries(node, env))
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
            pending.extend(reversed(list(children(node, env, trail, at_root))))


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

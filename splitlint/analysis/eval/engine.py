"""The evaluator: values are worked out once for each environment, lazily, within bounds."""

from __future__ import annotations

import sys
from collections import Counter

from splitlint.analysis.eval import calls, evaluate, parameters
from splitlint.analysis.eval.environment import Environment, Site, Unit
from splitlint.analysis.eval.machine import Listener, Others
from splitlint.analysis.eval.primitives import primitive
from splitlint.analysis.eval.selection.select import select
from splitlint.analysis.model.alternatives import packages_in
from splitlint.analysis.model.families import World
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import plain
from splitlint.analysis.model.values import UNKNOWN, Member, Thunk, Value
from splitlint.analysis.nixpkgs import table
from splitlint.analysis.nixpkgs.table import Row
from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax.nix_tree.nodes import Formal, Lambda, Node

MOST_STEPS = 60_000
#: Of these, what the files that call the one that is checked may take.
MOST_STEPS_OF_CALLERS = 20_000
DEEPEST = 130
#: Calls of one function with no package in their arguments, and calls of one function at all.
MOST_PLAIN_CALLS = 40
MOST_CALLS = 400
#: The first for a function of a few bytes, which costs little: `n: v: "${n}=${v}"`, for each setting of a module.
MOST_SMALL_CALLS = 160
SMALL_FUNCTION = 120
_LIBRARY = Unit("", Node(0, 0), None, is_library=True)
#: Which nixpkgs it is: before the splits, one older than any that is asked for.
_RELEASE = ("version", "release")
_BUSY = Value(UNKNOWN.shape)


class Entered(NamedTuple):
    """A function that was applied: its body's environment, and the file in which it is called."""

    node: Lambda
    environment: Environment
    caller: str


class Engine:
    """Evaluates the files that one file's answers depend on. See `machine.Machine` for what the parts ask of it.

    `incomplete` says which bounds were hit, `claims` what shows that parameters are what their names say,
    `disproved` those of which something shows that they are not.
    """

    def __init__(self, world: World, others: Others | None, listener: Listener) -> None:
        self.world = world
        self.others = others
        self.listener = listener
        self.met_error = False
        self.incomplete: dict[str, None] = {}
        self.disproved: set[str] = set()
        self.claims: dict[str, tuple[str, Place | None]] = {}
        #: Function bodies that were entered, and elements that a function makes: to be visited.
        self.entries: list[Entered] = []
        self.later: list[Thunk] = []
        self.called: set[Lambda] = set()
        self._roots: dict[str, tuple[Unit, Environment]] = {}
        self._rows: dict[Row, Value] = {}
        self._calls: Counter[Lambda] = Counter()
        self._library = Environment(_LIBRARY, None)
        self._steps = MOST_STEPS
        self._depth = 0
        #: Attributes that are being looked up, one inside the other.
        self._selections = 0
        # One step of evaluation is up to a dozen Python calls deep; the default limit of 1,000 is for 80 steps.
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 40 * DEEPEST))

    @property
    def is_exhausted(self) -> bool:
        """Whether there are no steps left."""
        return self._steps < 0

    def allow(self, steps: int) -> None:
        """Sets how many steps may still be taken."""
        self._steps = steps

    def value(self, node: Node, environment: Environment) -> Value:
        """What a node denotes; Unknown where nothing can be told, where it would loop or cost too much."""
        memo = environment.memo
        known = memo.get(node)
        if known is not None:
            return UNKNOWN if known is _BUSY else known
        self._steps -= 1
        if self._depth >= DEEPEST or self._steps < 0:
            self.gave_up("too deep" if self._steps >= 0 else f"more than {MOST_STEPS:,} steps")
            return UNKNOWN
        memo[node] = _BUSY
        self._depth += 1
        try:
            result: Value = evaluate.HANDLERS[node.__class__](self, node, environment)
        finally:
            self._depth -= 1
            del memo[node]
        memo[node] = result
        return result

    def forget(self) -> None:
        """Lets go of all that was worked out, at once; nothing can be asked any more."""
        self._library.forget()
        for _, environment in self._roots.values():
            environment.forget()
        self.others = None
        self.entries.clear()
        self.later.clear()
        self._rows.clear()

    def apply(self, function: Value, arguments: tuple[Thunk, ...], site: Site) -> Value:
        self._steps -= 1
        if self._depth >= DEEPEST or self._steps < 0:
            self.gave_up("too deep" if self._steps >= 0 else f"more than {MOST_STEPS:,} steps")
            return UNKNOWN
        self._depth += 1
        try:
            return calls.apply(self, function, arguments, site)
        finally:
            self._depth -= 1

    def call_package(self, scope: Value, function: Thunk, given: Thunk, site: Site) -> Value:
        from splitlint.analysis.eval.imports import call_package

        return call_package(self, scope, function, given, site)

    def select(self, value: Value, name: str | None, site: Site) -> Value:
        if self._selections >= DEEPEST:
            self.gave_up("too deep")
            return UNKNOWN
        self._selections += 1
        try:
            return select(self, value, name, site)
        finally:
            self._selections -= 1

    def name_value(self, name: str, node: Node, environment: Environment) -> Value:
        return evaluate.name_value(self, name, node, environment)

    def root_environment(self, unit: Unit) -> Environment:
        """The environment of a whole file."""
        known = self._roots.get(unit.path)
        if known is None:
            known = self._roots[unit.path] = (unit, Environment(unit, None))
        return known[1]

    def root_value(self, unit: Unit) -> Value:
        environment = self.root_environment(unit)
        return self.value(environment.unit.root, environment)

    def scope_of(self, node: Node, environment: Environment) -> Environment:
        known = environment.inner.get(node)
        if known is None:
            known = environment.inner[node] = evaluate.make_scope(self, node, environment)
        return known

    def row_value(self, row: Row) -> Value:
        known = self._rows.get(row)
        if known is None:
            known = self.value(table.expression(row), self._library)
            if row.name in _RELEASE and row.section == "lib" and not self.world.is_after:
                known = plain("0")
            self._rows[row] = known
        return known

    def primitive(self, name: str) -> Value:
        return primitive(self, name)

    def by_convention(self, formal: Formal, environment: Environment) -> Value:
        return parameters.formal_by_convention(self, formal, environment)

    def entered(self, node: Lambda, environment: Environment, argument: Thunk, site: Site) -> bool:
        if environment.unit.is_library:
            return True
        self._calls[node] += 1
        count = self._calls[node]
        most = MOST_SMALL_CALLS if node.end - node.start <= SMALL_FUNCTION else MOST_PLAIN_CALLS
        if count > MOST_CALLS or (count > most and not any(packages_in(argument()))):
            self.gave_up(f"a function is called more than {MOST_PLAIN_CALLS} times")
            return False
        self.called.add(node)
        self.entries.append(Entered(node, environment, site.environment.unit.path))
        return True

    def entered_by_convention(self, node: Lambda, around: Environment) -> Environment:
        """The environment of a function's body where nobody is seen to call it; one for each environment around."""
        known = around.inner.get(node)
        if known is None:
            known = around.inner[node] = parameters.entered_by_convention(self, node, around)
        return known

    def forced_later(self, items: tuple[Thunk, ...]) -> None:
        self.later.extend(items)

    def evidence(self, claim: str, shown: str, place: Place | None) -> None:
        self.claims.setdefault(claim, (shown, place))

    def outputs_of(self, value: Value) -> frozenset[str] | None:
        shape = value.shape
        if isinstance(shape, Member) and shape.name == "outputs":
            family = self.world.family(shape.family)
            owner = next(iter(packages_in(shape.owner)), None) if shape.owner is not None else None
            if family is not None and owner is not None and not getattr(owner.shape, "custom", True):
                return self.world.outputs_of(family)
        return None

    def gave_up(self, why: str) -> None:
        self.incomplete.setdefault(why)

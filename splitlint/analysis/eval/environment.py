"""Where names get their values while a file is evaluated: units, environments, thunks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from splitlint.analysis.model.places import Place, Reason
from splitlint.analysis.model.values import UNKNOWN, Thunk, Value
from splitlint.syntax.nix_tree.nodes import Lambda, Node

if TYPE_CHECKING:
    from tree_sitter import Tree

    from splitlint.files.source import Source


class Unit:
    """A file that is evaluated, and the tree of its text that `root` was made from.

    `is_library`: the stand-in for nixpkgs, whose places are nobody's business.

    `is_nixpkgs`: one of the files in which nixpkgs itself defines its packages: what it binds is nixpkgs' own.
    """

    __slots__ = ("is_library", "is_nixpkgs", "path", "root", "source", "tree")

    def __init__(
        self,
        path: str,
        root: Node,
        source: Source | None,
        tree: Tree | None = None,
        *,
        is_library: bool = False,
        is_nixpkgs: bool = False,
    ) -> None:
        self.path = path
        self.root = root
        self.source = source
        self.tree = tree
        self.is_library = is_library
        self.is_nixpkgs = is_nixpkgs

    def place(self, start: int, end: int) -> Place | None:
        """Bytes of this file as a place; None in the stand-in."""
        return None if self.is_library else Place(self.path, start, end)

    def reason(self, text: str, node: Node) -> Reason:
        """A step of proof that points at a node of this file."""
        return Reason(text, self.path, node.start, node.end)


class Site:
    """A place where something is called: who proofs and findings point at, and what it is called there."""

    __slots__ = ("environment", "name", "node", "place")

    def __init__(self, environment: Environment, node: Node, name: str, place: Place | None) -> None:
        self.environment = environment
        self.node = node
        self.name = name
        self.place = place


class Environment:
    """What names mean in a part of a file, and the values of its nodes there.

    `names` are bound here, `scope` is what a `with` brings in, `calls` the functions that are being applied, the
    innermost first, `site` the user's call on whose behalf the stand-in is running, `dead` the names that dead code
    reads, `family` all environments that come of the same root.
    """

    __slots__ = ("calls", "dead", "family", "inner", "memo", "names", "parent", "scope", "site", "unit")

    def __init__(
        self,
        unit: Unit,
        parent: Environment | None,
        names: Mapping[str, Thunk] | None = None,
        scope: Thunk | None = None,
    ) -> None:
        self.unit = unit
        self.parent = parent
        self.names: Mapping[str, Thunk] = names if names is not None else {}
        self.scope = scope
        self.memo: dict[Node, Value] = {}
        self.inner: dict[Node, Environment] = {}
        self.dead: set[str] = set()
        self.calls: tuple[Lambda, ...] = parent.calls if parent is not None else ()
        self.site: Site | None = parent.site if parent is not None else None
        self.family: list[Environment] = parent.family if parent is not None else []
        self.family.append(self)

    def forget(self) -> None:
        """Lets go of what was worked out here and in all environments of the same root: they hold each other."""
        for one in self.family:
            one.memo.clear()
            one.inner.clear()
            one.names = {}
            one.scope = one.site = None
        self.family.clear()

    def lookup(self, name: str) -> Thunk | None:
        """What a name is bound to lexically; None if nothing binds it."""
        env: Environment | None = self
        while env is not None:
            found = env.names.get(name)
            if found is not None:
                return found
            env = env.parent
        return None

    def scopes(self) -> list[Thunk]:
        """What the `with`s around bring in, the innermost first."""
        found = []
        env: Environment | None = self
        while env is not None:
            if env.scope is not None:
                found.append(env.scope)
            env = env.parent
        return found

    def mark_dead(self, names: set[str]) -> None:
        """Notes that dead code reads these names, where they are bound."""
        env: Environment | None = self
        while env is not None and names:
            bound = {name for name in names if name in env.names}
            env.dead |= bound
            names = names - bound
            env = env.parent


class Passed:
    """A parameter: what is passed for it, and where the caller wrote that."""

    __slots__ = ("_given", "_source", "place")

    def __init__(self, given: Thunk, source: Callable[[], Place | None], place: Place | None) -> None:
        self._given = given
        self._source = source
        self.place = place

    def __call__(self) -> Value:
        return self._given()

    @property
    def given(self) -> Thunk:
        """What is passed."""
        return self._given

    def source_place(self) -> Place | None:
        """Where the caller wrote it, None if it is written nowhere."""
        return self._source()


class Delayed:
    """A thunk that is worked out once; Unknown while that is under way."""

    __slots__ = ("_run", "_value", "place")

    def __init__(self, run: Callable[[], Value], place: Place | None = None) -> None:
        self._run: Callable[[], Value] | None = run
        self._value: Value | None = None
        self.place = place

    @property
    def is_forced(self) -> bool:
        """Whether somebody asked for the value."""
        return self._run is None

    def __call__(self) -> Value:
        if self._run is not None:
            run, self._run = self._run, None
            self._value = run()
        return self._value if self._value is not None else UNKNOWN


class _Evaluator(Protocol):
    """What the machine is to a thunk."""

    def value(self, node: Node, environment: Environment) -> Value: ...


class Expression:
    """A thunk of an expression in its environment."""

    __slots__ = ("_machine", "_value", "environment", "node")

    def __init__(self, machine: _Evaluator, node: Node, environment: Environment) -> None:
        self._machine = machine
        self._value: Value | None = None
        self.node = node
        self.environment = environment

    @property
    def place(self) -> Place | None:
        """Where it is written; in the stand-in, where the user calls that."""
        environment, node = self.environment, self.node
        if environment.unit.is_library:
            return environment.site.place if environment.site is not None else None
        return environment.unit.place(node.start, node.end)

    def __call__(self) -> Value:
        known = self._value
        if known is None:
            self._value = UNKNOWN
            self._value = known = self._machine.value(self.node, self.environment)
        return known


def is_worked_out(thunk: Thunk) -> bool:
    """Whether a thunk has its value already; of a parameter, what is passed for it."""
    if isinstance(thunk, Expression):
        return thunk.node in thunk.environment.memo
    if isinstance(thunk, Passed):
        return is_worked_out(thunk.given)
    return thunk.is_forced if isinstance(thunk, Delayed) else True

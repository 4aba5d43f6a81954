"""What the parts of the evaluator ask of it, at the bottom of the room, so that none imports another in a circle."""

from __future__ import annotations

from typing import Protocol

from splitlint.analysis.eval.environment import Environment, Site, Unit
from splitlint.analysis.model.families import World
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.values import Text, Thunk, Value
from splitlint.analysis.nixpkgs.table import Row
from splitlint.syntax.nix_tree.nodes import Formal, Lambda, Node


class Others(Protocol):
    """The files beside the one that is checked."""

    @property
    def holds_nixpkgs(self) -> bool: ...

    def unit(self, path: str) -> Unit | None:
        """A file, None if there is none, or none that is worth reading."""

    def resolve(self, path: str) -> str | None:
        """The file that a path leads to: itself, or the `default.nix` in it. None if there is none to be read."""

    def package(self, machine: Machine, name: str) -> Value:
        """What overlays and sets of the repository define under a name; Unknown if none does."""

    def any_package(self, name: str) -> Value:
        """As `package`, for whatever name: for those who have seen that it matters."""

    def filled(self, machine: Machine, name: str) -> Value:
        """What overlays and sets of the repository put in for a parameter of a name; Unknown if none does."""

    def is_replaced(self, machine: Machine, name: str) -> bool:
        """Whether the repository's overlays put something else in the place of a package of nixpkgs."""

    def option(self, machine: Machine, path: tuple[str, ...]) -> Value:
        """What the repository's NixOS modules set an option to, or its default; Unknown if none does."""

    def any_option(self, path: tuple[str, ...]) -> Value:
        """As `option`, for whatever name."""


class Listener(Protocol):
    """Who is told what happens while files are evaluated."""

    def composed(self, environment: Environment, node: Node, text: Text) -> None:
        """A text with a value in it was put together at a node."""

    def called(self, site: Site, name: str, row: Row | None, arguments: tuple[Thunk, ...]) -> None:
        """A function that is known by a global name was given all of these arguments."""

    def overridden(self, site: Site, package: Value, how: str, given: Value) -> None:
        """Attributes of a package were replaced by those of a set."""

    def missed(self, value: Value, how: str, place: Place | None, within: Place | None) -> None:
        """An attribute that is not there any more was asked for (see `uses.Absent`).

        `within` is a place in it about which this tells all there is to be told.
        """


class Machine(Protocol):
    """The evaluator."""

    world: World
    others: Others | None
    listener: Listener
    #: Whether a `throw`, or an `assert` that may not hold, was met: something that `tryEval` catches.
    met_error: bool

    def value(self, node: Node, environment: Environment) -> Value:
        """What a node denotes; Unknown where nothing can be told, where it would loop or cost too much."""

    def apply(self, function: Value, arguments: tuple[Thunk, ...], site: Site) -> Value:
        """A value applied to arguments, one after the other."""

    def name_value(self, name: str, node: Node, environment: Environment) -> Value:
        """What a name denotes where a node stands."""

    def primitive(self, name: str) -> Value:
        """A function that the stand-in for nixpkgs is built from. Raises KeyError if there is none."""

    def call_package(self, scope: Value, function: Thunk, given: Thunk, site: Site) -> Value:
        """`callPackage f args`: what f's parameters are not given is taken from a scope."""

    def select(self, value: Value, name: str | None, site: Site) -> Value:
        """One attribute of a value; `name` is None where it is computed."""

    def root_value(self, unit: Unit) -> Value:
        """What a file evaluates to."""

    def scope_of(self, node: Node, environment: Environment) -> Environment:
        """The environment inside a `let`, a `with` or a set, which is made once for each environment around."""

    def row_value(self, row: Row) -> Value:
        """What a row of the stand-in for nixpkgs denotes."""

    def by_convention(self, formal: Formal, environment: Environment) -> Value:
        """What a parameter is for which nobody is seen to pass anything."""

    def entered(self, node: Lambda, environment: Environment, argument: Thunk, site: Site) -> bool:
        """A function is applied: its body is to be visited in this environment. False if it is too often."""

    def evidence(self, claim: str, shown: str, place: Place | None) -> None:
        """Something shows that a parameter is what its name says."""

    def forced_later(self, items: tuple[Thunk, ...]) -> None:
        """Elements that a function makes: they are worked out in the end, if nobody asks for them."""

    def outputs_of(self, value: Value) -> frozenset[str] | None:
        """The names of outputs that `k.outputs` is, None where a value is something else or not known."""

    def gave_up(self, why: str) -> None:
        """A bound was hit: the file is not fully checked."""

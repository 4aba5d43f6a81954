"""What a rule can see of a Nix file, values that fit a specification, what a match has learned."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from tree_sitter import Node

from splitlint.analysis.eval.environment import Site
from splitlint.analysis.model.alternatives import alternatives, unwrapped
from splitlint.analysis.model.families import World
from splitlint.analysis.model.homes import Home
from splitlint.analysis.model.places import Place, Reason
from splitlint.analysis.model.texts import flat, text_of
from splitlint.analysis.model.uses import Override, Sink, Use
from splitlint.analysis.model.values import (
    Call,
    Derivation,
    Global,
    Listing,
    Member,
    Package,
    PackageSet,
    Thunk,
    Value,
)
from splitlint.analysis.model.values import Tree as NamedTree
from splitlint.analysis.nix.analyse import NixFile
from splitlint.findings.finding import Confidence
from splitlint.matching import syntax_around
from splitlint.startup.records import dataclass, field, replace
from splitlint.syntax import nix
from splitlint.syntax.nix_tree.nodes import Node as Span
from splitlint.syntax.parents import parent_of

if TYPE_CHECKING:
    from splitlint.matching.overrides_by_place import OverridesByPlace

#: The nodes that a match of a query captures, by name.
Captures = dict[str, list[Node]]


@dataclass(slots=True)
class Notes:
    """What the predicates learned about one candidate match: what the message and the fix are made from.

    `span` is underlined instead of a node, each of `spans` is a match of its own, `places` are other places that show
    it, `use` is the use that was found, `when` the time at which its script runs (`Use.when`), `home` where a path
    really is that was looked for in the wrong place, `is_split` whether other paths that are written
    there, in braces, are elsewhere, `since` when it has been so (`Finding.since`).
    """

    value: Value | None = None
    path: str = ""
    places: tuple[Place, ...] = ()
    sink: Sink | None = None
    use: Use | None = None
    when: str = ""
    confident_path: bool = False
    home: Home | None = None
    is_split: bool = False
    since: str = ""
    span: tuple[int, int] | None = None
    spans: tuple[tuple[int, int], ...] = ()
    extra: dict[str, str] = field(default_factory=dict)


class NixView:
    """A Nix file: its syntax tree, and what is known of each node.

    `candidates`: what patterns found, by query. `beside`: see `startup.beside`.
    """

    def __init__(self, file: NixFile) -> None:
        source, tree = file.unit.source, file.unit.tree
        assert source is not None
        assert tree is not None
        self.file = file
        self.source = source
        self.tree = tree
        self.candidates: dict[Any, list[Captures]] = {}
        self.beside: dict[object, Any] = {}
        self._fitting: dict[tuple[int, int], bool] = {}

    @property
    def world(self) -> World:
        return self.file.engine.world

    def value(self, node: Node) -> Value:
        """What an expression or an inherited name may denote where it is run; Unknown if it is not."""
        inner = expression_of(node)
        return self.file.places.values(inner.start_byte, inner.end_byte)

    def is_run(self, node: Node) -> bool:
        """Whether an expression may be run in the world after the splits."""
        inner = expression_of(node)
        return self.file.places.is_run(inner.start_byte, inner.end_byte)

    def runs_before(self, node: Node) -> bool:
        """Whether an expression may be run in a nixpkgs from before the splits."""
        inner = expression_of(node)
        return self._before.places.is_run(inner.start_byte, inner.end_byte)

    def value_before(self, node: Node) -> Value:
        """What an expression denotes in a nixpkgs from before the splits."""
        inner = expression_of(node)
        return self._before.places.values(inner.start_byte, inner.end_byte)

    @cached_property
    def _before(self) -> NixFile:
        return self.file.in_world(replace(self.world, is_after=False))

    def is_used_on(self, platform: str, use: Use) -> bool:
        """Whether a use is one where code is built for a platform (`x86_64-linux`; "" for any)."""
        file = self._on.get(platform)
        if file is None:
            file = self._on[platform] = self.file.in_world(replace(self.world, platform=platform))
        return any(one.place == use.place and one.path == use.path for one in file.uses)

    @cached_property
    def _on(self) -> dict[str, NixFile]:
        return {}

    def name(self, name: str, node: Node) -> Value:
        """What a name denotes where a node stands."""
        return self.file.places.name(name, node.start_byte)

    def select(self, value: Value, name: str | None, node: Node) -> Value:
        """An attribute of a value, read at a node."""
        environment = self.file.engine.root_environment(self.file.unit)
        span = Span(node.start_byte, node.end_byte)
        place = Place(self.source.path, node.start_byte, node.end_byte)
        return self.file.engine.select(value, name, Site(environment, span, name or "", place))

    def scopes(self, node: Node) -> list[Value]:
        """What the `with`s around a node bring in, the innermost first."""
        environments = self.file.places.environments(node.start_byte)
        return [scope() for scope in environments[0].scopes()] if environments else []

    def bound(self, name: str, node: Node) -> Thunk | None:
        """What a name is bound to lexically where a node stands; None if it is not."""
        return self.file.places.bound(name, node.start_byte)

    def binds(self, name: str, node: Node) -> bool:
        """Whether a name is bound lexically where a node stands."""
        return self.bound(name, node) is not None

    def text(self, node: Node) -> str:
        """The text that a node makes, with NUL for what is not known; of what makes no text, its source."""
        if node.type in nix.STRINGS or node.type in ("binary_expression", "apply_expression", "variable_expression"):
            return flat(text_of(self.value(node)))
        return nix.node_text(node)

    def may_fit(self, node: Node) -> bool:
        """Whether some specification may name what a node denotes: `fits` is of no use where none can."""
        key = (node.start_byte, node.end_byte)
        known = self._fitting.get(key)
        if known is None and not self.file.was_visited(*key):
            known = self._fitting[key] = False
        if known is None:
            options = alternatives(unwrapped(self.value(node)))
            known = self._fitting[key] = any(isinstance(unwrapped(one).shape, _SPECIFIED) for one in options)
        return known

    def uses(self, node: Node) -> tuple[Use, ...]:
        """The uses of a value that is written at a node."""
        inner = expression_of(node)
        return self._uses.get((inner.start_byte, inner.end_byte), ())

    @cached_property
    def _uses(self) -> dict[tuple[int, int], tuple[Use, ...]]:
        found: dict[tuple[int, int], list[Use]] = {}
        for use in self.file.uses:
            found.setdefault((use.place.start, use.place.end), []).append(use)
        return {key: tuple(uses) for key, uses in found.items()}

    def node_at(self, start: int, end: int) -> Node | None:
        """The expression, or inherited name, at exactly these bytes; the smallest around them where there is none."""
        node = self.tree.root_node.named_descendant_for_byte_range(start, end)
        while (parent := parent_of(node)) is not None:
            if parent.type in _NO_EXPRESSIONS or (parent.start_byte, parent.end_byte) != (start, end):
                break
            node = parent
        return node

    def sets_option(self, names: tuple[str, ...]) -> bool:
        """Whether the file gives a NixOS option a value."""
        return any(one.at_root and one.trail[-len(names) :] == names for one in self.file.attributes)

    def overrides(self, node: Node) -> list[Override]:
        """The overridden attributes whose value a node is, or is a part of."""
        inner = expression_of(node)
        start, end = inner.start_byte, inner.end_byte
        found = self._overrides.at(start, end)
        nested = {one.attribute for one in found if "." in one.attribute}
        return [one for one in found if not any(name.startswith(f"{one.attribute}.") for name in nested)]

    @cached_property
    def _overrides(self) -> OverridesByPlace:
        from splitlint.matching.overrides_by_place import OverridesByPlace

        return OverridesByPlace(self.file.overrides, self.source.path)


#: What may have the same bytes as the expression or name in it, and is neither.
_NO_EXPRESSIONS = frozenset({"inherited_attrs", "attrpath", "formal", "source_code", "binding_set"})
_SPECIFIED = (Package, PackageSet, Member, NamedTree, Call, Derivation)


def expression_of(node: Node) -> Node:
    """The expression in parentheses, or in an interpolation."""
    node = nix.skip_parentheses(node)
    if node.type == "interpolation":
        inner = node.child_by_field_name("expression")
        return nix.skip_parentheses(inner) if inner is not None else node
    return node


def function_name(view: NixView, node: Node) -> str:
    """The global name of what is applied, `?.name` where only its last name is known."""
    for option in alternatives(view.value(node)):
        if isinstance(option.shape, Global):
            return option.shape.dotted
    return f"?.{syntax_around.called_name(expression_of(node))}"


def fits(value: Value, spec: str) -> Value | None:
    """The alternative of a value that a specification names, None if there is none.

    `frob` is a whole package of that family that nixpkgs built (or its `out`), `frob:dev` one output of it,
    `frob:whole` no output chosen, `frob:custom` one that nixpkgs did not build, `frob:overridden`;
    `frob.flags` an attribute of it, `frob:overridden.x` of such a one;
    `set:frob` a set it is a member of, `set:frob:custom` one that is made
    for such a package; `place:modules-tree`; `call:pkgs.f` what that function makes, `call:*.f` one of which only the
    name is known; `list`; `any` whatever it is.
    """
    if spec == "any":
        return value
    return next((option for option in map(unwrapped, alternatives(unwrapped(value))) if _fits(option, spec)), None)


def _fits(value: Value, spec: str) -> bool:
    shape = value.shape
    kind, _, rest = spec.partition(":")
    if isinstance(shape, Package):
        if kind != shape.family:
            return False
        if rest == "custom" or shape.custom:
            return rest == "custom" and shape.custom
        if rest in ("", "whole", "overridden"):
            allowed = (None,) if rest == "whole" else (None, "out")
            return shape.output in allowed and (rest != "overridden" or shape.overridden)
        return rest in ("any", shape.output)
    if isinstance(shape, PackageSet):
        if rest == shape.family:
            return kind == "set"
        return kind == "set" and shape.member is not None and fits(shape.member, rest) is not None
    if isinstance(shape, Member):
        if rest.startswith("overridden."):
            return kind == shape.family and rest == f"overridden.{shape.name}" and _is_of_overridden(shape)
        name = f"{shape.family}.{shape.name}"
        return spec == name or (spec.endswith(".*") and name.startswith(spec[:-1]))
    if isinstance(shape, NamedTree):
        return kind == "place" and rest in (shape.place, "*")
    if isinstance(shape, Listing):
        return spec == "list"
    made = shape.function if isinstance(shape, Call) else shape.maker if isinstance(shape, Derivation) else ""
    if rest.startswith("*."):
        return kind == "call" and made.rpartition(".")[2] == rest[2:]
    return kind == "call" and made == rest and bool(made)


def _is_of_overridden(member: Member) -> bool:
    """Whether every package that an attribute may be read from went through an override."""
    owners = [one.shape for one in alternatives(member.owner)] if member.owner is not None else []
    return bool(owners) and all(isinstance(one, Package) and one.overridden for one in owners)


def confidence_of(notes: Notes) -> Confidence:
    """How sure a match is: as sure as its value; a name with a telling path below it is convention plus evidence."""
    if notes.value is None:
        return Confidence.HIGH
    if notes.value.confidence is Confidence.LOW and notes.confident_path:
        return Confidence.MEDIUM
    return notes.value.confidence


def reasons_of(notes: Notes) -> tuple[Reason, ...]:
    """The steps of proof of a match's value."""
    return notes.value.reasons if notes.value is not None else ()


def loses_files(view: NixView, node: Node) -> bool:
    """Whether an expression is an output with files that left another, and before that was one that never had them."""
    before = _packages(view.value_before(node))
    for now in _packages(view.value(node)):
        family = view.world.family(now.family)
        home = family.home_in(now.output) if family is not None and now.output else None
        if family is not None and home is not None and home.since:
            kin = [one for one in before if one.family == now.family and one.output != now.output and not one.custom]
            return any((one.output or family.first) != home.left for one in kin)
    return False


def _packages(value: Value) -> list[Package]:
    shapes = (option.shape for option in alternatives(unwrapped(value)))
    return [shape for shape in shapes if isinstance(shape, Package)]

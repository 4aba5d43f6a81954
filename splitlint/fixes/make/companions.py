"""Fixes that read an attribute of another package: the one that the place speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from splitlint.analysis.eval.environment import Environment
from splitlint.analysis.model.alternatives import alternatives, unwrapped
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.values import Global, Member, Package, PackageSet, Thunk, Unknown, Value
from splitlint.findings.finding import Fix, Safety
from splitlint.fixes.make import edits, forms
from splitlint.fixes.make.job import Job, written
from splitlint.matching.views import NixView
from splitlint.startup.records import dataclass
from splitlint.syntax import nix
from splitlint.syntax.parents import in_parentheses, parent_of

#: A package written longer than this is not written once more.
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Companion:
    """A package as it can be written at a place; `sure`: the place itself puts it together with what was found."""

    text: str
    sure: bool


def take(job: Job) -> tuple[Fix, ...]:
    """`kind = "companion"`, `family`, `attribute`: write `k.attribute or HERE`, k being the package that belongs there.

    That is the one in front of it in a path, else the only one that has a name there, else the global name in `else`.
    Where only nixpkgs that has the attribute needs to work, `or HERE` is left out.
    """
    if job.view is None:
        return ()
    node = _whole(job.package)
    companion = _companion(job, job.view, node)
    if companion is None:
        return ()
    safety = job.safety if companion.sure else min(job.safety, Safety.UNSAFE)
    new = f"{companion.text}.{job.word('attribute')}"
    if node.type == "identifier":
        source = _inherited_from(node)
        if source is None:
            return ()
        text = new if job.modern else f"{new} or {source}.{nix.node_text(node)}"
        changes = edits.replace_inherited(job.source, node, text)
        return (written(f"{nix.node_text(node)} = {text};", safety, *changes),)
    if job.modern:
        return (written(new, safety, edits.replace(job.source, node, new)),)
    form = forms.Form(f"{new} or {_fallback(node)}", loose=True)
    return (written(form.text, safety, edits.replace(job.source, node, form.at(node))),)


def _whole(node: Node) -> Node:
    """All of `x ? a && x.a`, where `x ? a` was found."""
    inner = nix.skip_parentheses(node)
    if inner.type != "has_attr_expression":
        return inner
    outer = in_parentheses(node)
    parent = parent_of(outer)
    right = parent.child_by_field_name("right") if parent is not None and parent.type == "binary_expression" else None
    asked = "".join(nix.node_text(inner).split()).replace("?", ".")
    is_guarded = right is not None and right != outer and nix.node_text(nix.skip_parentheses(right)) == asked
    return parent if is_guarded and parent is not None else node


def _fallback(node: Node) -> str:
    text = nix.node_text(node)
    return text if node.type == "select_expression" else f"({text})"


def _inherited_from(name: Node) -> str | None:
    entry = parent_of(parent_of(name))
    source = entry.child_by_field_name("expression") if entry is not None and entry.type == "inherit_from" else None
    if source is None:
        return None
    return nix.node_text(source) if forms.is_atom(source) else f"({nix.node_text(source)})"


def _companion(job: Job, view: NixView, node: Node) -> Companion | None:
    family = job.word("family")
    for place, sure in _in_front(view, node, family):
        written_there = view.node_at(place.start, place.end)
        found = written_at(view, written_there, node) if sure else name_at(view, written_there, node)
        if found is not None:
            return Companion(found, sure)
    named = sorted(set(_named(view, node, family)), key=len)
    if len(named) == 1:
        return Companion(named[0], False)
    elsewhere = otherwise(view, node, job.word("else")) if not named else None
    return Companion(elsewhere, False) if elsewhere is not None else None


def _in_front(view: NixView, node: Node, family: str) -> Iterator[tuple[Place, bool]]:
    """Where packages are written in front of what a node gives, with a slash between: `${k}/${HERE}`.

    Whether each is known to be one; something unknown is one because its image is looked for in it.
    """
    own = frozenset(Place(view.source.path, one.start_byte, one.end_byte) for one in _answers(node))
    for composed in view.file.texts:
        parts = composed.text.parts
        for number, part in enumerate(parts):
            if number < 2 or not own & {part.place, part.via}:
                continue
            between, package = parts[number - 1].content, parts[number - 2]
            if not isinstance(between, str) or not between.endswith("/") or not isinstance(package.content, Value):
                continue
            is_one = _of_family(package.content, family) is not None
            if is_one or _is_unknown(package.content):
                places = (one for one in (package.via, package.place) if one is not None)
                yield from ((one, is_one) for one in places if one.path == view.source.path)


def _answers(node: Node) -> Iterator[Node]:
    """A node, and the conditions that it is an answer of: `if c then HERE else y`."""
    yield node
    while (parent := parent_of(node)) is not None:
        is_answer = parent.type == "if_expression" and parent.child_by_field_name("condition") != node
        if not is_answer and parent.type != "parenthesized_expression":
            return
        yield (node := parent)


def _is_unknown(value: Value) -> bool:
    return all(isinstance(one.shape, Unknown | Global | Member) for one in alternatives(unwrapped(value)))


def _of_family(value: Value, family: str) -> Value | None:
    found = (one for one in alternatives(unwrapped(value)) if isinstance(one.shape, Package))
    return next((one for one in found if isinstance(one.shape, Package) and one.shape.family == family), None)


def written_at(view: NixView, node: Node | None, target: Node) -> str | None:
    """A package written at one node, as it can be written at another; None if its name means something else there."""
    whole = forms.subject(view, node) if node is not None else None
    return _same_at(view, whole.text, node, target) if whole is not None and node is not None and whole.atom else None


def name_at(view: NixView, node: Node | None, target: Node) -> str | None:
    """The same for something unknown that has a name."""
    return _same_at(view, nix.node_text(node), node, target) if node is not None and forms.is_atom(node) else None


def _same_at(view: NixView, text: str, node: Node, target: Node) -> str | None:
    if len(text) > _LONGEST or "\n" in text:
        return None
    first = text.partition(".")[0]
    if not first.replace("-", "_").isidentifier():
        return None
    here = view.file.places.bound(first, node.start_byte)
    there = view.file.places.bound(first, target.start_byte)
    if here is not None or there is not None:
        return text if here is there else None
    scope = _with_around(node)
    if scope is None or _with_around(target) == scope:
        return text
    around = scope.child_by_field_name("environment")
    name = nix.node_text(around) if around is not None and forms.is_atom(around) else ""
    outer = name.partition(".")[0]
    if around is None or not name:
        return None
    bound = view.file.places.bound(outer, around.start_byte)
    return f"{name}.{text}" if bound is view.file.places.bound(outer, target.start_byte) else None


def _with_around(node: Node) -> Node | None:
    """The innermost `with` whose names a node can see."""
    child, parent = node, parent_of(node)
    while parent is not None:
        if parent.type == "with_expression" and parent.child_by_field_name("body") == child:
            return parent
        child, parent = parent, parent_of(parent)
    return None


def otherwise(view: NixView, node: Node, name: str) -> str | None:
    """A global name, where its first part is in scope at a node and means that."""
    first = name.partition(".")[0]
    shape = view.name(first, node).shape if name and view.binds(first, node) else None
    is_global = isinstance(shape, Global) and shape.path == (first,)
    return name if is_global and not _is_of_a_builder(first, node) else None


def _is_of_a_builder(name: str, node: Node) -> bool:
    """Whether a name is an argument of functions that build something: that also take `stdenv`, and no `pkgs`.

    The `config` of such a function is that of what it builds, unless it is read as NixOS' is.
    """
    taken: set[str] = set()
    taker = outer = node
    while (around := parent_of(outer)) is not None:
        outer = around
        formals = outer.child_by_field_name("formals") if outer.type == "function_expression" else None
        names = _taken(formals) if formals is not None else frozenset[str]()
        taker = outer if name in names and name not in taken else taker
        taken |= names
    is_read = re.search(rf"\b{re.escape(name)}\.(?:boot|system|hardware)\.", nix.node_text(taker))
    return name in taken and "stdenv" in taken and "pkgs" not in taken and is_read is None


def _taken(formals: Node) -> frozenset[str]:
    names = (one for formal in formals.named_children for one in formal.children_by_field_name("name"))
    return frozenset(nix.node_text(one) for one in names)


def _named(view: NixView, node: Node, family: str) -> Iterator[str]:
    """The names at a node that are bound to a package of a family, or to a set with one in it."""
    known = view.world.family(family)
    environments = view.file.places.environments(node.start_byte)
    if known is None or not environments:
        return
    environment: Environment | None = environments[0]
    seen: set[str] = set()
    packages, sets = [], []
    while environment is not None:
        for name, thunk in _worth_asking(view, environment.names, seen):
            seen.add(name)
            if _holds(thunk.place, node):
                continue
            for one in alternatives(unwrapped(thunk())):
                if isinstance(one.shape, Package) and one.shape.family == family and one.shape.output in (None, "out"):
                    packages.append(name)
                elif isinstance(one.shape, PackageSet) and one.shape.family == family and known.member:
                    sets.append(f"{name}.{known.member}")
        environment = environment.parent
    yield from packages or sets


def _worth_asking(view: NixView, names: Mapping[str, Thunk], seen: set[str]) -> list[tuple[str, Thunk]]:
    wanted = [name for name in names if name not in seen and view.world.is_worth_searching(name) and name != "package"]
    return [(name, names[name]) for name in wanted]


def _holds(place: Place | None, node: Node) -> bool:
    """Whether a node is a part of what a name is bound to."""
    return place is not None and place.start <= node.start_byte and node.end_byte <= place.end

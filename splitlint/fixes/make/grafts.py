"""Fixes that put an attribute of a package on the tree that it is a part of, or pass the two apart."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.values import Attrs, Call, Derivation, Listing, Package, Thunk, Value
from splitlint.findings.finding import Edit, Fix
from splitlint.fixes.make import companions, edits
from splitlint.fixes.make.job import Job, short
from splitlint.matching.views import NixView
from splitlint.syntax import nix
from splitlint.syntax.parents import parent_of

#: An expression written longer than this is not written once more.
_LONGEST = 120
#: What binds looser than `//`.
_LOOSE = frozenset(
    {"let_expression", "if_expression", "with_expression", "function_expression", "assert_expression"}
    | {"list_expression"}
)


def graft(job: Job) -> tuple[Fix, ...]:
    """`kind = "graft"`, `family`, `attribute`, `apart`: write `HERE // { inherit (k) attribute; }`.

    k is the package of the family that is in the tree. Where only nixpkgs with the argument `apart` needs to work, k
    itself is passed, and the tree as `apart`.
    """
    if job.view is None or job.match.notes.value is None:
        return ()
    node = job.package
    part = _part(job.view, job.match.notes.value, node, job.word("family"), job.word("else"))
    if part is None:
        return ()
    if job.modern and job.word("apart"):
        change = _passed_apart(job, node, part)
        told = f"pass `{short(part)}`, and the tree as `{job.word('apart')}`"
        return (Fix(told, job.safety, (change,)),) if change is not None else ()
    change = _grafted(job, node, part)
    return (Fix(f"write `{change.text.strip()}` after it", job.safety, (change,)),) if change is not None else ()


def graft_around(job: Job, view: NixView) -> Edit | None:
    """The same for the tree that a match is a part of, where a function of `graft_into` is given it."""
    own = Place(view.source.path, job.package.start_byte, job.package.end_byte)
    function, _, argument = job.word("graft_into").partition("{")
    for call in view.file.calls:
        given = call.arguments[0]().shape if call.arguments and call.name.endswith(function) else None
        thunk = given.names.get(argument.rstrip("}")) if isinstance(given, Attrs) else None
        if thunk is None or thunk.place is None or thunk.place.path != own.path:
            continue
        for tree in alternatives(thunk()):
            if any(one.place == own for one in _items(tree)):
                node = view.node_at(thunk.place.start, thunk.place.end)
                part = _part(view, tree, node, job.word("family"), "") if node is not None else None
                return _grafted(job, node, part) if node is not None and part is not None else None
    return None


def _grafted(job: Job, node: Node, part: str) -> Edit | None:
    text = f" // {{ inherit ({part}) {job.word('attribute')}; }}"
    if node.type == "identifier" or node.type in _LOOSE:
        return None
    if node.type == "binary_expression" and nix.operator(node) not in ("//", "++", "+", "-", "*", "/"):
        return edits.replace(job.source, node, f"({job.source.text(node.start_byte, node.end_byte)}){text}")
    return Edit(job.source.path, node.end_byte, node.end_byte, text)


def _passed_apart(job: Job, node: Node, part: str) -> Edit | None:
    binding = parent_of(node)
    while binding is not None and binding.type == "parenthesized_expression":
        binding = parent_of(binding)
    path = binding.child_by_field_name("attrpath") if binding is not None and binding.type == "binding" else None
    if path is None:
        return None
    name = nix.node_text(path)
    passed = f"inherit {name};" if part == name else f"{name} = {part};"
    return edits.replace(job.source, path, f"{passed} {job.word('apart')}")


def _part(view: NixView, tree: Value, node: Node, family: str, otherwise: str) -> str | None:
    """The package of a family that is in a tree, as it can be written at a node."""
    for thunk in _items(tree):
        for one in alternatives(thunk()):
            is_part = isinstance(one.shape, Package) and one.shape.family == family
            if is_part and thunk.place is not None and thunk.place.path == view.source.path:
                found = _written_at(view, view.node_at(thunk.place.start, thunk.place.end), node)
                if found is not None:
                    return found
    return companions.otherwise(view, node, otherwise)


def _written_at(view: NixView, node: Node | None, target: Node) -> str | None:
    """A package written at one node, as it can be written at another: a name, or an expression of names."""
    named = companions.written_at(view, node, target)
    if named is not None or node is None:
        return named
    inner = nix.skip_parentheses(node)
    text = nix.node_text(inner)
    if len(text) > _LONGEST or "\n" in text or inner.type not in ("if_expression", "select_expression"):
        return None
    names = [one for one in _below(inner) if one.type == "variable_expression"]
    is_same = (companions.name_at(view, one, target) == nix.node_text(one) for one in names)
    return text if all(is_same) else None


def _below(node: Node) -> Iterator[Node]:
    yield node
    for child in node.named_children:
        yield from _below(child)


def _items(tree: Value, depth: int = 3) -> Iterator[Thunk]:
    """What a tree is put together from."""
    shape = tree.shape
    thunks: tuple[Thunk, ...] = ()
    if isinstance(shape, Listing):
        thunks = shape.items
    elif isinstance(shape, Call):
        thunks = shape.arguments
    elif isinstance(shape, Derivation):
        thunks = shape.joined
    for thunk in thunks:
        yield thunk
        if depth:
            for one in alternatives(thunk()):
                yield from _items(one, depth - 1)

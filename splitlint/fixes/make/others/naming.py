"""One name for an output that would be written over and over: `kernelModules = lib.getOutput "modules" kernel;`."""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from tree_sitter import Node

from splitlint.findings.finding import Edit, Fix, Safety
from splitlint.fixes.make import edits, forms
from splitlint.fixes.make.conversions import inside_conversions, with_conversions
from splitlint.fixes.make.job import Job
from splitlint.fixes.make.others.wishes import Agreement, Wishes
from splitlint.matching.views import NixView
from splitlint.syntax import nix

#: By view: the places in a `let` where a package is written in one way; with an output, those that want that.
_KNOWN: WeakKeyDictionary[NixView, dict[tuple[int, str, str], list[Node]]] = WeakKeyDictionary()
#: So many places read better with a name.
_MANY = 4


def with_name(job: Job, view: NixView, node: Node, output: str, safety: Safety) -> Fix | None:
    """A fix that binds the output in the `let` around, for all places that want it; None where there are only few.

    Each place has its own fix, and all of these share the binding.
    """
    scope, whole = _let_around(node), forms.subject(view, with_conversions(inside_conversions(node)))
    if scope is None or whole is None or not whole.atom or not re.fullmatch(r"[\w.'-]+", whole.text):
        return None
    same = _wanting(job, view, scope, whole.text)
    if len(same) < _MANY or (node.start_byte, node.end_byte) not in {(one.start_byte, one.end_byte) for one in same}:
        return None
    name = whole.text.rpartition(".")[2] + output.capitalize()
    entry = _entry_before(scope, whole.text, same[0])
    if entry is None or not _means_the_same(view, scope, whole.text, same):
        return None
    if re.search(rb"(?<![\w'-])" + re.escape(name).encode() + rb"(?![\w'-])", job.source.data):
        return None
    bound = forms.output_form(view, entry, whole, output, split_is_sure=job.split_is_sure)
    here = forms.output_form(view, node, whole, output, split_is_sure=job.split_is_sure)
    if bound is None or here is None or bound.text != here.text or not bound.loose or " or " in bound.text:
        return None
    at, separator = edits.place_after(job.source, entry)
    binding = Edit(job.source.path, at, at, f"{separator}{name} = {bound.text};")
    place = edits.replace(job.source, with_conversions(inside_conversions(node)), name)
    return Fix(f"bind `{name} = {bound.text};` and write `{name}`", safety, (binding, place))


def _let_around(node: Node) -> Node | None:
    """The innermost `let` around a node."""
    parent = node.parent
    while parent is not None and parent.type != "let_expression":
        parent = parent.parent
    return parent


def _wanting(job: Job, view: NixView, scope: Node, text: str) -> list[Node]:
    """The places in a `let`, and in none inside that, where the package is written like that and its output wanted."""
    known = _KNOWN.get(view)
    if known is None:
        known = _KNOWN[view] = {}
        for place in _places(view):
            around = _let_around(place)
            whole = forms.subject(view, with_conversions(inside_conversions(place))) if around is not None else None
            if around is not None and whole is not None:
                known.setdefault((around.id, whole.text, ""), []).append(place)
    output = job.word("output")
    key = (scope.id, text, output)
    if key not in known:
        wishes = Wishes(job, view, output)
        places = known.get((scope.id, text, ""), [])
        known[key] = [one for one in places if _wants(wishes, one)] if len(places) >= _MANY else []
    return known[key]


def _places(view: NixView) -> list[Node]:
    """The expressions that are written where a package is used, in the order of the file."""
    spans = sorted({(use.place.start, use.place.end) for use in view.file.uses})
    found = (view.node_at(start, end) for start, end in spans)
    return [node for node in found if node is not None and node.type != "identifier"]


def _wants(wishes: Wishes, node: Node) -> bool:
    """Whether all uses of a place want the output, and some does."""
    if wishes.agreement_at(node) is not Agreement.HERE:
        return False
    return any(wishes.wish(use, node) == wishes.output for use in wishes.view.uses(node))


def _entry_before(scope: Node, text: str, first: Node) -> Node | None:
    """The entry of a `let` behind which the new one goes: that of the package, or the one before the first place."""
    root = text.partition(".")[0]
    entries = list(nix.bindings(scope))
    own = next((entry for entry in entries if root in _names_of(entry)), None)
    before = [entry for entry in entries if entry.end_byte <= first.start_byte]
    return own if own is not None else before[-1] if before else None


def _names_of(entry: Node) -> tuple[str | None, ...]:
    """The names that an entry of a `let` binds."""
    if entry.type == "binding":
        path = entry.child_by_field_name("attrpath")
        return nix.attribute_names(path) if path is not None else ()
    attrs = entry.child_by_field_name("attrs")
    found = attrs.children_by_field_name("attr") if attrs is not None else ()
    return tuple(nix.attribute_name(one) for one in found)


def _means_the_same(view: NixView, scope: Node, text: str, places: list[Node]) -> bool:
    """Whether a name means at all places what it means in the `let`: no function or scope between hides it."""
    body, root = scope.child_by_field_name("body"), text.partition(".")[0]
    bound = view.bound(root, body) if body is not None else None
    return bound is not None and all(view.bound(root, place) is bound for place in places)

"""One name for an output that would be written over and over: `frobData = lib.getOutput "data" frob;`."""

from __future__ import annotations

import re

from tree_sitter import Node

from splitlint.findings.finding import Edit, Fix, Safety
from splitlint.fixes.make import edits, forms
from splitlint.fixes.make.conversions import inside_conversions, with_conversions
from splitlint.fixes.make.job import Job
from splitlint.fixes.make.others.wishes import Agreement, Wishes
from splitlint.matching.syntax_around import Nearest
from splitlint.matching.views import NixView
from splitlint.startup.beside import beside
from splitlint.startup.records import dataclass
from splitlint.syntax import nix

#: So many places read better with a name.
_MANY = 4


@dataclass(frozen=True, slots=True)
class _Shared:
    """A name that a `let` binds to an output: the binding, the places that want it (by bytes), what else they write."""

    name: str
    binding: Edit
    places: frozenset[tuple[int, int]]
    form: str


class _Names:
    """What was found out for the places of one file. Does not hold the view, by which it is known: that would stay."""

    def __init__(self, view: NixView) -> None:
        self._lets = Nearest(view.tree.root_node, "let_expression")
        self._places: dict[tuple[int, str], list[Node]] = {}
        #: By `let`, package and output, and whether it surely has it.
        self.shared: dict[tuple[int, str, str, bool], _Shared | None] = {}
        for place in _places(view):
            around = self.let_around(place)
            whole = forms.subject(view, with_conversions(inside_conversions(place))) if around is not None else None
            if around is not None and whole is not None:
                self._places.setdefault((around.id, whole.text), []).append(place)

    def let_around(self, node: Node) -> Node | None:
        """The innermost `let` around a node."""
        return self._lets.around(node)

    def wanting(self, job: Job, view: NixView, scope: Node, text: str) -> list[Node]:
        """The places in a `let`, and in none inside that, where the package is written so and its output wanted."""
        places = self._places.get((scope.id, text), [])
        wishes = Wishes(job, view, job.word("output"))
        return [one for one in places if _wants(wishes, one)] if len(places) >= _MANY else []


@beside
def _names(view: NixView) -> _Names:
    return _Names(view)


def with_name(job: Job, view: NixView, node: Node, output: str, safety: Safety) -> Fix | None:
    """A fix that binds the output in the `let` around, for all places that want it; None where there are only few.

    Each place has its own fix, and all of these share the binding.
    """
    known = _names(view)
    scope, whole = known.let_around(node), forms.subject(view, with_conversions(inside_conversions(node)))
    if scope is None or whole is None or not whole.atom or not re.fullmatch(r"[\w.'-]+", whole.text):
        return None
    key = (scope.id, whole.text, output, job.split_is_sure)
    if key not in known.shared:
        known.shared[key] = _shared(job, view, scope, whole, known.wanting(job, view, scope, whole.text), output)
    shared = known.shared[key]
    if shared is None or (node.start_byte, node.end_byte) not in shared.places:
        return None
    here = forms.output_form(view, node, whole, output, split_is_sure=job.split_is_sure)
    if here is None or here.text != shared.form:
        return None
    place = edits.replace(job.source, with_conversions(inside_conversions(node)), shared.name)
    title = f"bind `{shared.name} = {shared.form};` and write `{shared.name}`"
    return Fix(title, safety, (shared.binding, place))


def _shared(
    job: Job, view: NixView, scope: Node, whole: forms.Subject, places: list[Node], output: str
) -> _Shared | None:
    """The name for places of which each wants an output of the same package."""
    if len(places) < _MANY:
        return None
    entry = _entry_before(scope, whole.text, places[0])
    if entry is None or not _means_the_same(view, scope, whole.text, places):
        return None
    name = whole.text.rpartition(".")[2] + output.capitalize()
    if re.search(rb"(?<![\w'-])" + re.escape(name).encode() + rb"(?![\w'-])", job.source.data):
        return None
    bound = forms.output_form(view, entry, whole, output, split_is_sure=job.split_is_sure)
    if bound is None or not bound.loose or " or " in bound.text:
        return None
    at, separator = edits.place_after(job.source, entry)
    binding = Edit(job.source.path, at, at, f"{separator}{name} = {bound.text};")
    spans = frozenset((one.start_byte, one.end_byte) for one in places)
    return _Shared(name, binding, spans, bound.text)


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

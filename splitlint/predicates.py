"""The vocabulary of rule queries: what `#denotes?`, `#path?`, `#into?` and their kin ask of a syntax node.

Each predicate is a function of a view (one language over one piece of source), the nodes captured, and
the strings written in the query. docs/rules.md documents them for authors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tree_sitter import Node

from splitlint.finding import Confidence
from splitlint.meaning import flow, overrides, pathuse
from splitlint.meaning.evaluate import Evaluator
from splitlint.meaning.names import asks_for_output
from splitlint.meaning.value import (
    Call,
    Listing,
    Member,
    Package,
    PackageSet,
    Reason,
    Text,
    Tree,
    Value,
    alternatives,
    text_of,
)
from splitlint.syntax import nix


@dataclass(slots=True)
class Notes:
    """What the predicates learned about one candidate match: what the message and the fix are made from."""

    value: Value | None = None
    path: str = ""
    places: tuple[Node, ...] = ()
    sink: flow.Sink | None = None
    confident_path: bool = False
    span: tuple[int, int] | None = None
    spans: tuple[tuple[int, int], ...] = ()
    extra: dict[str, str] = field(default_factory=dict)


class View(Protocol):
    """A language over a piece of source: what a node denotes there, and which paths follow it."""

    def value(self, node: Node) -> Value: ...

    def paths(self, node: Node) -> Sequence[pathuse.PathUse]: ...

    def text(self, node: Node) -> str: ...

    def handled(self, node: Node) -> bool: ...


@dataclass(frozen=True)
class NixView:
    """Nix source."""

    ev: Evaluator

    def value(self, node: Node) -> Value:
        if node.type == "identifier":
            from splitlint.meaning.names import value_of_inherited

            return value_of_inherited(self.ev, node)
        return self.ev.value(node)

    def paths(self, node: Node) -> Sequence[pathuse.PathUse]:
        return pathuse.paths(self.ev, node)

    def text(self, node: Node) -> str:
        if node.type in nix.STRINGS or node.type in ("binary_expression", "apply_expression", "variable_expression"):
            return pathuse.flat(text_of(self.ev.value(node)))
        return nix.node_text(node)

    def handled(self, node: Node) -> bool:
        """Whether the code around a node asks for the output first: `if k ? modules then .. else HERE`, `k.modules or HERE`."""
        child, parent = node, self.ev.scopes.parent(node)
        for _ in range(60):
            if parent is None or parent.type == "function_expression":
                return False
            if parent.type == "if_expression":
                condition = parent.child_by_field_name("condition")
                if condition is not None and condition.id != child.id and asks_for_output(condition):
                    return True
            if parent.type == "select_expression":
                path, default = parent.child_by_field_name("attrpath"), parent.child_by_field_name("default")
                if default is not None and default.id == child.id and path is not None:
                    return nix.attribute_names(path)[-1:] == ("modules",)
            if parent.type == "apply_expression":
                function = parent.child_by_field_name("function")
                if function is not None and function.id != child.id and asks_for_output(function):
                    return True
            child, parent = parent, self.ev.scopes.parent(parent)
        return False


def unwrapped(value: Value) -> Value:
    """The value itself, or the one value that a text consists of."""
    if isinstance(value.shape, Text) and len(value.shape.parts) == 1 and isinstance(value.shape.parts[0], Value):
        inner = value.shape.parts[0]
        return inner if inner.reasons or not value.reasons else Value(inner.shape, inner.confidence, value.reasons)
    return value


def fits(value: Value, spec: str) -> Value | None:
    """The alternative of a value that a specification names, None if there is none.

    `kernel` is a whole package of that family that nixpkgs built (or its `out`), `kernel:dev` one output of it,
    `kernel:whole` no output chosen, `kernel:custom` one that nixpkgs did not build, `kernel:overridden`;
    `kernel.makeFlags` an attribute of it; `set:kernel` a set it is a member of; `place:modules-tree`; `call:pkgs.f`.
    """
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
        return rest == "any" or shape.output == rest
    if isinstance(shape, PackageSet):
        return kind == "set" and rest == shape.family
    if isinstance(shape, Member):
        return spec == f"{shape.family}.{shape.name}"
    if isinstance(shape, Tree):
        return kind == "place" and rest == shape.place
    if isinstance(shape, Call):
        return kind == "call" and shape.function == rest
    return False


Predicate = Callable[[Any, Notes, list[Node], list[str], list[Node]], bool]


def _denotes(view: View, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#denotes? @node "kernel" ..`: the node's value is one of these, and the code around does not handle the split."""
    for node in nodes:
        value = view.value(node)
        found = next((hit for spec in words if (hit := fits(value, spec)) is not None), None)
        if found is None or view.handled(node):
            return False
        notes.value = found
    return True


def _path(view: View, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#path? @node "lib/modules/**" "!lib/modules/*/build/**"`: one of the paths below the node's value fits."""
    for node in nodes:
        for use in view.paths(node):
            if pathuse.matches(use.path, words):
                notes.path, notes.places, notes.confident_path = use.path, use.places, True
                return True
    return False


def _into(view: Any, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#into? @node "*.makeModulesClosure{kernel}" "!.."`: the node's value goes to one of these receivers."""
    if not isinstance(view, NixView):
        return False
    for node in nodes:
        sink = flow.goes_into(view.ev, node, tuple(words), renamed=notes.value is None)
        if sink is None:
            return False
        notes.sink = sink
    return True


def _alone(view: Any, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#alone? @node "kernel:modules"`: no list that the node's value travels in has such an element too."""
    if not isinstance(view, NixView):
        return False
    for node in nodes:
        for sink in flow.sinks(view.ev, node):
            for inner in sink.lists:
                whole = view.ev.value(outermost_list(view.ev, inner)).shape
                items = whole.items if isinstance(whole, Listing) else ()
                if any(fits(item, spec) is not None for item in items for spec in words):
                    return False
    return True


def outermost_list(ev: Evaluator, node: Node) -> Node:
    """The whole `a ++ [ .. ] ++ b` that a list is an operand of."""
    parent = ev.scopes.parent(node)
    while parent is not None and parent.type in ("binary_expression", "parenthesized_expression", "with_expression"):
        sign = parent.child_by_field_name("operator")
        if parent.type == "binary_expression" and (sign is None or nix.node_text(sign) != "++"):
            break
        node, parent = parent, ev.scopes.parent(parent)
    return node


def _text(view: View, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#text? @node "regex" "!regex"`: the text of a string, variables filled in, unknown text as NUL, contains these."""
    for node in nodes:
        text = view.text(node)
        for word in words:
            wanted = not word.startswith("!")
            if (re.search(word.removeprefix("!"), text) is not None) is not wanted:
                return False
    return True


def _says(view: View, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#says? @node "regex"`: the source of a node contains this, and only that part of it is underlined."""
    for node in nodes:
        found = next(_said(node, words[0]), None)
        if found is None:
            return False
        notes.span = (node.start_byte + found.start(), node.start_byte + found.end())
        notes.path = notes.path or found[0].decode("utf-8", "replace")
    return True


def _says_each(view: View, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#says-each? @node "regex" "!regex"`: as `#says?`, but every place is a finding; the source must not fit a `!` regex."""
    for node in nodes:
        if any(re.search(word[1:].encode(), node.text or b"") for word in words if word.startswith("!")):
            return False
        found = [one for word in words if not word.startswith("!") for one in _said(node, word)]
        if not found:
            return False
        notes.spans = tuple(sorted({(node.start_byte + one.start(), node.start_byte + one.end()) for one in found}))
    return True


def _said(node: Node, regex: str) -> Iterator[re.Match[bytes]]:
    """Where the source of a node fits a regex; what stands behind a `#` that begins a line of a string is a comment."""
    around = node.parent if node.type == "string_fragment" and node.parent is not None else node
    text = around.text or b""
    for found in re.finditer(regex.encode(), node.text or b""):
        at = node.start_byte - around.start_byte + found.start()
        line = text[text.rfind(b"\n", 0, at) + 1 : at]
        if not line.lstrip().startswith(b"#"):
            yield found


def _overrides(view: Any, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#overrides? @node "kernel" "postInstall"`: the node's value is one of these attributes in an override of such a package.

    An attribute name may have `*` in it; the code around must not ask for the new outputs first.
    """
    if not isinstance(view, NixView):
        return False
    spec, wanted = words[0], flow.name_pattern(tuple(words[1:]))
    for node in nodes:
        for override in overrides.overrides(view.ev, node):
            package = fits(override.package, spec)
            if package is None or wanted is None or wanted.fullmatch(override.attribute) is None:
                continue
            if not overrides.asks_first(view.ev, node, ("modules",)):
                notes.value, notes.confident_path = package, True
                notes.extra["attribute"] = override.attribute
                return True
    return False


def _is_a(view: View, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#is-a? @node "kernel:modules" ..`: as `#denotes?`, whatever the code around asks first."""
    for node in nodes:
        value = view.value(node)
        found = next((hit for spec in words if (hit := fits(value, spec)) is not None), None)
        if found is None:
            return False
        notes.value = found
    return True


def _guarded(view: Any, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#guarded? @node "commonMakeFlags"`: the code around asks first whether an attribute or output of that name is there."""
    return isinstance(view, NixView) and all(overrides.asks_first(view.ev, node, words) for node in nodes)


def _reads(view: View, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#reads? @node "postInstall"`: an attribute or variable of one of these names is read in the expression."""
    return all(overrides.reads(node, words) for node in nodes)


def _made_with(view: Any, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#made-with? @node "config" "configfile:path"`: the call in this file that made the node's package has such an argument.

    `:path` asks for an argument that is a path written out. True, too, where the call cannot be seen.
    """
    if not isinstance(view, NixView):
        return True
    for node in nodes:
        if any(overrides.made_with(view.ev, option, words) for option in alternatives(unwrapped(view.value(node)))):
            return True
    return False


def _in_call(view: Any, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#in-call? @node "regex"`: the source of a call that the node is an argument of, or part of one, contains this."""
    if not isinstance(view, NixView):
        return False
    return all(any(re.search(words[0], text) for text in overrides.call_texts(view.ev, node)) for node in nodes)


def _attribute(view: Any, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#attribute? @binding "object" "source"`: the last name of what a binding sets is one of these."""
    for node in nodes:
        path = node.child_by_field_name("attrpath")
        names = nix.attribute_names(path) if path is not None else ()
        if not names or names[-1] not in words:
            return False
    return True


def _called(view: Any, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#called? @function "*.makeModulesClosure"`: what is applied is that function, through aliases."""
    wanted = flow.name_pattern(tuple(words))
    if not isinstance(view, NixView) or wanted is None:
        return False
    return all(wanted.fullmatch(flow.function_name(view.ev, node)) is not None for node in nodes)


def _beside(view: Any, notes: Notes, nodes: list[Node], words: list[str], others: list[Node]) -> bool:
    """`#beside? @binding "allowMissing" "true"`: the set that a binding stands in has that attribute, fitting a regex."""
    name, regexes = words[0], words[1:]
    for node in nodes:
        found = sibling(view, node, name)
        if found is None or not all(re.search(regex, nix.node_text(found)) for regex in regexes):
            return False
    return True


def sibling(view: Any, node: Node, name: str) -> Node | None:
    """The binding or inherited name `name` in the set that a binding, inherit or attribute stands in."""
    scope: Node | None = node
    while scope is not None and scope.type not in nix.ATTRSETS:
        scope = view.ev.scopes.parent(scope)
    for entry in nix.bindings(scope) if scope is not None else ():
        if entry.type == "binding":
            path = entry.child_by_field_name("attrpath")
            if path is not None and nix.attribute_names(path)[:1] == (name,):
                return entry
        else:
            attrs = entry.child_by_field_name("attrs")
            for attr in attrs.children_by_field_name("attr") if attrs is not None else ():
                if nix.attribute_name(attr) == name:
                    return attr
    return None


PREDICATES: dict[str, Predicate] = {
    "denotes?": _denotes,
    "path?": _path,
    "into?": _into,
    "alone?": _alone,
    "text?": _text,
    "says?": _says,
    "says-each?": _says_each,
    "overrides?": _overrides,
    "is-a?": _is_a,
    "guarded?": _guarded,
    "reads?": _reads,
    "made-with?": _made_with,
    "in-call?": _in_call,
    "attribute?": _attribute,
    "called?": _called,
    "beside?": _beside,
}


def ask(
    view: Any, notes: Notes, name: str, args: Sequence[tuple[str, str]], captures: dict[str, list[Node]]
) -> bool:
    """One predicate of a query on one candidate match; `not-NAME?` is its opposite. Raises KeyError on an unknown name."""
    negated = name.startswith("not-") and name not in PREDICATES
    predicate = PREDICATES[name.removeprefix("not-") if negated else name]
    captured = [captures.get(word, []) for word, kind in args if kind == "capture"]
    nodes = captured[0] if captured else []
    words = [word for word, kind in args if kind == "string"]
    others = [node for more in captured[1:] for node in more]
    if negated:
        return not predicate(view, Notes(), nodes, words, others)
    return bool(nodes) and predicate(view, notes, nodes, words, others)


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

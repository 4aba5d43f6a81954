"""The vocabulary of rule queries: what `#denotes?`, `#path?`, `#into?` and their kin ask of a syntax node.

Each predicate is a function of a view (one language over one piece of source), the nodes captured, and
the strings written in the query. docs/rules.md documents them for authors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tree_sitter import Node

from splitlint.analysis.model.value import Listing, alternatives, unwrapped
from splitlint.analysis.model.world import name_pattern
from splitlint.analysis.nix import flow, list_reads, overrides, pathuse, sinks
from splitlint.analysis.nix.evaluate import Evaluator
from splitlint.matching.views import NixView, Notes, View, fits
from splitlint.syntax import nix

Predicate = Callable[[Any, Notes, list[Node], list[str]], bool]


def _denotes(view: View, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#denotes? @node "kernel" ..`: its value is one of these, and the code around does not handle the split."""
    for node in nodes:
        value = view.value(node)
        found = next((hit for spec in words if (hit := fits(value, spec)) is not None), None)
        if found is None or view.handled(node):
            return False
        notes.value = found
    return True


def _path(view: View, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#path? @node "lib/modules/**" "!lib/modules/*/build/**"`: one of the paths below the node's value fits."""
    for node in nodes:
        for use in view.paths(node):
            if pathuse.matches(use.path, words):
                notes.path, notes.places, notes.confident_path = use.path, use.places, True
                return True
    return False


def _into(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#into? @node "*.makeModulesClosure{kernel}" "!.."`: the node's value goes to one of these receivers."""
    if not isinstance(view, NixView):
        return False
    for node in nodes:
        sink = flow.goes_into(view.ev, node, tuple(words), renamed=notes.value is None)
        if sink is None:
            return False
        notes.sink = sink
    return True


def _alone(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
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


def _text(view: View, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#text? @node "regex" "!regex"`: its text contains these: variables filled in, unknown text as NUL."""
    for node in nodes:
        text = view.text(node)
        for word in words:
            wanted = not word.startswith("!")
            if (re.search(word.removeprefix("!"), text) is not None) is not wanted:
                return False
    return True


def _source_matches(view: View, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#source-matches? @node "regex"`: the source of a node contains this, and only that part of it is underlined."""
    for node in nodes:
        found = next(_said(node, words[0]), None)
        if found is None:
            return False
        notes.span = (node.start_byte + found.start(), node.start_byte + found.end())
        notes.path = notes.path or found[0].decode("utf-8", "replace")
    return True


def _source_matches_each(view: View, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#source-matches-each? @node "regex" "!regex"`: every place is a finding, if nothing fits a `!`."""
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


def _overrides(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#overrides? @node "kernel" "postInstall"`: its value is one of these attributes in an override of a package.

    An attribute name may have `*` in it; the code around must not ask for the new outputs first.
    """
    if not isinstance(view, NixView):
        return False
    spec, wanted = words[0], name_pattern(tuple(words[1:]))
    for node in nodes:
        for override in overrides.overrides(view.ev, node):
            package = fits(override.package, spec)
            if package is None or wanted is None or wanted.fullmatch(override.attribute) is None:
                continue
            if not overrides.asks_first(view.ev, node, view.ev.world.new_outputs):
                notes.value, notes.confident_path = package, True
                notes.extra["attribute"] = override.attribute
                return True
    return False


def _is_a(view: View, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#is-a? @node "kernel:modules" ..`: as `#denotes?`, whatever the code around asks first."""
    for node in nodes:
        value = view.value(node)
        found = next((hit for spec in words if (hit := fits(value, spec)) is not None), None)
        if found is None:
            return False
        notes.value = found
    return True


def _guarded(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#guarded? @node "commonMakeFlags"`: the code around asks first if there is such an attribute or argument."""
    return isinstance(view, NixView) and all(overrides.asks_first(view.ev, node, words, unset=True) for node in nodes)


def _reads(view: View, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#reads? @node "postInstall"`: an attribute or variable of one of these names is read in the expression."""
    return all(overrides.reads(node, words) for node in nodes)


def _made_with(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#made-with? @node "config" "configfile:path"`: the call in this file that made its package has such an argument.

    `:path` asks for an argument that is a path written out. True, too, where the call cannot be seen.
    """
    if not isinstance(view, NixView):
        return True
    for node in nodes:
        if any(overrides.made_with(view.ev, option, words) for option in alternatives(unwrapped(view.value(node)))):
            return True
    return False


def _in_call(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#in-call? @node "regex"`: the source of a call that the node is (part of) an argument of contains this."""
    if not isinstance(view, NixView):
        return False
    return all(any(re.search(words[0], text) for text in overrides.call_texts(view.ev, node)) for node in nodes)


def _within(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#within? @node "runInLinuxVM"`: the node is written somewhere in an argument of a function of that name."""
    if not isinstance(view, NixView):
        return False
    return all(any(name in words for name in overrides.calls_around(view.ev, node)) for node in nodes)


def _attribute(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#attribute? @binding "object" "source"`: the last name of what a binding sets is one of these."""
    for node in nodes:
        path = node.child_by_field_name("attrpath")
        names = nix.attribute_names(path) if path is not None else ()
        if not names or names[-1] not in words:
            return False
    return True


def _shell_reads(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#shell-reads? @node`: some string of the file reads a path below a variable called as the node's attribute is.

    Quick, and asked first: most attributes are read by no script.
    """
    if not isinstance(view, NixView):
        return False
    return all(attribute_of(node) in view.ev.read_by_shell for node in nodes)


def _read_as_string(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#read-as-string? @value`: scripts beside a binding read its list as `$name`; every such place is a finding."""
    if not isinstance(view, NixView):
        return False
    notes.spans = tuple(sorted({span for node in nodes for span in list_reads.read_as_string(view.ev, node)}))
    return bool(notes.spans)


def attribute_of(node: Node) -> str | None:
    """The last name of the attribute that a node is the value of, or that it inherits."""
    if node.type == "identifier":
        return nix.node_text(node)
    path = node.parent.child_by_field_name("attrpath") if node.parent is not None else None
    return nix.attribute_names(path)[-1] if path is not None else None


def _called(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#called? @function "*.makeModulesClosure"`: what is applied is that function, through aliases."""
    wanted = name_pattern(tuple(words))
    if not isinstance(view, NixView) or wanted is None:
        return False
    return all(wanted.fullmatch(sinks.function_name(view.ev, node)) is not None for node in nodes)


def _beside(view: Any, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#beside? @binding "allowMissing" "true"`: the set that a binding is in has that attribute; it fits a regex."""
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
    "source-matches?": _source_matches,
    "source-matches-each?": _source_matches_each,
    "overrides?": _overrides,
    "is-a?": _is_a,
    "guarded?": _guarded,
    "reads?": _reads,
    "made-with?": _made_with,
    "in-call?": _in_call,
    "within?": _within,
    "shell-reads?": _shell_reads,
    "read-as-string?": _read_as_string,
    "attribute?": _attribute,
    "called?": _called,
    "beside?": _beside,
}


def ask(view: Any, notes: Notes, name: str, args: Sequence[tuple[str, str]], captures: dict[str, list[Node]]) -> bool:
    """One predicate of a query on one candidate match; `not-NAME?` is its opposite.

    Raises KeyError on an unknown name.
    """
    negated = name.startswith("not-") and name not in PREDICATES
    predicate = PREDICATES[name.removeprefix("not-") if negated else name]
    captured = [captures.get(word, []) for word, kind in args if kind == "capture"]
    nodes = captured[0] if captured else []
    words = [word for word, kind in args if kind == "string"]
    if negated:
        return not predicate(view, Notes(), nodes, words)
    return bool(nodes) and predicate(view, notes, nodes, words)

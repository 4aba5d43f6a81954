"""The vocabulary of rule queries: what `#denotes?`, `#path?`, `#into?` and their kin ask of a syntax node.

Each predicate is a function of a view (one language over one piece of source), the nodes captured, and
the strings written in the query. docs/rules.md documents them for authors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tree_sitter import Node

from splitlint.analysis.model import paths
from splitlint.analysis.model.alternatives import alternatives, unwrapped
from splitlint.analysis.model.families import name_pattern
from splitlint.analysis.model.values import Attrs, Derivation, Literal, Made, Package, Unknown, Value
from splitlint.matching import list_reads, syntax_around
from splitlint.matching.sink_patterns import fits_one
from splitlint.matching.views import NixView, Notes, fits, function_name, loses_files
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import nix
from splitlint.syntax.parents import parent_of

_ORDINARY = lazy_pattern(r"Phase$|^(?:pre|post)[A-Z]|^(?:outputs|buildCommand|installTargets)$")

Predicate = Callable[[Any, Notes, list[Node], list[str]], bool]


def _denotes(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#denotes? @node "package" ..`: where it is run, its value is one of these."""
    for node in nodes:
        if not view.may_fit(node):
            return False
        value = view.value(node)
        found = next((hit for spec in words if (hit := fits(value, spec)) is not None), None)
        if found is None:
            return False
        notes.value = view.file.shown(found)
    return True


def _path(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#path? @node "share/frob/**" "!share/frob/*/doc/**"`: one of the paths below the node's value fits."""
    for node in nodes:
        for use in view.uses(node):
            for path in paths.word(use.path)[0] if use.path else [""]:
                if paths.matches(path, words):
                    notes.path, notes.use, notes.confident_path = path, use, True
                    return True
        for path in _written_below(view, node):
            if paths.matches(path, words):
                notes.path = path
                return True
    return False


def _written_below(view: NixView, node: Node) -> list[str]:
    """The paths written right behind an interpolation of something that is no package."""
    around = parent_of(node)
    if view.uses(node) or around is None or around.type != "interpolation":
        return []
    rest = view.source.data[around.end_byte : around.end_byte + 300].decode("utf-8", "replace")
    return paths.word(rest)[0]


def _into(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#into? @node "*.makeFrobIndex{frob}" "!.."`: the node's value goes to one of these receivers."""
    for node in nodes:
        found = [use for use in view.uses(node) if fits_one(use.sink, words)]
        if not found:
            return False
        notes.sink, notes.use = found[0].sink, found[0]
    return True


def _alone(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#alone? @node "frob:data"`: no list that the node's value travels in has such an element too."""
    for node in nodes:
        for use in view.uses(node):
            if any(fits(item(), spec) is not None for item in use.company for spec in words):
                return False
    return True


def _text(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#text? @node "regex" "!regex"`: its text contains these: variables filled in, unknown text as NUL."""
    for node in nodes:
        text = view.text(node)
        for word in words:
            wanted = not word.startswith("!")
            if (re.search(word.removeprefix("!"), text) is not None) is not wanted:
                return False
    return True


def _source_matches(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#source-matches? @node "regex"`: the source of a node contains this, and only that part of it is underlined."""
    for node in nodes:
        found = next(_said(node, words[0]), None)
        if found is None:
            return False
        notes.span = (node.start_byte + found.start(), node.start_byte + found.end())
        notes.path = notes.path or found[0].decode("utf-8", "replace")
    return True


def _source_matches_each(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#source-matches-each? @node "regex" "!regex"`: as `#source-matches?`, but every place is a finding.

    Nothing is found where something fits a `!` regex.
    """
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
    around = (parent_of(node) if node.type == "string_fragment" else None) or node
    text = around.text or b""
    for found in re.finditer(regex.encode(), node.text or b""):
        at = node.start_byte - around.start_byte + found.start()
        line = text[text.rfind(b"\n", 0, at) + 1 : at]
        if not line.lstrip().startswith(b"#"):
            yield found


def _overrides(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#overrides? @node "package" "postInstall"`: its value is one of these attributes in an override of a package.

    An attribute name may have `*` in it.
    """
    spec, wanted = words[0], name_pattern(tuple(words[1:]))
    for node in nodes:
        for override in view.overrides(node):
            package = fits(override.package, spec)
            if package is not None and wanted.fullmatch(override.attribute) is not None and view.is_run(node):
                # An ordinary phase may be that of whatever is called so.
                notes.value = view.file.shown(package)
                notes.confident_path = bool(notes.path) or _ORDINARY.search(override.attribute) is None
                notes.extra["attribute"] = override.attribute
                return True
    return False


def _was_a(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#was-a? @node "frob:dev" ..`: as `#denotes?`, in a nixpkgs from before the split."""
    return all(any(fits(view.value_before(node), spec) is not None for spec in words) for node in nodes)


def _loses(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#loses? @node`: before the split the node was an output that never had what is in the one that it is now."""
    return all(loses_files(view, node) for node in nodes)


def _runs_before(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#runs-before? @node`: the code is run in a nixpkgs from before the split too: nothing around it asks first."""
    return all(view.runs_before(node) for node in nodes)


def _reads(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#reads? @node "postInstall"`: an attribute or variable of one of these names is read in the expression."""
    return all(syntax_around.reads(node, words) for node in nodes)


def _made_with(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#made-with? @node "config" "configfile:path"`: the call in this file that made its package has such an argument.

    `:path` asks for an argument that is a path written out. True, too, where the call cannot be seen.
    """
    for node in nodes:
        if any(_is_made_with(option, words) for option in alternatives(unwrapped(view.value(node)))):
            return True
    return False


def _in_call(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#in-call? @node "regex"`: the source of a call that the node is (part of) an argument of contains this."""
    return all(any(re.search(words[0], text) for text in syntax_around.call_texts(node)) for node in nodes)


def _within(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#within? @node "runInLinuxVM"`: the node is written somewhere in an argument of a function of that name."""
    return all(any(name in words for name in syntax_around.calls_around(node)) for node in nodes)


def _passes_on(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#passes-on? @script "makeFlags"`: a script passes an array on as `$makeFlags`; every such place is a finding."""
    names = frozenset(words)
    spans = {span for node in nodes for span in list_reads.passed_on(node, view.source, names)}
    notes.spans = tuple(sorted(spans))
    return bool(notes.spans)


def _attribute(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#attribute? @binding "object" "source"`: the last name of what a binding sets is one of these."""
    for node in nodes:
        path = node.child_by_field_name("attrpath")
        names = nix.attribute_names(path) if path is not None else ()
        if not names or names[-1] not in words:
            return False
    return True


def _read_as_string(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#read-as-string? @value`: scripts beside a binding read its list as `$name`; every such place is a finding."""
    notes.spans = tuple(sorted({span for node in nodes for span in list_reads.read_as_string(view, node)}))
    return bool(notes.spans)


def _called(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#called? @function "*.makeFrobIndex"`: what is applied is that function, through aliases."""
    wanted = name_pattern(tuple(words))
    return all(wanted.fullmatch(function_name(view, node)) is not None for node in nodes)


def _is_made_with(value: Value, names: list[str]) -> bool:
    """Whether what made a package was given one of these arguments; `NAME:path` only where it is a path written out.

    `by:NAME` is the function that made it. True, too, where the call or all of its arguments cannot be seen.
    """
    shape = value.shape
    if isinstance(shape, Derivation):
        maker, given = shape.maker, shape.attributes
    elif isinstance(shape, Package) and shape.made is not None:
        maker, given = shape.made.function, _all_given(shape, shape.made)
    else:
        return True
    if f"by:{maker.rpartition('.')[2]}" in names or given is None or given.open:
        return True
    for word in names:
        name, _, kind = word.partition(":")
        thunk = given.names.get(name)
        if thunk is None:
            continue
        found = thunk().shape
        if not kind or isinstance(found, Unknown) or (isinstance(found, Literal) and found.kind == kind):
            return True
    return False


def _all_given(package: Package, made: Made) -> Attrs | None:
    """What a maker was given, one set behind the other, and what overrides put in; None where a set is not known."""
    sets = [argument().shape for argument in made.arguments]
    known = [one for one in sets if isinstance(one, Attrs)]
    if not known or len(known) < len(sets):
        return None
    known += [package.attributes] if package.attributes is not None else []
    names = {name: thunk for one in known for name, thunk in one.names.items()}
    return Attrs(names, any(one.open for one in known))


def _beside(view: NixView, notes: Notes, nodes: list[Node], words: list[str]) -> bool:
    """`#beside? @binding "allowMissing" "true"`: the set that a binding is in has that attribute; it fits a regex."""
    name, regexes = words[0], words[1:]
    for node in nodes:
        found = syntax_around.sibling(node, name)
        if found is None or not all(re.search(regex, nix.node_text(found)) for regex in regexes):
            return False
    return True


PREDICATES: dict[str, Predicate] = {
    "denotes?": _denotes,
    "path?": _path,
    "into?": _into,
    "alone?": _alone,
    "text?": _text,
    "source-matches?": _source_matches,
    "source-matches-each?": _source_matches_each,
    "overrides?": _overrides,
    "was-a?": _was_a,
    "loses?": _loses,
    "runs-before?": _runs_before,
    "reads?": _reads,
    "made-with?": _made_with,
    "in-call?": _in_call,
    "within?": _within,
    "read-as-string?": _read_as_string,
    "passes-on?": _passes_on,
    "attribute?": _attribute,
    "called?": _called,
    "beside?": _beside,
}


def ask(
    view: NixView, notes: Notes, name: str, args: Sequence[tuple[str, str]], captures: dict[str, list[Node]]
) -> bool:
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

"""Rewritings of sets and lists."""

from __future__ import annotations

from random import Random

from tree_sitter import Node

from splitlint.syntax import nix
from tests.variants.syntax import (
    SETS,
    Change,
    Changes,
    chosen,
    formals,
    has_comments,
    nodes,
    replaced,
    text,
)


def split_set(rng: Random, data: bytes, root: Node) -> Changes | None:
    """A set is joined from two, with `//` or `optionalAttrs`."""
    found = [node for node in nodes(root) if node.type == "attrset_expression" and len(list(nix.bindings(node))) > 1]
    node = chosen(rng, found)
    if node is None or has_comments(node):
        return None
    entries = list(nix.bindings(node))
    firsts = {text(one).partition("=")[0].partition(".")[0].strip() for one in entries if one.type == "binding"}
    if len(firsts) < sum(one.type == "binding" for one in entries):
        return None
    cut = rng.randrange(1, len(entries))
    left, right = (" ".join(map(text, part)) for part in (entries[:cut], entries[cut:]))
    joins = ["({{ {} }} // {{ {} }})"]
    if "lib" in formals(root):
        joins += ["({{ {} }} // lib.optionalAttrs true {{ {} }})", "(lib.mergeAttrs {{ {} }} {{ {} }})"]
    return [replaced(node, rng.choice(joins).format(left, right))]


def quoted(rng: Random, data: bytes, root: Node) -> Changes | None:
    """The name of an attribute stands in quotes."""
    found = (
        one
        for node in nodes(root)
        if node.type == "attrpath" and node.parent is not None and node.parent.type == "binding"
        for one in node.named_children
        if one.type == "identifier"
    )
    one = chosen(rng, found)
    return [replaced(one, f'"{text(one)}"')] if one is not None else None


def inherited(rng: Random, data: bytes, root: Node) -> Changes | None:
    """`name = x.name;` becomes `inherit (x) name;`, and `inherit name;` becomes `name = name;`."""
    found: list[Change] = []
    for node in nodes(root):
        if node.type == "inherit" and node.parent is not None and node.parent.parent is not None:
            attrs = node.child_by_field_name("attrs")
            names = [text(one) for one in attrs.named_children] if attrs is not None else []
            if node.parent.parent.type == "attrset_expression" and len(names) == 1:
                found.append(replaced(node, f"{names[0]} = {names[0]};"))
        if node.type == "inherit_from":
            source, attrs = node.child_by_field_name("expression"), node.child_by_field_name("attrs")
            names = [text(one) for one in attrs.named_children] if attrs is not None else []
            if source is not None and names:
                first, rest = names[0], names[1:]
                kept = f"inherit ({text(source)}) {' '.join(rest)};" if rest else ""
                found.append(replaced(node, f"{first} = ({text(source)}).{first}; {kept}"))
        if node.type == "binding":
            path, value = node.child_by_field_name("attrpath"), node.child_by_field_name("expression")
            if path is not None and value is not None and value.type == "select_expression":
                before, _, last = text(value).rpartition(".")
                if last == text(path) and " or " not in text(value):
                    found.append(replaced(node, f"inherit ({before}) {last};"))
    return [rng.choice(found)] if found else None


def split_list(rng: Random, data: bytes, root: Node) -> Changes | None:
    """A list is joined from two, with `++`, `optionals`, `flatten`."""
    node = chosen(rng, (node for node in nodes(root) if node.type == "list_expression" and node.named_child_count))
    if node is None or has_comments(node):
        return None
    elements = [text(one) for one in node.named_children]
    cut = rng.randrange(len(elements) + 1)
    left, right = " ".join(elements[:cut]), " ".join(elements[cut:])
    joins = ["([ {} ] ++ [ {} ])"]
    if "lib" in formals(root):
        joins += [
            "([ {} ] ++ lib.optionals true [ {} ])",
            "(lib.flatten [ {} [ {} ] ])",
            "(lib.concatLists [ [ {} ] [ {} ] ])",
        ]
    return [replaced(node, rng.choice(joins).format(left, right))]


def nested(rng: Random, data: bytes, root: Node) -> Changes | None:
    """`a.b = value;` becomes `a = { b = value; };`."""
    found = []
    for node in nodes(root):
        if node.type not in SETS:
            continue
        paths = [one.child_by_field_name("attrpath") for one in nix.bindings(node) if one.type == "binding"]
        firsts = [nix.attribute_names(path)[0] for path in paths if path is not None]
        for path in paths:
            if path is not None and len(path.named_children) > 1 and firsts.count(nix.attribute_names(path)[0]) == 1:
                found.append(path)
    path = chosen(rng, found)
    entry = path.parent if path is not None else None
    value = entry.child_by_field_name("expression") if entry is not None else None
    if path is None or entry is None or value is None:
        return None
    first, rest = path.named_children[0], path.named_children[1:]
    tail = data[rest[0].start_byte : entry.end_byte].decode()
    return [replaced(entry, f"{text(first)} = {{ {tail} }};")]


def made_recursive(rng: Random, data: bytes, root: Node) -> Changes | None:
    """A set is recursive, where none of its names is read in it."""
    found = []
    for node in nodes(root):
        if node.type != "attrset_expression":
            continue
        own = {name for entry in nix.bindings(node) for name in _entry_names(entry)}
        read = {text(one) for one in nodes(node) if one.type == "variable_expression"}
        if own and not own & read and not any(entry.type == "inherit" for entry in nix.bindings(node)):
            found.append(node)
    one = chosen(rng, found)
    return [Change(one.start_byte, one.start_byte, "rec ")] if one is not None else None


def _entry_names(entry: Node) -> list[str]:
    path, attrs = entry.child_by_field_name("attrpath"), entry.child_by_field_name("attrs")
    if path is not None:
        return [text(path.named_children[0]).strip('"')]
    return [text(one) for one in attrs.named_children] if attrs is not None else []

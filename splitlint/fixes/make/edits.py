"""Edits of Nix source for one change each: an inherited name, an element of a list, a name in the formals."""

from __future__ import annotations

from tree_sitter import Node

from splitlint.files.source import Source
from splitlint.findings.finding import Edit
from splitlint.syntax import nix
from splitlint.syntax.parents import parent_of

#: What a name, a keyword or a number is written with.
_IN_WORDS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_'-")


def replace(source: Source, node: Node, text: str) -> Edit:
    """Put `text` where a node is, with a space where it would grow together with its neighbours: `else(a)`."""
    data, new = source.data, text.encode()
    before = " " if _is_word(new[:1]) and _is_word(data[max(node.start_byte - 1, 0) : node.start_byte]) else ""
    after = " " if _is_word(new[-1:]) and _is_word(data[node.end_byte : node.end_byte + 1]) else ""
    return Edit(source.path, node.start_byte, node.end_byte, f"{before}{text}{after}")


def _is_word(byte: bytes) -> bool:
    return bool(byte) and byte[0] in _IN_WORDS


def replace_inherited(source: Source, identifier: Node, bound_to: str, name: str = "") -> tuple[Edit, ...]:
    """Bind an inherited name instead: `inherit a frob;` becomes `inherit a; frob = ..;`.

    `name` is what to call it, its own name if empty. Comments stay where they are.
    """
    attrs = parent_of(identifier)
    entry = parent_of(attrs)
    if attrs is None or entry is None:
        return ()
    binding = f"{name or nix.node_text(identifier)} = {bound_to};"
    others = [one for one in attrs.children_by_field_name("attr") if one.id != identifier.id]
    comments = [one for one in (*entry.children, *attrs.children) if one.type == "comment"]
    if not others:
        # A name that is bound needs no `inherit` without names beside it, which the grammar takes for an error.
        kept = "".join(f"{text}\n" if (text := nix.node_text(one)).startswith("#") else f"{text} " for one in comments)
        return (replace(source, entry, kept + binding),)
    removal = Edit(source.path, *_with_space(source, identifier, attrs), "")
    at, separator = place_after(source, entry)
    return (removal, Edit(source.path, at, at, separator + binding))


def remove_inherited(source: Source, identifier: Node) -> Edit:
    """Take a name out of an `inherit`; all of that, if it has no other."""
    attrs = parent_of(identifier)
    entry = parent_of(attrs)
    if attrs is None or entry is None or attrs.child_count == 1:
        return remove_entry(source, entry if entry is not None else identifier)
    return Edit(source.path, *_with_space(source, identifier, attrs), "")


def joined(source: Source, *changes: Edit) -> Edit:
    """Changes of one file as a single one, which excludes others between them."""
    first, *rest = sorted(changes)
    text, end = first.text, first.end
    for one in rest:
        text += source.text(end, one.start) + one.text
        end = one.end
    return Edit(first.path, first.start, end, text)


def _with_space(source: Source, name: Node, attrs: Node) -> tuple[int, int]:
    """The bytes of one inherited name and of the space before it; the space after it where a comment ends before."""
    before, after = name.prev_sibling or attrs.prev_sibling, name.next_sibling or attrs.next_sibling
    if before is None or after is None:
        return name.start_byte, name.end_byte
    if before.type == "comment" and b"\n" not in source.data[name.end_byte : after.start_byte]:
        return name.start_byte, after.start_byte
    return before.end_byte, name.end_byte


def place_after(source: Source, entry: Node) -> tuple[int, str]:
    """Where a further entry of a set goes, and what stands before it: a new line where entries have their own."""
    line_start = source.data.rfind(b"\n", 0, entry.start_byte) + 1
    indent = source.data[line_start : entry.start_byte]
    line_end = source.data.find(b"\n", entry.end_byte)
    rest = source.data[entry.end_byte : line_end if line_end >= 0 else len(source.data)].strip()
    if indent.strip() or (rest and not rest.startswith(b"#")):
        return entry.end_byte, " "
    end = line_end if line_end >= 0 else len(source.data)
    end -= source.data[end - 1 : end] == b"\r"
    return end, "\n" + indent.decode("utf-8", "replace")


def add_element(source: Source, element: Node, text: str) -> Edit:
    """Put another element behind one of a list: on a line of its own where that one is."""
    at, separator = place_after(source, element)
    if separator.startswith("\n"):
        return Edit(source.path, at, at, separator + text)
    return Edit(source.path, element.end_byte, element.end_byte, " " + text)


def add_formal(source: Source, function: Node, name: str) -> Edit | None:
    """Let a function with formals take one more argument, in the layout of the others; None if it takes none."""
    formals = function.child_by_field_name("formals")
    if formals is None or not formals.named_children:
        return None
    first = formals.named_children[0]
    between = source.data[formals.start_byte + 1 : first.start_byte]
    comma_leads = (
        first.next_sibling is not None and b"\n" in source.data[first.end_byte : first.next_sibling.start_byte]
    )
    if comma_leads:
        line_start = source.data.rfind(b"\n", 0, formals.start_byte) + 1
        indent = source.data[line_start : formals.start_byte]
        indent = indent if not indent.strip() else b""
        return Edit(source.path, first.start_byte, first.start_byte, f"{name}\n{indent.decode()}, ")
    separator = between.decode("utf-8", "replace") if b"\n" in between and b"#" not in between else " "
    return Edit(source.path, first.start_byte, first.start_byte, f"{name},{separator}")


def remove_entry(source: Source, entry: Node) -> Edit:
    """Take an entry out of a set, with its line where it has that for itself."""
    line_start = source.data.rfind(b"\n", 0, entry.start_byte) + 1
    line_end = source.data.find(b"\n", entry.end_byte)
    alone = not source.data[line_start : entry.start_byte].strip()
    if alone and line_end >= 0 and not source.data[entry.end_byte : line_end].strip():
        return Edit(source.path, line_start, line_end + 1, "")
    before = entry.prev_sibling or (around.prev_sibling if (around := parent_of(entry)) is not None else None)
    start = before.end_byte if before is not None and before.type != "comment" else entry.start_byte
    return Edit(source.path, start, entry.end_byte, "")

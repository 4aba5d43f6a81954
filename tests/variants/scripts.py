"""Rewritings of scripts: lines that have nothing to do with the kernel, and such that use it otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from tree_sitter import Node

from tests.variants.syntax import Change, Changes, nodes, text

#: How the path below a package is cut off again, or compared with.
STRIPS = (
    'echo "$f" | sed "s|${{{}}}||"',
    "echo ''${{f#${{{}}}/}}",
    "realpath --relative-to=${{{}}} $f",
    "case $f in ${{{}}}/*) ;; esac",
    '[[ $f == "${{{}}}"* ]] || exit 1',
    "awk -v root=${{{}}} '{{ print root }}' $f",
)
_COMMANDS = re.compile(r"^\s*(?:cp|find|ln|mkdir|for|make|tar|ls|cd|set|export|exec)\b", re.MULTILINE)


def script_lines(rng: Random, data: bytes, root: Node) -> Changes | None:
    """A script has another line: a comment, a command that has nothing to do with it."""
    found = []
    for node in nodes(root):
        if node.type == "string_fragment" and node.parent is not None and node.parent.type.startswith("indented"):
            lines = re.finditer(rb"(?<!\\)\n(?=([ \t]*)\w)", node.text or b"")
            is_python = "succeed(" in text(node.parent)
            found += [(node.start_byte + line.end(), line[1].decode(), is_python) for line in lines]
    if not found:
        return None
    at, indent, is_python = rng.choice(found)
    commands = ["# remark", ""] if is_python else ["# remark", "echo hello", "", "set -e", "mkdir -p $out"]
    return [Change(at, at, f"{indent}{rng.choice(commands)}\n")]


def stripped(rng: Random, data: bytes, root: Node) -> Changes | None:
    """A path below the kernel is cut off again in the script that reads it."""
    return _line(rng, data, root, rng.choice(STRIPS))


def image_too(rng: Random, data: bytes, root: Node) -> Changes | None:
    """The image is taken from what the modules are taken from."""
    return _line(rng, data, root, "cp ${{{}}}/bzImage $out/")


def _line(rng: Random, data: bytes, root: Node, form: str) -> Changes | None:
    """One more line behind one that reads the modules of an expression."""
    found = list(_readers(data, root))
    if not found:
        return None
    written, at = rng.choice(found)
    return [Change(at, at, f"  {form.format(written)}\n")]


def _readers(data: bytes, root: Node) -> Iterator[tuple[str, int]]:
    """What is put into a script before `/lib`, and where the next line of the script begins."""
    for node in nodes(root):
        string = node.parent
        if node.type != "interpolation" or string is None or string.type != "indented_string_expression":
            continue
        if not _COMMANDS.search(text(string)):
            continue
        inner = node.child_by_field_name("expression")
        end = data.find(b"\n", node.end_byte, string.end_byte)
        if inner is None or end < 0 or data[end - 1 : end] == b"\\":
            continue
        if data[node.end_byte : node.end_byte + 4] == b"/lib" and b"\n" not in (inner.text or b""):
            yield text(inner), end + 1


def is_consistent(written: str) -> bool:
    """Whether what is cut off again in a script is what the paths there begin with."""
    strips = set()
    for form in STRIPS:
        before, after = (part.replace("{{", "{").replace("}}", "}") for part in form.split("{{{}}}"))
        strips |= set(re.findall(re.escape(before) + r"\{(.*?)\}" + re.escape(after), written))
    readers = {found[1] for found in re.finditer(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}/lib", written)}
    return not strips or strips <= readers

"""Asking what Nix code means, for tests: the place to ask about stands between « and », the answer is one line.

An answer names the shape: `kernel`, `kernel:dev`, `kernel custom`, `set:kernel`, `kernel.makeFlags`,
`place:modules-tree`, `pkgs.hello`, `"${kernel}/lib"` (`…` for text that is not known), `[kernel …]`, `{ a b … }`,
`a | b`, `call pkgs.f`, `function`, `boolean true`, `?`. Behind it stands how sure it is, where that is not high:
`kernel (medium)`.
"""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

from splitlint.analysis.model.value import (
    Attrs,
    Call,
    Function,
    Global,
    Hole,
    Listing,
    Literal,
    Member,
    Package,
    PackageSet,
    Text,
    Tree,
    Union,
    Value,
)
from splitlint.analysis.nix.evaluate import Evaluator
from splitlint.analysis.project.project import Project
from splitlint.checking.check import world
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.syntax import nix

RULE_SET = load_rules([default_folder()])
WORLD = world(RULE_SET)


def unmarked(code: str) -> tuple[str, int, int]:
    """Code without its « and », and the byte offsets of what stood between them; of all of it if there are none."""
    before, mark, rest = code.partition("«")
    if not mark:
        return code, 0, len(code.encode())
    asked, _, after = rest.partition("»")
    start = len(before.encode())
    return before + asked + after, start, start + len(asked.encode())


def expression_at(ev: Evaluator, start: int, end: int) -> Node:
    """The outermost expression that is exactly these bytes (but for white space at its ends)."""
    data = ev.source.data
    while data[start : start + 1].isspace():
        start += 1
    while data[end - 1 : end].isspace():
        end -= 1
    node = ev.tree.root_node.descendant_for_byte_range(start, end)
    assert node is not None
    while node.parent is not None and (node.parent.start_byte, node.parent.end_byte) == (start, end):
        node = node.parent
    assert (node.start_byte, node.end_byte) == (start, end), f"no expression is {data[start:end]!r}"
    return node


def project_of(files: Mapping[str, str]) -> Project:
    """The project that some files make; all of them are related."""
    data = {path: unmarked(text)[0].encode() for path, text in files.items()}
    return Project(WORLD, lambda: [path for path in data if path.endswith(".nix")], data.get)


def evaluator(code: str, path: str = "case.nix", project: Project | None = None) -> Evaluator:
    """The evaluator of a file; the marks are taken out."""
    data = unmarked(code)[0].encode()
    ev = Evaluator(Source(path, data), nix.parse(data), WORLD, project)
    if project is not None:
        project.adopt(ev)
    return ev


def value_in(code: str, path: str = "case.nix", project: Project | None = None) -> Value:
    """The value of the marked expression of a file."""
    ev = evaluator(code, path, project)
    return ev.value(expression_at(ev, *unmarked(code)[1:]))


def means(code: str) -> str:
    """What the marked expression of a file on its own denotes, in words."""
    return told(value_in(code))


def means_in(files: Mapping[str, str], path: str) -> str:
    """What the marked expression of one file among others denotes, in words."""
    return told(value_in(files[path], path, project_of(files)))


def told(value: Value) -> str:
    """A value in words, with how sure it is."""
    unsure = "" if value.confidence is Confidence.HIGH or shape_in_words(value) == "?" else f" ({value.confidence})"
    return shape_in_words(value) + unsure


def shape_in_words(value: Value) -> str:
    """A value's shape in words."""
    match value.shape:
        case Package(family, output, custom, overridden):
            words = [family + (f":{output}" if output else ""), "custom" * custom, "overridden" * overridden]
            return " ".join(word for word in words if word)
        case PackageSet(family, _, member):
            return f"set:{family}" + (f" of {shape_in_words(member)}" if member is not None else "")
        case Member(family, name):
            return f"{family}.{name}"
        case Tree(place):
            return f"place:{place}"
        case Global():
            return value.shape.dotted
        case Text(parts):
            return '"' + "".join(map(_part, parts)) + '"'
        case Listing(items, is_open):
            return "[" + " ".join([*map(shape_in_words, items), *["…"] * is_open]) + "]"
        case Attrs(names, is_open):
            return "{ " + " ".join([*sorted(names), *["…"] * is_open]) + " }"
        case Call(function):
            return f"call {function}"
        case Union(options):
            return " | ".join(map(told, options))
        case Literal(kind, text):
            return f"{kind} {text}"
        case Function():
            return "function"
    return "?"


def _part(part: str | Value | Hole) -> str:
    if isinstance(part, str):
        return part
    return "…" if isinstance(part, Hole) else "${" + shape_in_words(part) + "}"

"""Asking what Nix code means, for tests: the place to ask about stands between « and », the answer is one line.

An answer names the shape: `kernel`, `kernel:dev`, `kernel custom`, `set:kernel`, `kernel.makeFlags`,
`place:modules-tree`, `pkgs.hello`, `"${kernel}/lib"` (`…` for text that is not known), `[kernel …]`, `{ a b … }`,
`a | b`, `call pkgs.f`, `made by pkgs.runCommand`, `function`, `boolean true`, `failure`, `?`. Behind it stands how sure
it is, where that is not high: `kernel (medium)`. What is never run in the world after the splits is `dead`.
"""

from __future__ import annotations

from collections.abc import Mapping

from splitlint.analysis.model.texts import HOLE_MARK
from splitlint.analysis.model.uses import Argument, Attribute, Use
from splitlint.analysis.model.values import (
    Attrs,
    Call,
    Closure,
    Content,
    Derivation,
    Failure,
    Global,
    Listing,
    Literal,
    Member,
    Native,
    Package,
    PackageSet,
    Text,
    Tree,
    Union,
    Value,
)
from splitlint.analysis.nix.analyse import NixFile, analyse
from splitlint.analysis.project.repository import Repository
from splitlint.checking.prepared import prepared
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence
from splitlint.matching.use_tables import asked_by
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.syntax import nix

RULE_SET = load_rules([default_folder()])
WORLD = prepared(RULE_SET).world
ASKED = asked_by(RULE_SET.rules)


def unmarked(code: str) -> tuple[str, int, int]:
    """Code without its « and », and the byte offsets of what stood between them; of all of it if there are none."""
    before, mark, rest = code.partition("«")
    if not mark:
        return code, 0, len(code.encode())
    asked, _, after = rest.partition("»")
    start = len(before.encode())
    return before + asked + after, start, start + len(asked.encode())


def marked_span(code: str) -> tuple[int, int]:
    """The bytes of the marked expression, without white space and parentheses around it."""
    text, start, end = unmarked(code)
    data = text.encode()
    while data[start : start + 1].isspace():
        start += 1
    while data[end - 1 : end].isspace():
        end -= 1
    node = nix.parse(data).root_node.named_descendant_for_byte_range(start, end)
    assert node is not None
    while node.type == "parenthesized_expression" and (node.start_byte, node.end_byte) == (start, end):
        inner = node.child_by_field_name("expression")
        assert inner is not None
        node, start, end = inner, inner.start_byte, inner.end_byte
    return start, end


def repository_of(files: Mapping[str, str]) -> Repository:
    """The repository that some files make; all of its Nix files are related."""
    data = {path: unmarked(text)[0].encode() for path, text in files.items()}
    return Repository(lambda: [path for path in data if path.endswith(".nix")], data.get)


def analysed(code: str, path: str = "case.nix", repository: Repository | None = None) -> NixFile:
    """What is known of a file; the marks are taken out."""
    source = Source(path, unmarked(code)[0].encode())
    return analyse(source, WORLD, repository, asked=ASKED)


def value_in(code: str, path: str = "case.nix", repository: Repository | None = None) -> Value:
    """The value of the marked expression of a file."""
    file = analysed(code, path, repository)
    return file.shown(file.places.values(*marked_span(code)))


def means(code: str) -> str:
    """What the marked expression of a file on its own denotes, in words."""
    return means_in({"case.nix": code}, "case.nix")


def means_in(files: Mapping[str, str], path: str) -> str:
    """What the marked expression of one file among others denotes, in words."""
    file = analysed(files[path], path, repository_of(files))
    span = marked_span(files[path])
    return told(file.shown(file.places.values(*span))) if file.places.is_run(*span) else "dead"


def uses_of(code: str) -> list[Use]:
    """The uses of the marked expression of a file on its own."""
    return uses_in({"case.nix": code}, "case.nix")


def uses_in(files: Mapping[str, str], path: str) -> list[Use]:
    """The uses of the marked expression of one file among others."""
    start, end = marked_span(files[path])
    found = analysed(files[path], path, repository_of(files)).uses
    return [use for use in found if (use.place.path, use.place.start, use.place.end) == (path, start, end)]


def paths_of(code: str) -> list[str]:
    """The paths below the marked expression in texts and scripts, each once; `…` for text that is not known."""
    found = (use.path for use in uses_of(code) if not isinstance(use.sink, Argument | Attribute))
    return list(dict.fromkeys(path.replace(HOLE_MARK, "…") for path in found))


def told(value: Value) -> str:
    """A value in words, with how sure it is."""
    return _told(value, 0)


#: What stands deeper in a value is told as `…`: a list may hold itself.
_DEEPEST = 6


def _told(value: Value, depth: int) -> str:
    words = shape_in_words(value, depth)
    return words if value.confidence is Confidence.HIGH or words == "?" else f"{words} ({value.confidence})"


def shape_in_words(value: Value, depth: int = 0) -> str:
    """A value's shape in words; `depth` says how deep in another value it stands."""
    if depth > _DEEPEST:
        return "…"
    match value.shape:
        case Package(family, output, custom, overridden):
            words = [family + (f":{output}" if output else ""), "custom" * custom, "overridden" * overridden]
            return " ".join(word for word in words if word)
        case PackageSet(family, _, member):
            return f"set:{family}" + (f" of {shape_in_words(member, depth + 1)}" if member is not None else "")
        case Member(family, name):
            return f"{family}.{name}"
        case Tree(place):
            return f"place:{place}"
        case Global():
            return value.shape.dotted
        case Text(parts):
            return '"' + "".join(_part(part.content, depth) for part in parts) + '"'
        case Listing(items, is_open):
            return "[" + " ".join([*(shape_in_words(item(), depth + 1) for item in items), *["…"] * is_open]) + "]"
        case Attrs(names, is_open, optional=optional):
            shown = (name + "?" * (name in optional) for name in sorted(names))
            return "{ " + " ".join([*shown, *["…"] * is_open]) + " }"
        case Call(function):
            return f"call {function}"
        case Derivation(maker):
            return f"made by {maker}"
        case Union(options):
            return " | ".join(_told(option, depth) for option in options)
        case Literal(kind, text):
            return f"{kind} {text}".rstrip()
        case Failure():
            return "failure"
        case Closure() | Native():
            return "function"
    return "?"


def _part(part: Content, depth: int) -> str:
    if isinstance(part, str):
        return part
    return "${" + shape_in_words(part, depth + 1) + "}" if isinstance(part, Value) else "…"

"""Primitives over texts. Of a text with unknown parts an answer is given where its known parts decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from splitlint.analysis.eval.elements import is_open, items_of
from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.texts import as_words, composed, joined_text, made_of, maybe
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.literals import boolean, integer, number, unsure
from splitlint.analysis.model.texts import known_text, plain
from splitlint.analysis.model.values import (
    HOLE,
    UNKNOWN,
    Derivation,
    Failure,
    Given,
    Hole,
    Listing,
    Literal,
    Member,
    Package,
    PackageSet,
    Piece,
    Text,
    Thunk,
    Tree,
    Value,
)
from splitlint.findings.finding import Confidence

Primitive = Callable[..., Value]


PACKAGES = (Package, PackageSet, Tree, Derivation)


def _joined(machine: Machine, separator: Thunk, values: Thunk, site: Site) -> Value:
    """`concatStringsSep`."""
    between = separator()
    literal = known_text(between)
    found = [_joined_one(machine, one, HOLE if literal is None else literal, site) for one in alternatives(values())]
    return union(tuple(found))


def _joined_one(machine: Machine, listing: Value, separator: str | Hole, site: Site) -> Value:
    shape = listing.shape
    if not isinstance(shape, Listing):
        return listing if isinstance(shape, Failure) else UNKNOWN
    pairs = [(item(), item.place) for item in shape.items]
    text = joined_text(machine, pairs, separator)
    if text is None:
        return UNKNOWN
    if shape.open:
        text = maybe(text, HOLE)
    composed(machine, site.environment, site.node, text)
    return made_of(text, [*(value for value, _ in pairs), Value(text, listing.confidence)])


def _to_string(machine: Machine, value: Thunk, site: Site) -> Value:
    options = []
    for one in alternatives(value()):
        if isinstance(one.shape, (Member, *PACKAGES)):
            options.append(one.as_shape(Text((Piece(one, value.place),))))
        else:
            options.append(as_words(machine, one, site))
    return union(tuple(options))


def of_texts(function: Callable[..., str | int | None], otherwise: Value = UNKNOWN) -> Primitive:
    """A function of known strings; `otherwise` is what it gives for others."""

    def run(machine: Machine, *given: Thunk | Site) -> Value:
        thunks = [one for one in given if not isinstance(one, Site)]
        texts = [known_text(thunk()) for thunk in thunks]
        result = function(*texts) if None not in texts else None
        if result is None:
            return otherwise
        return integer(result) if isinstance(result, int) else plain(result, thunks[-1].place)

    return run


def _pieces(value: Value) -> Sequence[Piece]:
    """The pieces of a text that is surely meant."""
    shape = value.shape
    return shape.parts if isinstance(shape, Text) and value.confidence is Confidence.HIGH else ()


def _literal(piece: Piece) -> str | None:
    """The text of a piece that is surely there."""
    return piece.content if isinstance(piece.content, str) and not piece.optional else None


def _beginning(value: Value) -> str:
    """The text that a value surely begins with."""
    found = []
    for piece in _pieces(value):
        text = _literal(piece)
        if text is None:
            break
        found.append(text)
    return "".join(found)


def _end(value: Value) -> str:
    """The text that a value surely ends with."""
    found = []
    for piece in reversed(_pieces(value)):
        text = _literal(piece)
        if text is None:
            break
        found.append(text)
    return "".join(reversed(found))


def _has_prefix(machine: Machine, prefix: Thunk, text: Thunk, site: Site) -> Value:
    wanted, value = known_text(prefix()), text()
    if wanted is None:
        return boolean(None)
    whole, start = known_text(value), _beginning(value)
    if whole is not None:
        return boolean(whole.startswith(wanted))
    return boolean(True if start.startswith(wanted) else None if wanted.startswith(start) else False)


def _has_suffix(machine: Machine, suffix: Thunk, text: Thunk, site: Site) -> Value:
    wanted, value = known_text(suffix()), text()
    if wanted is None:
        return boolean(None)
    whole, end = known_text(value), _end(value)
    if whole is not None:
        return boolean(whole.endswith(wanted))
    return boolean(True if end.endswith(wanted) else None if wanted.endswith(end) else False)


def _has_infix(machine: Machine, infix: Thunk, text: Thunk, site: Site) -> Value:
    wanted, value = known_text(infix()), text()
    if wanted is None:
        return boolean(None)
    whole = known_text(value)
    if whole is not None:
        return boolean(wanted in whole)
    there = any(wanted in text for text in map(_literal, _pieces(value)) if text is not None)
    return boolean(True if there else None)


def _remove_prefix(machine: Machine, prefix: Thunk, text: Thunk, site: Site) -> Value:
    """`removePrefix`: also from a text that has values in it, behind its known beginning."""
    before, value = prefix(), text()
    cut, whole = known_text(before), known_text(value)
    if cut is None:
        return _removed_value(before, value)
    if whole is not None:
        return plain(whole.removeprefix(cut), text.place)
    parts = _pieces(value)
    first = _literal(parts[0]) if parts else None
    if first is None:
        return UNKNOWN
    if first.startswith(cut):
        rest = (Piece(first[len(cut) :]),) if len(first) > len(cut) else ()
        return value.as_shape(Text((*rest, *parts[1:])))
    return value if not cut.startswith(first) else UNKNOWN


def _removed_value(prefix: Value, value: Value) -> Value:
    """A path without the package that it begins with, or something that is not known."""
    cut, parts = _pieces(prefix), _pieces(value)
    if not cut or len(cut) > len(parts):
        return UNKNOWN
    if all(one.content == other.content for one, other in zip(cut, parts, strict=False)):
        return unsure(value.as_shape(Text(tuple(parts[len(cut) :]))))
    return UNKNOWN


def _remove_suffix(machine: Machine, suffix: Thunk, text: Thunk, site: Site) -> Value:
    cut, value = known_text(suffix()), text()
    whole = known_text(value)
    if cut is None:
        return UNKNOWN
    if whole is not None:
        return plain(whole.removesuffix(cut), text.place)
    parts = _pieces(value)
    last = _literal(parts[-1]) if parts else None
    if last is None:
        return UNKNOWN
    if cut and last.endswith(cut):
        rest = (Piece(last[: -len(cut)]),) if len(last) > len(cut) else ()
        return value.as_shape(Text((*parts[:-1], *rest)))
    return value if not cut.endswith(last) else UNKNOWN


def _replace_strings(machine: Machine, before: Thunk, after: Thunk, text: Thunk, site: Site) -> Value:
    """`replaceStrings`: from the left, at each place the first of the strings that stands there."""
    lists_ = (before(), after())
    old, new = ([known_text(item()) for item in items_of(one)] for one in lists_)
    value = known_text(text())
    if value is None or None in old or None in new or len(old) != len(new) or any(map(is_open, lists_)):
        return UNKNOWN
    if "" in old and not value.isascii():
        return UNKNOWN
    return plain(_replaced(value, [(one or "", other or "") for one, other in zip(old, new, strict=True)]), text.place)


def _replaced(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    result, at = [], 0
    while at <= len(text):
        found = next(((old, new) for old, new in pairs if text.startswith(old, at)), None)
        if found is not None:
            result.append(found[1])
            at += len(found[0])
        if found is None or not found[0]:
            result.append(text[at : at + 1])
            at += 1
    return "".join(result)


def _split_string(machine: Machine, separator: Thunk, text: Thunk, site: Site) -> Value:
    cut, value = known_text(separator()), known_text(text())
    if not cut or value is None:
        return Value(Listing((), True))
    return texts_of(value.split(cut), text)


def texts_of(found: Sequence[str], source: Thunk) -> Value:
    """A list of texts that were taken out of another."""
    return Value(Listing(tuple(Given(plain(one), source.place) for one in found)))


def _characters(machine: Machine, text: Thunk, site: Site) -> Value:
    value = known_text(text())
    return texts_of(value, text) if value is not None and value.isascii() else Value(Listing((), True))


def _substring(machine: Machine, start: Thunk, count: Thunk, text: Thunk, site: Site) -> Value:
    """`substring`: a count below zero means all of the rest."""
    first, wanted, value = number(start()), number(count()), text()
    known = known_text(value)
    if first is None or wanted is None or first < 0:
        return UNKNOWN
    if known is None:
        begun = _beginning(value)
        known = begun if 0 <= first + wanted <= len(begun) and wanted >= 0 else None
    if known is None or not known.isascii():
        return UNKNOWN
    return plain(known[first:] if wanted < 0 else known[first : first + wanted], text.place)


def _length(machine: Machine, text: Thunk, site: Site) -> Value:
    value = known_text(text())
    return integer(len(value.encode()) if value is not None else None)


def _base_name(machine: Machine, text: Thunk, site: Site) -> Value:
    value = text()
    shape = value.shape
    if isinstance(shape, Literal) and shape.kind == "path":
        name = shape.text.rpartition("/")[2]
        return plain(name) if name not in ("", ".", "..") and not shape.text.startswith("<") else UNKNOWN
    known = known_text(value)
    if known is None:
        # The last piece decides if a slash stands before what is the name.
        end = _end(value)
        known = end if "/" in end[:-1] else None
    if known is None:
        return UNKNOWN
    trimmed = known[:-1] if len(known) > 1 and known.endswith("/") else known
    return plain(trimmed.rpartition("/")[2])


def _dir_name(machine: Machine, path: Thunk, site: Site) -> Value:
    """`dirOf`: of a path below a package, as far as it is known."""
    value = path()
    shape = value.shape
    if isinstance(shape, Literal) and shape.kind == "path":
        folder = shape.text.rpartition("/")[0]
        return value.as_shape(Literal("path", folder or (shape.text and ".")))
    known = known_text(value)
    if known is not None:
        folder, slash, _ = known.rpartition("/")
        return plain(folder or slash or ".", path.place)
    parts = _pieces(value)
    last = _literal(parts[-1]) if parts else None
    if last is None or "/" not in last or not isinstance(shape, Text):
        return UNKNOWN
    folder = last.rpartition("/")[0]
    return value.as_shape(Text((*parts[:-1], Piece(folder)) if folder else tuple(parts[:-1])))


_UNQUOTED = re.compile(r"[A-Za-z0-9,._+:@%/-]+")


def _quoted_for_shell(machine: Machine, value: Thunk, site: Site) -> Value:
    """`escapeShellArg`: a path of the store needs no quotes."""
    text = _to_string(machine, value, site)
    known = known_text(text)
    if known is not None:
        return text if _UNQUOTED.fullmatch(known) else plain("'" + known.replace("'", "'\\''") + "'", value.place)
    return text if _needs_no_quotes(_pieces(text)) else unsure(text)


def _needs_no_quotes(pieces: Sequence[Piece]) -> bool:
    contents = [piece.content for piece in pieces]
    return (
        bool(contents)
        and not any(piece.optional for piece in pieces)
        and all(
            _UNQUOTED.fullmatch(one) if isinstance(one, str) else isinstance(getattr(one, "shape", None), PACKAGES)
            for one in contents
        )
    )


#: By name: how many arguments it takes, and what it does.
FUNCTIONS: dict[str, tuple[int, Primitive]] = {
    "joined": (2, _joined),
    "toString": (1, _to_string),
    "hasPrefix": (2, _has_prefix),
    "hasSuffix": (2, _has_suffix),
    "hasInfix": (2, _has_infix),
    "removePrefix": (2, _remove_prefix),
    "removeSuffix": (2, _remove_suffix),
    "replaceStrings": (3, _replace_strings),
    "splitString": (2, _split_string),
    "characters": (1, _characters),
    "substring": (3, _substring),
    "stringLength": (1, _length),
    "baseNameOf": (1, _base_name),
    "dirOf": (1, _dir_name),
    "quoted": (1, _quoted_for_shell),
    "toLower": (1, of_texts(lambda text: text.lower() if text.isascii() else None)),
    "toUpper": (1, of_texts(lambda text: text.upper() if text.isascii() else None)),
    "trim": (1, of_texts(lambda text: text.strip(" \t\r\n"))),
}

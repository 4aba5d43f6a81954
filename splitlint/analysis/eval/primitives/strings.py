"""Primitives over texts. Of a text with unknown parts an answer is given where its known parts decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from splitlint.analysis.eval.elements import is_open, items_of
from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.primitives.pieces import beginning_of, pieces_in
from splitlint.analysis.eval.texts import as_words, composed, joined_text, made_of, maybe, put_in
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.holes import HOLE, Hole
from splitlint.analysis.model.literals import integer, number, unsure
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import known_text, plain, text_of
from splitlint.analysis.model.values import (
    UNKNOWN,
    Derivation,
    Failure,
    Given,
    Listing,
    Member,
    Package,
    PackageSet,
    Piece,
    Text,
    Thunk,
    Tree,
    Value,
)
from splitlint.startup.patterns import lazy_pattern

Primitive = Callable[..., Value]
PACKAGES = (Package, PackageSet, Tree, Derivation)


def _joined(machine: Machine, separator: Thunk, values: Thunk, site: Site) -> Value:
    """`concatStringsSep`."""
    between = separator()
    literal = known_text(between)
    sign = HOLE if literal is None else literal
    found = [_joined_one(machine, one, sign, values.place, site) for one in alternatives(values())]
    return union(tuple(found))


def _joined_one(machine: Machine, listing: Value, separator: str | Hole, place: Place | None, site: Site) -> Value:
    shape = listing.shape
    if isinstance(shape, Member) and separator == " ":
        # As `toString` makes of the list that is a package's attribute.
        return listing.as_shape(Text((Piece(listing, place),)))
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


def _replace_strings(machine: Machine, before: Thunk, after: Thunk, text: Thunk, site: Site) -> Value:
    """`replaceStrings`: from the left, at each place the first of the strings that stands there."""
    lists_ = (before(), after())
    old, new = ([known_text(item()) for item in items_of(one)] for one in lists_)
    value = known_text(text())
    if value is None or None in old or len(old) != len(new) or any(map(is_open, lists_)):
        return UNKNOWN
    if "" in old and not value.isascii():
        return UNKNOWN
    if None in new:
        if "" in old:
            return UNKNOWN
        made = _put_in(value, old, items_of(lists_[1]), text.place)
        composed(machine, site.environment, site.node, text_of(made))
        return made
    return plain(_replaced(value, [(one or "", other or "") for one, other in zip(old, new, strict=True)]), text.place)


def _put_in(text: str, old: Sequence[str | None], new: Sequence[Thunk], place: Place | None) -> Value:
    """`replaceStrings` with values in the place of texts: `[ "@frob@" ] [ frob ]`."""
    pieces: list[Piece] = []
    values: list[Value] = []
    start = at = 0
    while at < len(text):
        found = next((number for number, one in enumerate(old) if one and text.startswith(one, at)), None)
        if found is None:
            at += 1
            continue
        value = new[found]()
        values.append(value)
        pieces += [Piece(text[start:at], place), *put_in(value, new[found].place)]
        start = at = at + len(old[found] or "")
    return made_of(Text((*pieces, Piece(text[start:], place))), values)


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
        begun = beginning_of(value)
        known = begun if 0 <= first + wanted <= len(begun) and wanted >= 0 else None
    if known is None or not known.isascii():
        return UNKNOWN
    return plain(known[first:] if wanted < 0 else known[first : first + wanted], text.place)


def _length(machine: Machine, text: Thunk, site: Site) -> Value:
    value = known_text(text())
    return integer(len(value.encode()) if value is not None else None)


_UNQUOTED = lazy_pattern(r"[A-Za-z0-9,._+:@%/-]+")


def _quoted_for_shell(machine: Machine, value: Thunk, site: Site) -> Value:
    """`escapeShellArg`: a path of the store needs no quotes."""
    text = _to_string(machine, value, site)
    known = known_text(text)
    if known is not None:
        return text if _UNQUOTED.fullmatch(known) else plain("'" + known.replace("'", "'\\''") + "'", value.place)
    return text if _needs_no_quotes(pieces_in(text)) else unsure(text)


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
    "__joined": (2, _joined),
    "__toString": (1, _to_string),
    "__replaceStrings": (3, _replace_strings),
    "__splitString": (2, _split_string),
    "__characters": (1, _characters),
    "__substring": (3, _substring),
    "__stringLength": (1, _length),
    "__quoted": (1, _quoted_for_shell),
    "__toLower": (1, of_texts(lambda text: text.lower() if text.isascii() else None)),
    "__toUpper": (1, of_texts(lambda text: text.upper() if text.isascii() else None)),
    "__trim": (1, of_texts(lambda text: text.strip(" \t\r\n"))),
}

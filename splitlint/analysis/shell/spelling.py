"""The text that a word may spell, piece by piece, each piece knowing where it came from."""

from __future__ import annotations

from collections.abc import Iterable

from splitlint.analysis.model.holes import HOLE
from splitlint.analysis.model.places import Trace
from splitlint.analysis.model.texts import joined
from splitlint.analysis.model.values import Content, Piece, Text, Unknown, Value
from splitlint.startup.patterns import lazy_pattern

#: How many different texts one word is followed into.
MOST = 8

#: How many pieces a text may have: `x=$x$x` in a row would double them without end.
LONGEST = 64

#: How many variables and substitutions in a row are followed.
DEEPEST = 24


#: What a word may be: the parts of a text, each with its trace, literal ones not merged.
Spelling = tuple[Piece, ...]

UNKNOWN_SPELLING: tuple[Spelling, ...] = ((Piece(HOLE),),)

#: What ends a path inside a longer text: a heredoc's line, a quoted command, `PATH=a:b`.
_PATH_END = lazy_pattern(r"[\s;\"'|&<>():,`\\@}]")
_SPACE = lazy_pattern(r"(\s+)")

#: Stands at the end of a path whose links were followed (`readlink -f`): it lies in a folder that nobody wrote.
_ELSEWHERE = -1


def text(spelling: Iterable[Piece]) -> Text:
    """A spelling as the text it makes, its literal pieces merged."""
    return joined(*(_shown(piece.content) for piece in spelling))


def _shown(content: Content) -> Content:
    return HOLE if isinstance(content, Value) and isinstance(content.shape, Unknown) else content


def together(spellings: Iterable[Spelling], between: str = "") -> Spelling:
    """Spellings one after another; a hole for what is beyond `LONGEST` pieces."""
    pieces: list[Piece] = []
    for number, spelling in enumerate(spellings):
        if number and between:
            pieces.append(Piece(between))
        pieces.extend(spelling)
        if len(pieces) > LONGEST:
            return (*pieces[:LONGEST], Piece(HOLE))
    return tuple(pieces)


def path_of(spelling: Iterable[Piece]) -> Text:
    """The text of a spelling up to where a path in it ends."""
    pieces: list[Piece] = []
    for piece in spelling:
        if not isinstance(piece.content, str):
            pieces.append(piece)
            continue
        end = _PATH_END.search(piece.content)
        if end is not None:
            pieces.append(Piece(piece.content[: end.start()]))
            break
        pieces.append(piece)
    return text(pieces)


def path_before(spelling: Iterable[Piece]) -> Text:
    """The text of a spelling from where the last path in it begins."""
    pieces: list[Piece] = []
    for piece in reversed(list(spelling)):
        if isinstance(piece.content, str):
            after = _PATH_END.split(piece.content)
            pieces.append(Piece(after[-1]))
            if len(after) > 1:
                break
        else:
            pieces.append(piece)
    return text(reversed(pieces))


def is_known(piece: Piece) -> bool:
    """Whether a piece is a value of which something is known."""
    return isinstance(piece.content, Value) and not isinstance(piece.content.shape, Unknown)


def split_at_spaces(spelling: Spelling) -> list[Spelling]:
    """The words that the shell makes of what stands unquoted: the first and last may go on with their neighbours.

    White space at an end makes an empty first or last one.
    """
    words: list[list[Piece]] = [[]]
    for piece in spelling:
        if not isinstance(piece.content, str):
            words[-1].append(piece)
            continue
        for number, part in enumerate(_SPACE.split(piece.content)):
            if number % 2:
                words.append([])
            elif part:
                words[-1].append(Piece(part, trace=piece.trace))
    return [tuple(word) for word in words]


def few(spellings: Iterable[Spelling]) -> tuple[Spelling, ...]:
    """The first `MOST` different spellings."""
    kept: dict[Spelling, None] = {}
    for spelling in spellings:
        kept.setdefault(spelling)
        if len(kept) >= MOST:
            break
    return tuple(kept)


def passed_through(spelling: Spelling, name: str, start: int, end: int) -> Spelling:
    """The spelling after it was assigned to `name` by the script's bytes `start` to `end`."""
    step = (name, start, end)
    return tuple(
        piece
        if piece.trace is None or len(piece.trace.steps) >= 8
        else Piece(piece.content, trace=piece.trace._replace(steps=(step, *piece.trace.steps)))
        for piece in spelling
    )


def links_followed(spelling: Spelling) -> Spelling:
    """What `readlink -f` makes of it. A path below a known value stays what it is: links seldom lead out of that."""
    if any(isinstance(piece.content, Value) and not isinstance(piece.content.shape, Unknown) for piece in spelling):
        return spelling
    return (*spelling, Piece("", trace=Trace(_ELSEWHERE, _ELSEWHERE)))


def without_last_segment(spelling: Spelling) -> Spelling:
    """What `dirname` makes of it; a hole where the last segment is no literal text.

    The folder that a link leads to is spelled `LINK/..`, for it is another than the one the link stands in.
    """
    last_piece = spelling[-1] if spelling else None
    if last_piece is not None and last_piece.trace is not None and last_piece.trace.start == _ELSEWHERE:
        return (*spelling[:-1], Piece("/.."))
    if last_piece is not None and last_piece.content == "/..":
        return (*spelling, Piece("/.."))
    rest = list(spelling)
    while rest:
        last = rest.pop().content
        if not isinstance(last, str):
            break
        head, slash, _ = (last if last.strip("/") == "" and not rest else last.rstrip("/")).rpartition("/")
        if slash:
            return (*rest, Piece(head)) if head else tuple(rest) or (Piece("/"),)
    return (Piece(HOLE),)

"""Texts that are paths, of which only a part may be known: in which folder they are, what their links lead to."""

from __future__ import annotations

from splitlint.analysis.model.holes import HOLE
from splitlint.analysis.model.texts import joined
from splitlint.analysis.model.values import Beside, Piece, Real, Text

#: How many pieces a path may have, and how many characters a piece: what doubles at each line must end.
_MOST_PIECES = 64
_LONGEST = 8192


def bounded(path: Text) -> Text:
    """A path of a size that can be handled; a hole for the rest of a longer one."""
    if len(path.parts) > _MOST_PIECES:
        return Text((*path.parts[:_MOST_PIECES], Piece(HOLE)))
    if any(isinstance(piece.content, str) and len(piece.content) > _LONGEST for piece in path.parts):
        return Text(
            tuple(
                Piece(HOLE) if isinstance(piece.content, str) and len(piece.content) > _LONGEST else piece
                for piece in path.parts
            )
        )
    return path


def below(folder: Text, path: Text) -> Text:
    """`path` in `folder`, as os.path.join has it: an absolute path stands for itself."""
    first = path.parts[0].content if path.parts else ""
    if not folder.parts or (isinstance(first, str) and first.startswith("/")):
        return path
    last = folder.parts[-1].content
    if isinstance(last, str) and last.endswith("/"):
        return joined(folder, path)
    return joined(folder, "/", path)


def parent(path: Text) -> Text:
    """The folder of a path: its last segment dropped; `Beside` where that segment is a link that was followed."""
    if not path.parts:
        return path
    before, last = Text(path.parts[:-1]), path.parts[-1].content
    if isinstance(last, str):
        stripped = last.rstrip("/")
        head, slash, _ = stripped.rpartition("/")
        if slash:
            return joined(before, head or ("" if before.parts else "/"))
        return parent(before) if not stripped and before.parts else _cut_inside(path)
    if not before.parts:
        return joined(Beside(last.target if isinstance(last, Real) else path))
    return _cut_inside(path)


def _cut_inside(path: Text) -> Text:
    """Drop what follows the last slash in any piece; an unknown folder where there is none."""
    for index in range(len(path.parts) - 1, -1, -1):
        content = path.parts[index].content
        if isinstance(content, str) and "/" in content:
            return joined(Text(path.parts[:index]), content.rpartition("/")[0])
    return joined(HOLE)


def flattened(path: Text) -> Text:
    """A path of which no links are followed: links seldom lead out of a package."""
    pieces: list[Piece] = []
    for piece in path.parts:
        match piece.content:
            case Real(target):
                pieces.extend(flattened(target).parts)
            case Beside(target):
                pieces.extend(flattened(parent(flattened(target))).parts)
            case _:
                pieces.append(piece)
    return Text(tuple(pieces))

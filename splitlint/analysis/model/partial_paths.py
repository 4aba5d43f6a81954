"""Paths of which only a part is known.

Python and plain text both give such paths; shell and Nix have `values.Text`.
"""

from __future__ import annotations

from splitlint.startup.records import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """Text that is not known.

    `name` is what the source calls it; `origin` where it comes from: "unknown", "argument", "environment",
    "mark" (an `@name@` that Nix fills in) or "host" (an interpolation of the Nix string around the
    script, whose number is `hole`). `options`: all texts that it can be, if those are known.
    """

    name: str = ""
    origin: str = "unknown"
    options: tuple[str, ...] = ()
    hole: object = None


@dataclass(frozen=True, slots=True)
class Real:
    """Where `target` leads when its links are followed."""

    target: Pieces


@dataclass(frozen=True, slots=True)
class Beside:
    """The folder in which `target` really stands, its links followed."""

    target: Pieces


Piece = str | Gap | Real | Beside
Pieces = tuple[Piece, ...]


def joined(*parts: Pieces) -> Pieces:
    """Pieces one after another, literal ones merged."""
    out: list[Piece] = []
    for piece in (piece for part in parts for piece in part):
        if isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        elif piece != "":
            out.append(piece)
    return tuple(out)


#: How many pieces a path may have, and how many characters a piece: what doubles at each line must end.
_MOST_PIECES = 64
_LONGEST = 8192


def bounded(path: Pieces) -> Pieces:
    """A path of a size that can be handled; a gap for the rest of a longer one."""
    if len(path) > _MOST_PIECES:
        return (*path[:_MOST_PIECES], Gap())
    if any(isinstance(piece, str) and len(piece) > _LONGEST for piece in path):
        return tuple(piece if not isinstance(piece, str) or len(piece) <= _LONGEST else Gap() for piece in path)
    return path


def below(folder: Pieces, path: Pieces) -> Pieces:
    """`path` in `folder`, as os.path.join has it: an absolute path stands for itself."""
    if not folder or (path and isinstance(path[0], str) and path[0].startswith("/")):
        return path
    if isinstance(folder[-1], str) and folder[-1].endswith("/"):
        return joined(folder, path)
    return joined(folder, ("/",), path)


def parent(path: Pieces) -> Pieces:
    """The folder of a path: its last segment dropped; `Beside` where that segment is a link that was followed."""
    if not path:
        return path
    last = path[-1]
    if isinstance(last, str):
        stripped = last.rstrip("/")
        head, slash, _ = stripped.rpartition("/")
        if slash:
            return joined(path[:-1], (head or ("" if path[:-1] else "/"),))
        return parent(path[:-1]) if not stripped and path[:-1] else _cut_inside(path)
    if len(path) == 1:
        return (Beside(last.target),) if isinstance(last, Real) else (Beside(path),)
    return _cut_inside(path)


def _cut_inside(path: Pieces) -> Pieces:
    """Drop what follows the last slash in any piece; an unknown folder where there is none."""
    for index in range(len(path) - 1, -1, -1):
        piece = path[index]
        if isinstance(piece, str) and "/" in piece:
            return joined(path[:index], (piece.rpartition("/")[0],))
    return (Gap(),)


def flattened(path: Pieces) -> tuple[str | Gap, ...]:
    """A path of which no links are followed: links seldom lead out of a package."""
    out: list[str | Gap] = []
    for piece in path:
        match piece:
            case Real():
                out.extend(flattened(piece.target))
            case Beside():
                out.extend(flattened(parent(flattened(piece.target))))
            case _:
                out.append(piece)
    return tuple(out)


def shown(path: Pieces) -> str:
    """The path for people: `{name}` for what is not known."""
    out = []
    for piece in path:
        match piece:
            case str():
                out.append(piece)
            case Gap():
                out.append("{" + (piece.name or "..") + "}")
            case Real():
                out.append(f"realpath({shown(piece.target)})")
            case Beside():
                out.append(f"dirname(realpath({shown(piece.target)}))")
    return "".join(out)

"""Whether a worker elsewhere sees the files of a target as they are seen here.

Files of a commit have ids. Of those of a folder this process notes what they hold before it sends their names away;
what a worker sees otherwise is told, and never counts as checked or left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from splitlint.files.discover import File
from splitlint.files.index import blob_id
from splitlint.files.reading import AbsentError, UnreadableError, read_file
from splitlint.findings.finding import Problem
from splitlint.scan.workers.units import Unit

#: What is noted of a file that is not there or is a link, and of one that cannot be read.
_ABSENT = ""
_UNREADABLE = "-"


def views_of(folder: str, paths: Iterable[str]) -> tuple[str, ...]:
    """What files in a folder hold, as this process sees them."""
    return tuple(_view(os.path.join(folder, path), path) for path in paths)


def _view(full: str, path: str) -> str:
    try:
        return blob_id(read_file(File(path, full)))
    except AbsentError:
        return _ABSENT
    except UnreadableError:
        return _UNREADABLE


def seen_alike(unit: Unit) -> tuple[Unit, tuple[Problem, ...]]:
    """The unit without the files that this process sees otherwise than the one that sent it, and a problem for each.

    One for the whole target if there is no such folder.
    """
    if not unit.views:
        return unit, ()
    folder = unit.target.folder
    if not os.path.isdir(folder):
        return unit.only(()), (Problem("", f"a worker has no folder {folder}: its files are not checked there"),)
    found = views_of(folder, unit.paths)
    alike = [number for number, view in enumerate(found) if view == unit.views[number]]
    others = [number for number, view in enumerate(found) if view != unit.views[number]]
    return unit.only(alike), tuple(Problem(unit.paths[number], _why(found[number])) for number in others)


def _why(view: str) -> str:
    if view == _ABSENT:
        return "a worker does not see this file: not checked"
    if view == _UNREADABLE:
        return "a worker cannot read this file: not checked"
    return "a worker sees this file with other content: not checked"


def kept(unit: Unit, paths: Sequence[str]) -> dict[str, str]:
    """The views of some of a unit's files, by their paths."""
    by_path = dict(zip(unit.paths, unit.views, strict=True)) if unit.views else {}
    return {path: by_path[path] for path in paths if path in by_path}

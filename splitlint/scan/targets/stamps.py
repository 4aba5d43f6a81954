"""Whether anything in a work tree has changed since its state was told, without asking git: by times alone.

A file that is written to gets another time of change, and so does a folder in which a file comes, goes, or gets another
name. Of an unchanged tree nothing else has to be looked at: to ask git for its index, and to have it look for untracked
files, takes longer than all the rest. git's own cache of untracked files rests on the same times, and is off by default
because some file systems do not keep them: only those count here that do (`_KEEP_TIMES`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import blake2b

from splitlint.files.git import GitError, Repository
from splitlint.startup.named_tuples import NamedTuple

#: When content, and when anything was changed (ns since 1970), and the inode.
Stamp = tuple[int, int, int]
_ABSENT: Stamp = (0, 0, 0)
#: Of what was changed so shortly ago (ns) a second change may leave no trace: such a stamp fits nothing.
_UNSETTLED = 2 * 10**9
_NOT_YET: Stamp = (1, 0, 0)
_MOST_STAMPS = 200_000
#: With more changes than these all is told anew.
_MOST_CHANGED = 1000
_IGNORE = ".gitignore"
#: File systems of Linux of which the times of a folder tell what has come and gone in it.
_KEEP_TIMES = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "tmpfs", "bcachefs"})
_MOUNTS = "/proc/self/mountinfo"


class Stamps(NamedTuple):
    """The state of a work tree, by its text, and what tells that it is still the same.

    `staged` and `settings` stand for git's index and configuration; `held` is that of the state. `files` are the stamps
    of all files that git or the state knows, `others` those of folders, of the index, and of files that tell what is to
    be ignored; `ignored` are files that stand beside these. All by path relative to the top of the repository, or
    absolute. `apart`: those that have changed since all were kept, in the state `base`, and are kept apart.
    """

    text: str
    staged: str
    settings: str
    held: Mapping[str, str]
    files: Mapping[str, Stamp]
    others: Mapping[str, Stamp]
    ignored: Collection[str]
    apart: frozenset[str] = frozenset()
    base: str = ""


class Moved(NamedTuple):
    """The files, and the others, whose stamps are not what they were."""

    files: list[str]
    others: list[str]


def since() -> int:
    """The time (ns) before which something has to have been changed for the last time, to be known by its stamp.

    To be taken before the state of the tree is: what changes while that is looked at is later.
    """
    return time.time_ns() - _UNSETTLED


def moved(repository: Repository, before: Stamps) -> Moved | None:
    """What has other stamps than before; None where git's settings are others, or so much has changed."""
    if _settings(repository, before.settings) is None:
        return None
    top = os.open(repository.top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return Moved(_moved(top, before.files), _moved(top, before.others))
    except _TooManyError:
        return None
    finally:
        os.close(top)


class _TooManyError(Exception):
    """More has changed than is worth telling."""


def _moved(top: int, stamps: Mapping[str, Stamp]) -> list[str]:
    found: list[str] = []
    lstat = os.lstat
    for path, stamp in stamps.items():
        try:
            there = lstat(path, dir_fd=top)
        except OSError:
            now = _ABSENT
        else:
            now = (there.st_mtime_ns, there.st_ctime_ns, there.st_ino)
        if now != stamp:
            found.append(path)
            if len(found) > _MOST_CHANGED:
                raise _TooManyError
    return found


def taken(repository: Repository, names: Iterable[str], since: int) -> tuple[str, _Taken] | None:
    """What stands for git's settings, and the stamps of files by their names in the folder that is meant, and of all
    else; None where these would tell too little."""
    settings = _settings(repository) if _keeps_times(repository.top) else None
    if settings is None:
        return None
    digest, ignoring = settings
    inner = f"{repository.folder}/" if repository.folder else ""
    files = {inner + name: _stamp(repository.top, inner + name, since) for name in names}
    around = (*ignoring, *_above(repository.folder), os.path.abspath(repository.index))
    others = {path: _stamp(repository.top, path, since) for path in around}
    ignored: set[str] = set()
    for path, is_watched in _below(repository.top, repository.folder or "."):
        if is_watched:
            others[path] = _stamp(repository.top, path, since)
        elif path not in files:
            ignored.add(path)
        if len(others) + len(ignored) > _MOST_STAMPS:
            return None
    return digest, _Taken(files, others, ignored)


class _Taken(NamedTuple):
    files: dict[str, Stamp]
    others: dict[str, Stamp]
    ignored: Collection[str]
    apart: frozenset[str] = frozenset()
    base: str = ""


def taken_again(repository: Repository, before: Stamps, what: Moved, names: Iterable[str], since: int) -> _Taken | None:
    """The stamps where only some have changed, of files by their names; None if something new may be git's business."""
    files, others = dict(before.files), dict(before.others)
    inner = f"{repository.folder}/" if repository.folder else ""
    wanted = {inner + name for name in names}
    new = wanted - files.keys()
    for path in (*what.files, *new):
        files[path] = _stamp(repository.top, path, since)
    for path in what.others:
        others[path] = _stamp(repository.top, path, since)
    for path in files.keys() - wanted:
        del files[path]
    index = os.path.abspath(repository.index)
    folders = (path for path in what.others if path != index)
    apart = before.apart.union(what.files, what.others, new)
    taken = _Taken(files, others, before.ignored, apart, before.base or before.text)
    return taken if all(_is_known(repository.top, one, taken) for one in folders) else None


def _is_known(top: str, folder: str, taken: _Taken) -> bool:
    """Whether all that is in a folder was there before, and was a folder where it is one now."""
    try:
        with os.scandir(os.path.join(top, folder)) as entries:
            found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except OSError:
        # A file that tells what is to be ignored, or a folder that is gone.
        return False
    for name, is_folder in found:
        path = name if folder == "." else f"{folder}/{name}"
        known = path in taken.others or (not is_folder and (path in taken.files or path in taken.ignored))
        if not known and name != ".git":
            return False
    return True


def _below(top: str, folder: str) -> Iterator[tuple[str, bool]]:
    """All that is in a folder, itself included, and whether it is watched: folders, and files that tell what is to be
    ignored."""
    waiting = [folder]
    while waiting:
        folder = waiting.pop()
        yield folder, True
        try:
            entries = os.scandir(os.path.join(top, folder))
        except OSError:
            continue
        with entries:
            for entry in entries:
                path = entry.name if folder == "." else f"{folder}/{entry.name}"
                if entry.name != ".git" and entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif entry.name != ".git":
                    yield path, entry.name == _IGNORE


def _stamp(top: str, path: str, since: int) -> Stamp:
    try:
        found = os.lstat(os.path.join(top, path))
    except OSError:
        return _ABSENT
    if max(found.st_mtime_ns, found.st_ctime_ns) >= since:
        return _NOT_YET
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _above(folder: str) -> Iterator[str]:
    """The ignore files of the folders around the one that is meant."""
    while folder:
        folder = folder.rpartition("/")[0]
        yield f"{folder}/{_IGNORE}" if folder else _IGNORE


def _settings(repository: Repository, expected: str | None = None) -> tuple[str, list[str]] | None:
    """What stands for git's settings, and the files outside of the work tree that tell what is to be ignored.

    None where that cannot be told, or is not as `expected`.
    """
    try:
        said = repository.run("config", "--list", "-z")
    except GitError:
        return None
    digest = blake2b(said + os.fsencode(repository.index), digest_size=16).hexdigest()
    if expected is not None and digest != expected:
        return None
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    excludes = os.path.join(home, "git/ignore")
    for row in said.split(b"\0"):
        name, _, value = os.fsdecode(row).partition("\n")
        if name == "core.excludesfile" and value:
            excludes = os.path.join(repository.top, os.path.expanduser(value))
    return digest, [os.path.abspath(excludes), os.path.abspath(os.path.join(repository.common, "info/exclude"))]


def _keeps_times(top: str) -> bool:
    """Whether a folder is on a file system whose times can be relied on, as far as Linux tells."""
    longest, kind = "", ""
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as stream:
            for line in stream:
                before, _, after = line.partition(" - ")
                mount = before.split(" ")[4]
                if (mount in ("/", top) or top.startswith(mount + "/")) and len(mount) >= len(longest):
                    longest, kind = mount, after.split(" ", 1)[0]
    except (OSError, IndexError):
        return False
    return kind in _KEEP_TIMES

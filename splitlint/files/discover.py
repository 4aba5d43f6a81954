"""Paths as given on the command line to the files to check. On the start-up path.

In a git work tree these are the tracked and the unignored files; elsewhere `.gitignore` and `.ignore` files are
honoured. Symbolic links are not followed, unless named; submodules are other repositories, unless named.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from splitlint.files.languages import BY_SUFFIX, LANGUAGES, TEXT, TEXT_NAMES, TEXT_SUFFIXES
from splitlint.startup.named_tuples import NamedTuple
from splitlint.untrusted.links import RealFolders

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from splitlint.config import Config
    from splitlint.files.git import Repository

    #: Each says of a path whether an ignore file drops it (True), keeps it (False), or is silent.
    Ignores = tuple[Callable[[str, bool], bool | None], ...]

#: Folders that hold no source of this repository, whatever the ignore files say.
NEVER = frozenset({".git", ".hg", ".svn", ".jj", ".direnv", ".venv", "node_modules", "__pycache__"})
IGNORE_FILES = (".gitignore", ".ignore")


class File(NamedTuple):
    """A file to check: the name that findings give it, the name to open, whether the caller named it himself."""

    path: str
    full: str
    named: bool = False


class Trouble(NamedTuple):
    """Something that could not be checked: as `finding.Problem`, but light enough for the start-up path."""

    path: str
    message: str
    fatal: bool = True


class Discovered(NamedTuple):
    """The files, in the order of the paths given; what went wrong; how many files were left out on purpose.

    `notes`: what is said of paths that were given and of which nothing is checked.
    """

    files: tuple[File, ...]
    problems: tuple[Trouble, ...]
    skipped: int
    notes: tuple[Trouble, ...] = ()


#: What is said of a path that somebody names and that is left out.
EXCLUDED = "is not checked: it is excluded"


def discover(
    paths: Sequence[str], config: Config, *, languages: Collection[str] = LANGUAGES, force_exclude: bool = False
) -> Discovered:
    """The files under `paths` (files or folders) that are in one of `languages`, or may be by their shebang.

    A file that is named is taken whatever its suffix, unless `force_exclude` and the configuration excludes it.
    """
    files: dict[str, File] = {}
    problems: list[Trouble] = []
    notes: list[Trouble] = []
    skipped = 0
    for given in paths:
        path = os.path.normpath(given)
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            problems.append(Trouble(display(path), _why_missing(path, error)))
            continue
        if force_exclude and config.excludes(path):
            skipped += 1
            notes.append(Trouble(display(path), EXCLUDED, fatal=False))
        elif stat.S_ISDIR(mode):
            walk = Walk(config, languages, problems)
            before = len(files), len(problems)
            for full in walk.files(path):
                files.setdefault(full, File(display(full), full))
            skipped += walk.skipped
            if before == (len(files), len(problems)) and not walk.found:
                notes.append(Trouble(display(path), f"nothing in it is checked: {walk.why_nothing()}", fatal=False))
        else:
            files[path] = File(display(path), path, named=True)
    return Discovered(tuple(files.values()), tuple(problems), skipped, tuple(notes))


def display(path: str) -> str:
    """A path as findings show it: relative to the current folder where it is below it, with `/`."""
    if not os.path.isabs(path):
        return path
    here = os.getcwd()
    return path[len(here) + 1 :] if path.startswith(here + "/") else path


def _why_missing(path: str, error: OSError) -> str:
    if os.path.islink(path) and isinstance(error, FileNotFoundError):
        return f"is a dangling link: {os.readlink(path)} does not exist"
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    return f"cannot be read: {error.strerror}"


class Walk:
    """One walk below a folder; counts what it leaves out and notes what it cannot read."""

    def __init__(self, config: Config, languages: Collection[str], problems: list[Trouble]) -> None:
        self.skipped = 0
        self.found = False
        self._others = self._ignored = False
        self._config = config
        self._problems = problems
        suffixes = {suffix for suffix, language in BY_SUFFIX.items() if language in languages}
        self._suffixes = suffixes | TEXT_SUFFIXES if TEXT in languages else suffixes
        self._shebangs = any(language in languages for language in BY_SUFFIX.values() if language != "nix")

    def files(self, top: str) -> Iterator[str]:
        """Paths that start with `top` (bare names for `.`), sorted, of files that may be checked."""
        from splitlint.files.git import repository_of

        prefix = "" if top == "." else top.rstrip("/") + "/"
        repository = repository_of(top, of_hook=True)
        listed = self._listed(repository, top) if repository is not None else None
        if repository is None or listed is None or (not listed and repository.is_ignored()):
            names = self.below(prefix)
        else:
            self._ignored = not listed
            names = self._kept(prefix, listed)
        for name in names:
            self.found = True
            yield name

    def why_nothing(self) -> str:
        """Why `files` gave none, after "nothing in it is checked: "."""
        if self.skipped:
            return "all of it is excluded"
        if self._others:
            return "no rule applies to files of these types"
        return "git ignores all of it, or it is empty" if self._ignored else "it is empty"

    def _listed(self, repository: Repository, top: str) -> list[str] | None:
        """The tracked and the unignored files of a folder; None if git cannot say, which is noted.

        Links and files that are deleted but still tracked are among them; submodules have no suffix, other
        repositories end with `/`.
        """
        from splitlint.files.git import GitError, NoGitError

        asked = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        try:
            return repository.names(*asked, *repository.inside())
        except NoGitError:
            return None
        except GitError as error:
            what = f"git cannot list its files, so splitlint lists them itself: {error}"
            self._problems.append(Trouble(display(top), what, fatal=False))
            return None

    def _kept(self, prefix: str, names: Sequence[str]) -> Iterator[str]:
        excludes = bool(self._config.exclude)
        real = RealFolders(prefix or ".")
        for name in names:
            if not self.may_be_checked(name.rpartition("/")[2]) or not real.hold(name):
                self._others = True
                continue
            path = prefix + name
            if excludes and self._config.excludes(path):
                self.skipped += 1
            else:
                yield path

    def may_be_checked(self, name: str) -> bool:
        _, dot, suffix = name.rpartition(".")
        if not dot:
            return name != "" and (self._shebangs or name in TEXT_NAMES)
        return suffix in self._suffixes

    def below(self, top: str) -> Iterator[str]:
        """Outside git: the files below a folder, without what ignore files leave out. `top` is "" or ends with `/`."""
        # A stack, as folders may be nested deeper than calls: entries still to be looked at, and what is ignored there.
        open_folders = [self._opened(top, top, ())]
        while open_folders:
            entries, ignores = open_folders[-1]
            entry = next(entries, None)
            if entry is None:
                open_folders.pop()
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder and entry.name in NEVER:
                continue
            if not is_folder and not (entry.is_file(follow_symlinks=False) and self.may_be_checked(entry.name)):
                self._others = True
                continue
            path = entry.path if top else entry.path.removeprefix("./")
            if self._config.excludes(path) or _ignored(ignores, path, is_folder):
                self.skipped += 1
            elif is_folder:
                open_folders.append(self._opened(top, path + "/", ignores))
            else:
                yield path

    def _opened(self, top: str, prefix: str, ignores: Ignores) -> tuple[Iterator[os.DirEntry[str]], Ignores]:
        """What is in a folder, sorted, and what the ignore files say there, the nearest first."""
        try:
            with os.scandir(prefix or ".") as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._problems.append(Trouble(display(prefix.rstrip("/")), f"cannot be read: {error.strerror}"))
            return iter(()), ignores
        own = tuple(self._ignore_file(top, prefix, entry.name) for entry in listed if entry.name in IGNORE_FILES)
        return iter(listed), (*own, *ignores)

    def _ignore_file(self, top: str, prefix: str, name: str) -> Callable[[str, bool], bool | None]:
        """What an ignore file says of paths; nothing where it is none that should be read, which is noted."""
        from splitlint.startup.globs import MOST_PATTERNS, IgnoreFile
        from splitlint.untrusted.small_files import ReadError, read_bytes

        try:
            data = read_bytes(prefix + name, (top or ".",))
        except ReadError as error:
            self._problems.append(Trouble(display(prefix + name), f"{error}: it has no effect", fatal=False))
            data = None
        if data is None:
            return lambda path, folder: None
        # Names in a tree are bytes.
        lines = IgnoreFile(data.decode("utf-8-sig", "surrogateescape"))
        if lines.too_long:
            why = f"has more than {MOST_PATTERNS:,} patterns: it has no effect"
            self._problems.append(Trouble(display(prefix + name), why, fatal=False))
        return lambda path, folder: lines.says(path[len(prefix) :], folder=folder)


def _ignored(ignores: Ignores, path: str, folder: bool) -> bool:
    for says in ignores:
        answer = says(path, folder)
        if answer is not None:
            return answer
    return False

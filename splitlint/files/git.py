"""The only module that starts git: so that nothing of a repository runs, and git waits for nothing.

What a repository's configuration can make git start, and what stands against it, is told in docs/security.md. Commands
are given that look at names and objects, and never one that compares the contents of the work tree: that runs the
filters of `.gitattributes`. On the start-up path: without subprocess (10 ms).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from splitlint.files.process import Process, ProcessError, find_program

#: Settings that win over those of the repository. What the user has set (`safe.directory`, `core.excludesFile`) counts.
_SETTINGS = (
    # Empty is off for every git; before 2.36 `false` was the name of a program.
    "core.fsmonitor=",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.askPass=false",
    "core.alternateRefsCommand=false",
    "credential.helper=",
    "diff.ignoreSubmodules=all",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "gpg.program=false",
    "log.showSignature=false",
    "protocol.allow=never",
    "protocol.ext.allow=never",
)
_ENVIRONMENT = {
    # Wins over every `protocol.NAME.allow` of the repository. There is no protocol of this name.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ASKPASS": "false",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
#: What the caller may tell git: where its settings are. The last only makes git stricter.
_OF_THE_CALLER = (
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_VALUE_",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_TEST_ASSUME_DIFFERENT_OWNER",
)
#: Files of a git directory that git opens whatever it is asked, and would wait for if one were a FIFO.
_OPENED_AT_ONCE = (
    *("HEAD", "commondir", "config", "config.worktree", "index", "packed-refs", "shallow"),
    *("info/attributes", "info/exclude", "info/grafts", "objects/info/alternates"),
)
_LARGEST_GITFILE = 1 << 16
#: What is said where git says nothing, as with `--quiet`.
NO_REASON = "git failed without saying why"


class GitError(Exception):
    """git failed. The message says why, in one line."""


class NoGitError(GitError):
    """git is not installed."""


class Repository:
    """A repository that git can be asked about.

    `top`: the folder with `.git` in it, or the bare repository itself. `folder`: the part of it that is meant, relative
    to `top`, "" for all of it. `of_hook`: the index that a hook was told of is used, if it is that of this repository.
    """

    def __init__(self, top: str, folder: str = "", *, bare: bool = False, of_hook: bool = False) -> None:
        self.top = top
        self.folder = folder
        self._bare = bare
        self._index = _index_of_hook(top) if of_hook and not bare else None

    @property
    def index(self) -> str:
        """The path of the index that git reads."""
        return self._index or os.path.join(_git_folder(self.top) or self.top, "index")

    @property
    def common(self) -> str:
        """The git directory, or of a linked work tree the part of it that all work trees share."""
        return _common_folder(self.top if self._bare else _git_folder(self.top) or self.top)

    def environment(self) -> dict[str, str]:
        """The environment that git is started with: that of the caller, without what would lead git elsewhere."""
        kept = {name: value for name, value in os.environ.items() if _may_be_told(name)}
        kept |= _ENVIRONMENT
        # What was found here is not looked for further up.
        kept["GIT_CEILING_DIRECTORIES"] = os.path.dirname(self.top)
        if not self._bare:
            kept["GIT_WORK_TREE"] = self.top
        if self._index is not None:
            kept["GIT_INDEX_FILE"] = self._index
        return kept

    def command(self, *arguments: str) -> list[str]:
        """The command line of git with these arguments. Raises NoGitError."""
        program = find_program("git")
        if program is None:
            raise NoGitError("git is not installed")
        # A bare repository is used only if it was asked for: any folder of a clone can look like one.
        settings = (*_SETTINGS, f"safe.bareRepository={'all' if self._bare else 'explicit'}")
        words = [word for setting in settings for word in ("-c", setting)]
        return [program, "--no-pager", *words, "-C", self.top, *arguments]

    def start(self, *arguments: str, asked: bool = False) -> Process:
        """Starts git with these arguments; `asked`: it is given questions to read. Raises GitError."""
        self._refuse_to_wait()
        try:
            return Process(self.command(*arguments), self.environment(), asked=asked)
        except ProcessError as error:
            raise GitError(f"git {error}") from error

    def run(self, *arguments: str) -> bytes:
        """What git writes to its standard output. Raises GitError if it fails."""
        return b"".join(self.blocks(*arguments))

    def blocks(self, *arguments: str) -> Iterator[bytes]:
        """What git writes to its standard output, as it comes. Raises GitError if it fails, at the end."""
        with self.start(*arguments) as process:
            yield from ended(process)

    def names(self, *arguments: str) -> list[str]:
        """The names that git writes with a NUL after each, each once, sorted, relative to `folder`. Raises GitError."""
        return sorted({name for row in self.run(*arguments).split(b"\0") if (name := self.inner(row)) is not None})

    def inner(self, row: bytes) -> str | None:
        """A name that git gives, relative to `folder`; None if it leads out of it: an index may hold anything."""
        name = os.fsdecode(row)
        if self.folder:
            if not name.startswith(self.folder + "/"):
                return None
            name = name[len(self.folder) + 1 :]
        if not name or name[0] == "/" or (".." in name and ".." in name.split("/")):
            return None
        return name

    def inside(self) -> tuple[str, ...]:
        """The arguments that restrict a command to `folder`."""
        return ("--", f":(literal){self.folder}") if self.folder else ()

    def is_ignored(self) -> bool:
        """Whether git ignores `folder` as a whole."""
        if not self.folder:
            return False
        try:
            self.run("check-ignore", "-q", "--", f"./{self.folder}")
        except GitError:
            return False
        return True

    def _refuse_to_wait(self) -> None:
        """Raises GitError where git would wait for a FIFO or read a device."""
        own = self.top if self._bare else _git_folder(self.top) or self.top
        folders = dict.fromkeys((own, _common_folder(own)))
        paths = [os.path.join(folder, name) for folder in folders for name in _OPENED_AT_ONCE]
        # git does not follow a link there. Those further down are noticed when git waits for them.
        ignore = os.path.join(self.top, ".gitignore")
        for path in paths if self._bare or os.path.islink(ignore) else (*paths, ignore):
            if _kind(path) == "neither":
                raise GitError(f"{path} is neither a file nor a folder, so git is not asked")


def ended(process: Process) -> Iterator[bytes]:
    """What a git that was started writes, as it comes. Raises GitError if it fails, at the end."""
    try:
        yield from process
        process.end()
    except ProcessError as error:
        raise told(error) from error


def told(error: ProcessError) -> GitError:
    """What went wrong with a git that was started: what it said itself, if it has failed."""
    return GitError(f"git {error}" if error.status is None else complaint(error.said) or NO_REASON)


def complaint(stderr: bytes) -> str:
    """What git complained of, in one line, without its `fatal:`; with the command that helps, where git knows one."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    fatal = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    what = (fatal or lines or [""])[-1].removeprefix("fatal: ").removeprefix("error: ")
    advice = next((line.strip() for line in lines if "git config --global --add safe.directory" in line), "")
    return f"{what}; if you trust it: `{advice}`" if advice else what


def repository_of(folder: str, *, of_hook: bool = False) -> Repository | None:
    """The work tree that a folder is in, None if it is in none. A repository without a `.git` is none: see `bare`."""
    top = here = os.path.realpath(folder)
    ceilings = os.environ.get("GIT_CEILING_DIRECTORIES", "").split(os.pathsep)
    while _git_folder(top) is None:
        above = os.path.dirname(top)
        if above == top or above in ceilings:
            return None
        top = above
    return Repository(top, "" if here == top else os.path.relpath(here, top), of_hook=of_hook)


def bare(folder: str) -> Repository | None:
    """The bare repository that a folder is, None if it is none. Only for folders that the user has named."""
    folder = os.path.realpath(folder)
    inner = (os.path.join(folder, name) for name in ("objects", "refs"))
    if _kind(os.path.join(folder, "HEAD")) != "file" or not all(_kind(path) == "folder" for path in inner):
        return None
    return Repository(folder, bare=True) if _git_folder(folder) is None else None


def repository_at(folder: str) -> Repository:
    """The repository that a folder is, or is in; a bare one counts, as the user has named it. Raises GitError."""
    found = bare(folder) or repository_of(folder)
    if found is None:
        raise GitError("is not in a git repository")
    return found


def _git_folder(top: str) -> str | None:
    """The git directory that the `.git` of a folder is, or leads to; None where git would not take it for one."""
    path = os.path.join(top, ".git")
    if _kind(path) == "file":
        target = _first_line(path)
        if not target.startswith("gitdir: "):
            return None
        path = os.path.join(top, target.removeprefix("gitdir: "))
    common = _common_folder(path)
    needed = (os.path.join(common, name) for name in ("objects", "refs"))
    return path if os.path.lexists(os.path.join(path, "HEAD")) and all(map(os.path.isdir, needed)) else None


def _common_folder(path: str) -> str:
    """The part of a git directory that linked work trees share."""
    shared = os.path.join(path, "commondir")
    return os.path.join(path, _first_line(shared)) if _kind(shared) == "file" else path


def _first_line(path: str) -> str:
    """The first line of a small file, "" if it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        return os.fsdecode(os.read(descriptor, _LARGEST_GITFILE).partition(b"\n")[0])
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def _kind(path: str) -> str:
    """`file`, `folder`, `neither` (a FIFO, a device), or "" if there is nothing; links are followed."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return ""
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "neither"


def _may_be_told(variable: str) -> bool:
    return not variable.startswith("GIT_") or variable.startswith(_OF_THE_CALLER)


def _index_of_hook(top: str) -> str | None:
    """The index that git has told a hook of, by its absolute path, if the hook is one of the repository at `top`."""
    told = os.environ.get("GIT_INDEX_FILE")
    if not told:
        return None
    here = repository_of(os.curdir)
    if here is None or here.top != top:
        return None
    return os.path.abspath(told) if os.path.exists(told) else os.path.join(top, told)

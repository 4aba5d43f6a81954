"""Which nixpkgs a file is built with: what it fetches itself, else the nearest lock, list or fetched nixpkgs above it.

A flake does not see what lies above it, so that a folder with a flake.nix is the last that is asked. Every file is read
once, and only if something asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from splitlint.limits import Failure, contained
from splitlint.pins.pin import BrokenError, Pin
from splitlint.untrusted.small_files import LARGEST, ReadError

#: Gives the bytes of a file, None for one that is not there. May raise ReadError.
Read = Callable[[str], bytes | None]
_WORDS = (b"ixpkgs", b"nixos-")
#: A lock or a file that takes longer is one that was made for it.
_SECONDS = 5.0
#: Lists of sources, below the folder that they count for.
_LISTS = ("npins/sources.json", "nix/sources.json", "lon.lock")
#: The names of all locks and lists of sources.
LOCKS = ("flake.lock", *_LISTS)
#: Files in which people who have no lock fetch nixpkgs.
_CODE = ("default.nix", "shell.nix", "nixpkgs.nix", "pkgs.nix", "release.nix", "nix/nixpkgs.nix", "nix/default.nix")


class Nearest:
    """Answers for the files of one tree. `folders`: from a path, the folders above it, nearest first, "" the top's own.

    `problems`: what was not understood, by path.
    """

    def __init__(self, read: Read, folders: Callable[[str], Sequence[str]]) -> None:
        self._read = read
        self._folders = folders
        self._by_folder: dict[str, tuple[Pin, ...] | None] = {}
        self._by_file: dict[str, tuple[Pin, ...]] = {}
        self.problems: dict[str, str] = {}

    def pins(self, path: str) -> tuple[Pin, ...]:
        """The nixpkgs that a file may be built with; nothing if that cannot be told."""
        if path.endswith(".nix"):
            own = self._fetched(path)
            if own:
                return own
        for folder in self._folders(path):
            if folder not in self._by_folder:
                self._by_folder[folder] = self._in_folder(folder)
            found = self._by_folder[folder]
            if found is not None:
                return found
        return ()

    def _in_folder(self, folder: str) -> tuple[Pin, ...] | None:
        """What a folder says; None if what is above it counts."""
        above = f"{folder}/" if folder else ""
        lock = self._listed(f"{above}flake.lock")
        is_flake = lock is not None
        found = list(lock or ())
        if lock is None and (data := self._data(f"{above}flake.nix")) is not None:
            is_flake = True
            found += _told(_of_inputs, data, f"{above}flake.nix")
        for name in _LISTS:
            found += self._listed(above + name) or ()
        if not found:
            found = [pin for name in _CODE for pin in self._fetched(above + name)]
        return tuple(found) if found or is_flake else None

    def _listed(self, path: str) -> tuple[Pin, ...] | None:
        """The pins in a lock or list; None if it is not there."""
        try:
            data = self._read(path)
            found = (
                contained(lambda: pins_in(path, data), _SECONDS, raised=(BrokenError,)) if data is not None else None
            )
        except (ReadError, BrokenError) as error:
            self.problems[path] = str(error)
            return ()
        if isinstance(found, Failure):
            self.problems[path] = found.message
            return ()
        return found

    def _fetched(self, path: str) -> tuple[Pin, ...]:
        if path not in self._by_file:
            data = self._data(path) or b""
            self._by_file[path] = _told(_of_code, data, path) if any(word in data for word in _WORDS) else ()
        return self._by_file[path]

    def _data(self, path: str) -> bytes | None:
        """The bytes of a Nix file; one that cannot be read is told of where it is checked."""
        try:
            return self._read(path)
        except ReadError:
            return None


def is_lock(path: str) -> bool:
    """Whether a file is a lock or a list of sources."""
    return any(path == name or path.endswith(f"/{name}") for name in LOCKS)


def pins_in(path: str, data: bytes) -> tuple[Pin, ...]:
    """The nixpkgs in a lock or a list of sources, which its name tells. Raises BrokenError."""
    if len(data) > LARGEST:
        raise BrokenError(f"has more than {LARGEST >> 20} MB")
    if path.endswith("flake.lock"):
        from splitlint.pins.flake_lock import pins_of

        return tuple(pin._replace(source=path) for pin in pins_of(data))
    from splitlint.pins import source_lists

    listed = next(function for name, function in source_lists.FORMATS.items() if path.endswith(name))
    return tuple(pin._replace(source=path) for pin in listed(data))


def _told(pins_of: Callable[[bytes, str], tuple[Pin, ...]], data: bytes, path: str) -> tuple[Pin, ...]:
    """The pins in Nix code; nothing if it cannot be read, which whoever checks it says."""
    found = contained(lambda: pins_of(data, path), _SECONDS)
    return () if isinstance(found, Failure) else found


def _of_inputs(data: bytes, path: str) -> tuple[Pin, ...]:
    from splitlint.pins.nix_code import inputs_of

    return tuple(pin._replace(source=path) for pin in inputs_of(data))


def _of_code(data: bytes, path: str) -> tuple[Pin, ...]:
    from splitlint.pins.nix_code import fetched

    return tuple(pin._replace(source=path) for pin in fetched(data))

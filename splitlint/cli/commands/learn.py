"""`splitlint learn OLD NEW`: the facts of a pack from two listings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.authoring.learn import as_toml, learned
from splitlint.authoring.listings import Listing, ListingError, listing
from splitlint.authoring.skeleton import wrong_name
from splitlint.cli.console import UsageError, complain, write
from splitlint.files.discover import File
from splitlint.files.reading import UnreadableError, read_file

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.description = (
        "Compare what the outputs of a package contain before and after a change in nixpkgs, and write `outputs`, "
        "`new_outputs` and `moved` for a pack.toml. A listing has a line for each path: the output, a tab, and the "
        "path below the output."
    )
    parser.add_argument("old", metavar="OLD", help="the listing from before the change")
    parser.add_argument("new", metavar="NEW", help="the listing from after it")
    parser.add_argument("--family", default="NAME", metavar="NAME", help="the name of the family in the pack")
    parser.add_argument(
        "--all", action="store_true", help="also name the outputs of paths that have never been in the first output"
    )


def run(options: argparse.Namespace) -> int:
    """Writes the facts. Raises UsageError."""
    wrong = wrong_name(options.family)
    if wrong is not None:
        raise UsageError(f"`{options.family}` {wrong}")
    try:
        old, new = _listing(options.old), _listing(options.new)
    except ListingError as error:
        for message in error.messages:
            complain(message)
        return 2
    write(as_toml(learned(old, new, everything=options.all), options.family))
    return 0


def _listing(path: str) -> Listing:
    try:
        data = read_file(File(path, path, named=True))
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}") from error
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise ListingError([f"{path}:{number}: is not UTF-8: byte 0x{data[error.start]:02x}"]) from error
    return listing(path, text)

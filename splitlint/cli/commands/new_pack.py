"""`splitlint new-pack NAME [DIR]`: a pack to begin with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from splitlint.analysis.model.values import Global
from splitlint.authoring.skeleton import skeleton, wrong_name
from splitlint.cli.console import UsageError, refuse_way_out, save, write
from splitlint.matching.packs import world_of
from splitlint.rulebook.pages import default_folder, load_rules

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.description = (
        "Write a pack to begin with: pack.toml and one page, with comments, which pass `splitlint test`. "
        "Nothing is overwritten."
    )
    parser.add_argument("name", metavar="NAME", help="the name of the pack, such as glibc-getent")
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", help="make DIR/NAME (default: ./NAME)")
    parser.add_argument("--package", metavar="NAME", help="the package in `pkgs` that it is about (default: NAME)")


def run(options: argparse.Namespace) -> int:
    """Writes the pack. Raises UsageError where a name cannot be used, or something is there already."""
    package = options.package or options.name
    for name in (options.name, package):
        wrong = wrong_name(name)
        if wrong is not None:
            raise UsageError(f"`{name}` {wrong}")
    _refuse_known(options.name, package)
    folder = os.path.normpath(os.path.join(options.folder, options.name))
    if os.path.lexists(folder):
        raise UsageError(f"{folder}: is there already, and is not changed")
    refuse_way_out(folder)
    try:
        os.makedirs(folder)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made: {error.strerror}") from error
    for name, text in skeleton(options.name, package, folder).items():
        save(os.path.join(folder, name), text)
    write(f"Wrote {folder}/. Change it, and run `splitlint test {folder}`.\n")
    return 0


def _refuse_known(pack: str, package: str) -> None:
    shipped = load_rules([default_folder()])
    if any(one.name == pack for one in shipped.packs):
        raise UsageError(f"splitlint has a pack `{pack}`: choose another name")
    world = world_of(shipped.packs)
    conventions = (world.family(package), world.by_name(package), world.by_set_name(package))
    if any(conventions) or not isinstance(world.shape_of(("pkgs", package)), Global):
        raise UsageError(
            f"a pack of splitlint describes `{package}` already: give another package with --package, "
            "or write `knows` in a pack.toml of your own"
        )

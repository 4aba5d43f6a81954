"""`splitlint lsp`: a language server for editors."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from splitlint.cli.console import UsageError

if TYPE_CHECKING:
    import argparse

MISSING = "the language server needs pygls 2: pip install 'splitlint[lsp]' (or pipx inject splitlint pygls)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.description = (
        "Speak the Language Server Protocol on standard input and output, for an editor that starts this command. "
        "Files are checked as they are in the editor, with the configuration that they have on the command line."
    )
    parser.add_argument("--stdio", action="store_true", help="what is done anyway, for editors that ask for it")


def run(options: argparse.Namespace) -> int:
    """Serves until the editor ends it. Raises UsageError if what it needs is not installed."""
    if find_spec("pygls") is None or find_spec("lsprotocol") is None or find_spec("pygls.lsp.server") is None:
        raise UsageError(MISSING)
    from splitlint.lsp.server import serve

    return serve()

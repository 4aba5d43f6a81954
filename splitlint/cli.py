"""The command line: which command, with which arguments, to which exit code.

Exit codes: 0 nothing found, 1 something found, 2 wrong use or something that has to be put right first.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from splitlint import __version__
from splitlint.config import ConfigError
from splitlint.console import UsageError, complain
from splitlint.rule import RuleError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DESCRIPTION = """\
Finds Nix code that looks for a package's files in the output they have left, says what will go wrong, and mends it.
"""

COMMANDS = {
    "check": "check files and folders",
    "explain": "show the page of a rule: why it breaks, what to write instead",
    "rules": "list the rules",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code. `argv` is without the program's name; None takes it from sys.

    Raises SystemExit for `--help`, `--version` and wrong arguments, as argparse does.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser, run = _parser(arguments)
    options = parser.parse_args(arguments)
    if run is None:
        parser.print_help()
        return 2
    try:
        return run(options)
    except (UsageError, ConfigError, RuleError) as error:
        complain(str(error))
        return 2
    except KeyboardInterrupt:
        complain("interrupted")
        return 130


def entry() -> NoReturn:
    """The console script."""
    sys.exit(main())


def _parser(arguments: Sequence[str]) -> tuple[argparse.ArgumentParser, Callable[[argparse.Namespace], int] | None]:
    """The parser, with the arguments of the one command that is asked for, and the function that runs it."""
    parser = argparse.ArgumentParser("splitlint", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"splitlint {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    chosen = next((word for word in arguments if word in COMMANDS), None)
    run = None
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if name == chosen:
            run = _equip(name, command)
    return parser, run


def _equip(name: str, parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Adds a command's arguments to its parser and gives the function that runs it."""
    if name == "check":
        from splitlint.commands import check

        check.add_arguments(parser)
        return check.run
    if name == "explain":
        from splitlint.commands import explain

        explain.add_arguments(parser)
        return explain.run
    from splitlint.commands import rules

    rules.add_arguments(parser)
    return rules.run

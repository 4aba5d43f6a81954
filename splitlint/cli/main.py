"""The command line: which command, with which arguments, to which exit code.

Exit codes: 0 nothing found, 1 something found, 2 wrong use or something that has to be put right first.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from splitlint import __version__
from splitlint.cli.console import UsageError, complain, width, write_error
from splitlint.config import ConfigError, did_you_mean
from splitlint.limits import DEBUG, Failure, contained
from splitlint.rulebook.rule import RuleError
from splitlint.startup.signals import signal
from splitlint.untrusted.escapes import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DESCRIPTION = """\
Find Nix code that reads a package's files from an output that no longer has them, say what will go wrong, and fix it.
"""

COMMANDS = {
    "check": "check files and folders",
    "explain": "explain rules: why the code breaks and what to write instead",
    "init": "write a configuration to begin with",
    "inspect": "for authors of rules: show what is known at a place of a file",
    "learn": "for authors of rules: what has moved, from two listings of a package's outputs",
    "lsp": "for editors: a language server on standard input and output",
    "new-pack": "for authors of rules: write a pack to begin with",
    "rules": "list the rules",
    "scan": "scan many trees and repositories and remember the findings",
    "test": "for authors of rules: test the cases of packs",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code. `argv` is without the program's name; None takes it from sys.

    Raises SystemExit for `--help`, `--version` and wrong arguments, as argparse does.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] not in COMMANDS:
        return _overview(arguments)
    done = contained(lambda: _run(arguments[0], arguments[1:]))
    if isinstance(done, Failure):
        complain(done.message)
        write_error(_REPORT)
        return 2
    return done


_REPORT = f"""\
This is a bug in splitlint {__version__}: please report it at https://github.com/splitlint/splitlint/issues
with the output of {DEBUG}=1 splitlint ...
"""


def _run(name: str, arguments: Sequence[str]) -> int:
    summary = COMMANDS[name]
    command = import_module(f"splitlint.cli.commands.{name.replace('-', '_')}")
    # A parser of its own: each parser costs 1 ms, and the overview needs one for every command.
    parser = _Parser(f"splitlint {name}", description=f"{summary[0].upper()}{summary[1:]}.", formatter_class=_Help)
    command.add_arguments(parser)
    try:
        code: int = command.run(parser.parse_args(arguments))
    except (UsageError, ConfigError, RuleError) as error:
        complain(str(error))
        return 2
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
    return code


def entry(at_end: Callable[[], None] = lambda: None) -> NoReturn:
    """Runs a command, and what is to be done `at_end`, when all has been said.

    Leaves without tearing the interpreter down, which takes 20 ms of a run with one file.
    """
    # argparse looks for translations of its words, which nobody has: that imports `locale`, 1 ms of a run.
    vars(argparse)["_"] = lambda text: text
    told = _end_as_when_interrupted()
    code = main()
    if told:
        code = 128 + told[0]
    for stream in (sys.stdout, sys.stderr):
        # A server has closed them.
        if stream is not None and not stream.closed:
            stream.flush()
    at_end()
    os._exit(code)


def _end_as_when_interrupted() -> list[int]:
    """Takes a request to end (`kill`, a closed terminal) for Ctrl-C, so that what is half done is tidied up.

    Gives a list in which the number of such a signal will be.
    """
    told: list[int] = []

    def interrupt(number: int, frame: object) -> None:
        told.append(number)
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        # Whoever started this may have asked to go on, as `nohup` does.
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, interrupt)
    return told


def _overview(arguments: Sequence[str]) -> int:
    """`--help`, `--version`, no command or an unknown one."""
    parser = _Parser("splitlint", description=DESCRIPTION, formatter_class=_Help)
    parser.add_argument("--version", action="version", version=f"splitlint {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary)
    parser.parse_args(arguments)
    parser.print_help()
    return 2


class _Parser(argparse.ArgumentParser):
    """Arguments may be names of files, and these may hold anything. A misspelt flag is answered with the nearest."""

    def error(self, message: str) -> NoReturn:
        super().error(visible(message + self._nearest(message)))

    def _nearest(self, message: str) -> str:
        """What may have been meant, after a message of argparse about a word that it does not know."""
        import re

        if flag := re.match(r"unrecognized arguments: .*?(--?[\w-]+)", message):
            return did_you_mean(flag[1], self._option_string_actions)
        if word := re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message):
            near = did_you_mean(word[1], re.findall(r"[\w-]+", word[2]))
            return near if "did you mean" in near else ""
        return ""

    def _parse_optional(self, arg_string: str) -> Any:
        """None for what is no option: here also for a file whose name starts as one does, as hooks give names."""
        if arg_string not in self._option_string_actions and "=" not in arg_string and os.path.lexists(arg_string):
            return None
        return super()._parse_optional(arg_string)


class _Help(argparse.HelpFormatter):
    """argparse's own asks shutil for the width of the terminal, an import of 3 ms even where nobody wants help."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=min(width(), 100) - 2, max_help_position=28)

"""Makes what is installed beside the program: the man page, and completions for bash, zsh and fish.

Run it with `make share`; a test says when it is due.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import shtab

from splitlint import __version__
from splitlint.cli.main import COMMANDS, DESCRIPTION
from splitlint.config_schema import schema
from splitlint.findings.addresses import SITE
from splitlint.findings.own_rules import OWN_RULES
from splitlint.rulebook.pages import default_folder, load_rules

ROOT = Path(__file__).resolve().parent.parent
PLACES = {
    "bash": "share/bash-completion/completions/splitlint",
    "zsh": "share/zsh/site-functions/_splitlint",
    "fish": "share/fish/vendor_completions.d/splitlint.fish",
}
MAN_PAGE = "share/man/man1/splitlint.1"
SCHEMA = "share/splitlint.schema.json"
#: What an argument is, by the word that stands for it in the help.
_FILES = {"PATH", "FILE", "PLACE", "FILE[:LINE[:COLUMN]]", "NAME", "TARGET", "OLD", "NEW"}
_FOLDERS = {"DIR"}
_RULES = {"RULE", "RULE,..."}


def parser() -> argparse.ArgumentParser:
    """The command line as one parser, with what its arguments are."""
    made = argparse.ArgumentParser("splitlint", description=DESCRIPTION)
    made.add_argument("--version", action="version", version=f"splitlint {__version__}")
    commands = made.add_subparsers(metavar="COMMAND")
    for name, summary in COMMANDS.items():
        one = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        import_module(f"splitlint.cli.commands.{name.replace('-', '_')}").add_arguments(one)
        for action in one._actions:
            _complete(action)
    return made


def _complete(action: argparse.Action) -> None:
    what = action.metavar if isinstance(action.metavar, str) else ""
    if what in _FILES:
        setattr(action, "complete", shtab.FILE)  # noqa: B010  (argparse knows no such attribute)
    elif what in _FOLDERS:
        setattr(action, "complete", shtab.DIRECTORY)  # noqa: B010
    elif what in _RULES:
        words = " ".join(rule_names())
        shells = {"bash": "_splitlint_rules", "zsh": f"({words})", "fish": words}
        setattr(action, "complete", shells)  # noqa: B010


def rule_names() -> list[str]:
    """The rules that splitlint ships, and its own."""
    return [*(rule.name for rule in load_rules([default_folder()]).rules), *OWN_RULES]


def completion(shell: str) -> str:
    """What completes command lines in a shell."""
    words = " ".join(rule_names())
    preamble = f'_splitlint_rules() {{ compgen -W "{words}" -- "$1"; }}' if shell == "bash" else ""
    text = shtab.complete(parser(), shell=shell, preamble=preamble)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def man_page() -> str:
    """The page of section 1, for troff."""
    lines = [
        f'.TH SPLITLINT 1 "" "splitlint {__version__}" "User Commands"',
        ".SH NAME",
        r"splitlint \- find and fix Nix code that reads files from an output that no longer has them",
        ".SH SYNOPSIS",
        r".B splitlint",
        r".I COMMAND",
        r"[\fIARGUMENT\fR ...]",
        ".SH DESCRIPTION",
        *_text(DESCRIPTION),
        ".SH COMMANDS",
    ]
    whole = parser()
    commands = next(one for one in whole._actions if isinstance(one.choices, dict))
    assert isinstance(commands.choices, dict)
    for name, summary in COMMANDS.items():
        lines += [".TP", rf".B splitlint {_plain(name)}", *_text(f"{summary[0].upper()}{summary[1:]}.")]
    for name, one in commands.choices.items():
        lines += [f".SH OPTIONS OF SPLITLINT {_plain(name.upper())}", *_text(one.description or "")]
        for action in one._actions:
            if action.help != argparse.SUPPRESS and not isinstance(action, argparse._HelpAction):
                lines += [".TP", _heading(action), *_text(_help(action))]
    return "\n".join([*lines, *_rest()]) + "\n"


def _rest() -> Iterator[str]:
    yield ".SH EXIT STATUS"
    for code, meaning in (
        ("0", "nothing was found"),
        ("1", "something was found"),
        ("2", "something has to be corrected first: arguments, the configuration, a file that cannot be read"),
    ):
        yield from (".TP", f".B {code}", f"{meaning}.")
    yield ".SH FILES"
    yield from (".TP", r".B .splitlint.toml", r"The configuration of a repository, or")
    yield r".B [tool.splitlint]"
    yield r"in pyproject.toml."
    yield ".SH ENVIRONMENT"
    yield from (".TP", ".B SPLITLINT_DEBUG", "If it is 1, internal errors are shown with their tracebacks.")
    yield from (".TP", ".B NO_COLOR, FORCE_COLOR, COLUMNS", "Colours, and the width of reports.")
    yield ".SH SEE ALSO"
    yield _plain(f"{SITE}/{__version__}/")


def _heading(action: argparse.Action) -> str:
    name = action.metavar or action.dest.upper()
    if not action.option_strings:
        return rf".I {_plain(str(name))}"
    if action.nargs == 0:
        return rf"\fB{', '.join(map(_plain, action.option_strings))}\fR"
    value = "{" + ",".join(map(str, action.choices)) + "}" if action.choices is not None else str(name)
    return rf"\fB{', '.join(map(_plain, action.option_strings))}\fR \fI{_plain(value)}\fR"


def _help(action: argparse.Action) -> str:
    said = (action.help or "").replace("%%", "%")
    return re.sub(r"%\((\w+)\)s", lambda found: str(getattr(action, found[1])), said)


def _text(text: str) -> list[str]:
    return [_plain(" ".join(text.split()))] if text.strip() else []


def _plain(text: str) -> str:
    """A text of which troff makes nothing else."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga")
    return rf"\&{escaped}" if escaped.startswith((".", r"\(aq")) else escaped


def made() -> dict[str, str]:
    """The texts of all files, by their paths."""
    files = {path: completion(shell) for shell, path in PLACES.items()}
    return {**files, MAN_PAGE: man_page(), SCHEMA: json.dumps(schema(), indent=2) + "\n"}


if __name__ == "__main__":
    for name, text in made().items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(text, encoding="utf-8")

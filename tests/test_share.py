"""What is installed beside the program: the man page, and completions that complete."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest

from splitlint.cli.main import COMMANDS
from splitlint.rulebook.pages import default_folder, load_rules
from tests.tools import need

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "docs"))

import make_share  # noqa: E402  (the folder is no package)

BASH = """
source "$1"
COMP_WORDS=({words} "$2"); COMP_CWORD={place}
_shtab_splitlint splitlint
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def options(parser: argparse.ArgumentParser) -> set[str]:
    """The options of a command line and of its commands."""
    shown = [action for action in parser._actions if action.help != argparse.SUPPRESS]
    found = {name for action in shown for name in action.option_strings if name.startswith("--")}
    for action in parser._actions:
        if isinstance(action.choices, dict):
            found |= {name for one in action.choices.values() for name in options(one)}
    return found


def test_the_man_page_is_that_of_this_command_line() -> None:
    assert (ROOT / make_share.MAN_PAGE).read_text() == make_share.man_page(), "make share"


@pytest.mark.parametrize("shell", make_share.PLACES)
def test_completions_know_every_command_option_and_rule(shell: str) -> None:
    text = (ROOT / make_share.PLACES[shell]).read_text()
    words = set(re.findall(r"[\w/-]+", text))
    names = {one.lstrip("-") for one in options(make_share.parser())} | {*COMMANDS}
    names |= {rule.name for rule in load_rules([default_folder()]).rules}
    known = words | {word.lstrip("-") for word in words}
    assert {name for name in names if name not in known} == set(), "make share"


@pytest.mark.parametrize(
    ("words", "begin", "expected"),
    [
        (["splitlint"], "exp", {"explain"}),
        (["splitlint", "check"], "--show-", {"--show-fixes", "--show-suppressed"}),
        (["splitlint", "explain"], "modules-p", {"modules-path"}),
        (["splitlint", "check", "--min-severity"], "", {"info", "warning", "error"}),
    ],
)
def test_bash_completes(words: list[str], begin: str, expected: set[str]) -> None:
    script = BASH.format(words=" ".join(words), place=len(words))
    command = [need("bash", "bash"), "-c", script, "bash", str(ROOT / make_share.PLACES["bash"]), begin]
    assert set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()) == expected


def test_fish_completes(tmp_path: Path) -> None:
    fish = need("fish", "fish")
    script = (
        f"source {ROOT / make_share.PLACES['fish']}; complete -C 'splitlint check --diff'; complete -C 'splitlint exp'"
    )
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([fish, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["--diff", "explain"]


def test_zsh_takes_its_completions() -> None:
    command = [need("zsh", "zsh"), "-n", str(ROOT / make_share.PLACES["zsh"])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (ROOT / make_share.PLACES["zsh"]).read_text().startswith("#compdef splitlint\n")


def test_troff_has_nothing_to_say_of_the_man_page() -> None:
    command = [need("groff", "groff-base"), "-man", "-ww", "-z", "-Tutf8", str(ROOT / make_share.MAN_PAGE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    show = [*command[:3], "-Tutf8", "-P-c", command[-1]]
    text = re.sub(".\x08", "", subprocess.run(show, capture_output=True, text=True, check=True).stdout)
    for heading in ("NAME", "EXIT STATUS", "OPTIONS OF SPLITLINT CHECK", "SEE ALSO"):
        assert f"\n{heading}\n" in text
    assert "--write-baseline FILE" in text

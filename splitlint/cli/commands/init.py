"""`splitlint init`: a configuration to begin with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from splitlint.cli.console import UsageError, refuse_way_out, save, write
from splitlint.config import FILE_NAMES, UnreadableConfigError, load_config
from splitlint.config_schema import ADDRESS, MEANINGS

if TYPE_CHECKING:
    import argparse

#: What is written, as comments: keys with values that change something.
_EXAMPLES = {
    "exclude": '["vendor/", "*.generated.nix"]',
    "ignore": '["unused-suppression"]',
    "min-confidence": '"high"',
    "nixpkgs": '"25.11"',
    "baseline": '"splitlint-baseline.json"',
}
_HOOK = """\
Wrote {path}. All settings in it are comments: what holds without them is right for most repositories.

  splitlint check                                         what is broken
  splitlint check --write-baseline FILE                   if that is a lot: only new findings from now on

To check each commit with pre-commit or prek, in .pre-commit-config.yaml:

  repos:
    - repo: https://github.com/splitlint/splitlint
      rev: v{version}
      hooks:
        - id: splitlint
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.description = (
        f"Write {FILE_NAMES[0]} with the most common settings as comments, and say how to go on. "
        "Nothing is overwritten."
    )
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", help="where (default: the current folder)")


def run(options: argparse.Namespace) -> int:
    """Writes the configuration. Raises UsageError where there is one that holds for the folder itself."""
    from splitlint import __version__

    folder = os.path.normpath(options.folder)
    if not os.path.isdir(folder):
        raise UsageError(f"{folder}: is not a folder")
    path = os.path.normpath(os.path.join(folder, FILE_NAMES[0]))
    _refuse_configured(folder, path)
    refuse_way_out(path)
    save(path, text())
    write(_HOOK.format(path=path, version=__version__))
    return 0


def _refuse_configured(folder: str, path: str) -> None:
    if os.path.lexists(path):
        raise UsageError(f"{path}: is there already, and is not changed")
    try:
        config = load_config(folder)
    except UnreadableConfigError as error:
        raise UsageError(f"{error.path}: {error.why}; correct it first") from error
    if config.path and os.path.samefile(os.path.dirname(config.path), folder):
        raise UsageError(f"{os.path.relpath(config.path)}: has a [tool.splitlint] table already")


def text() -> str:
    """The configuration: a comment for each setting."""
    lines = [f"#:schema {ADDRESS}", "# The settings of splitlint; `splitlint check --help` has them all as flags.", ""]
    for key, value in _EXAMPLES.items():
        lines += [f"# {MEANINGS[key]}", f"# {key} = {value}", ""]
    lines += [f"# {MEANINGS['per-path-ignores']}", "# [per-path-ignores]", '# "tests/**" = ["syntax-error"]']
    return "\n".join(lines) + "\n"

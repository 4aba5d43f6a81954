"""Arguments that several commands share, and how they go together with the configuration."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from splitlint.cli.console import UsageError
from splitlint.config import (
    CONFIDENCES,
    SEVERITIES,
    Config,
    UnreadableConfigError,
    load_config,
    nixpkgs_release,
    read_config,
)
from splitlint.limits import FILE_TIMEOUT

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def add_rule_arguments(parser: argparse.ArgumentParser) -> None:
    """`--rules`, `--no-default-rules`, `--config`, `--isolated`."""
    parser.add_argument(
        "--rules", action="append", metavar="DIR", default=[], help="a folder with additional rule pages"
    )
    parser.add_argument("--no-default-rules", action="store_true", help="use only the rules from --rules")
    parser.add_argument("--config", metavar="FILE", help="use this configuration file instead of the nearest one")
    parser.add_argument("--isolated", action="store_true", help="use no configuration file")


def add_jobs_argument(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """`--jobs`."""
    told = "number of processes (default: one per processor)"
    parser.add_argument("-j", "--jobs", type=int, metavar="N", default=0, help=told)


def refuse_few_jobs(options: argparse.Namespace) -> None:
    """Raises UsageError for fewer processes than one."""
    if options.jobs < 0:
        raise UsageError("--jobs must be 1 or more")


def add_limit_arguments(parser: argparse.ArgumentParser) -> None:
    """`--file-timeout`."""
    parser.add_argument(
        "--file-timeout",
        metavar="SECONDS",
        default=str(int(FILE_TIMEOUT)),
        help=f"skip and report files that take longer (default: {FILE_TIMEOUT:g}; 0: no limit)",
    )


def add_choice_arguments(parser: argparse.ArgumentParser) -> None:
    """Which rules, how bad, how sure, for which nixpkgs."""
    group = parser.add_argument_group("what counts")
    group.add_argument("--select", action="append", metavar="RULE,...", help="check only these rules")
    group.add_argument("--ignore", action="append", metavar="RULE,...", default=[], help="do not check these rules")
    group.add_argument(
        "--min-confidence",
        choices=CONFIDENCES,
        help="report only findings that are at least this certain (default: medium)",
    )
    group.add_argument(
        "--min-severity", choices=SEVERITIES, help="report only findings that are at least this severe (default: info)"
    )
    group.add_argument(
        "--nixpkgs", metavar="RELEASE", help='the oldest nixpkgs release to support, such as 25.11 (default: "any")'
    )


def effective_config(options: argparse.Namespace, paths: Sequence[str], *, lenient: bool = False) -> Config:
    """The configuration of the folder that `paths` have in common, with what the command line says instead.

    `lenient`: a file that was not asked for and is no configuration gives the defaults, with `trouble`.
    Raises ConfigError, and UsageError where an argument has a bad value.
    """
    if options.isolated:
        config = Config(root=os.getcwd())
    elif options.config is not None:
        config = read_config(options.config)
    else:
        try:
            config = load_config(_common_folder(paths))
        except UnreadableConfigError as error:
            if not lenient:
                raise
            config = Config(root=os.path.dirname(error.path), path=error.path, trouble=error.why)
    given = {
        "select": names_in(options.select) if options.select else None,
        "ignore": (*config.ignore, *names_in(options.ignore)),
        "min_confidence": options.min_confidence,
        "min_severity": options.min_severity,
        "nixpkgs": _release(options.nixpkgs),
        "rules": (*config.rules, *options.rules),
        "default_rules": False if options.no_default_rules else None,
        "file_timeout": _seconds(options.file_timeout),
        "given": (*names_in(options.select or ()), *names_in(options.ignore)),
    }
    return config._replace(**{key: value for key, value in given.items() if value is not None})


def names_in(lists: Sequence[str]) -> tuple[str, ...]:
    """The names in arguments that may each hold several, between commas."""
    return tuple(word.strip() for words in lists for word in words.split(",") if word.strip())


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1
    # A timer takes no more than a hundred years, and no "nan".
    if not 0 <= seconds < 1e9:
        raise UsageError(f"--file-timeout must be a number of seconds, or 0 for no limit, not {value!r}")
    return seconds


def _release(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return nixpkgs_release(value)
    except ValueError as error:
        raise UsageError(f"--nixpkgs {error}") from error


def _common_folder(paths: Sequence[str]) -> str:
    try:
        common = os.path.commonpath([os.path.abspath(path) for path in paths or ["."]])
    except ValueError:
        return os.getcwd()
    while not os.path.isdir(common):
        common = os.path.dirname(common)
    return common

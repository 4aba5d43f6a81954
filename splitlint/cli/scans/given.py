"""The targets that somebody names, on the command line or in a list."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from splitlint.cli.console import UsageError, refuse_way_out
from splitlint.findings.finding import Problem
from splitlint.scan.targets.targets import Target, TargetError, parse_target, read_list

#: Bytes.
_LONGEST_LIST = 64 << 20


def given_targets(options: argparse.Namespace) -> list[str]:
    """The targets of the command line, and those of the list."""
    given = list(options.targets)
    if options.targets_from is None:
        return given
    try:
        if options.targets_from == "-":
            data = sys.stdin.buffer.read()
        else:
            refuse_way_out(options.targets_from)
            # It may be a pipe, of a process that makes it.
            with open(options.targets_from, "rb") as stream:
                data = stream.read(_LONGEST_LIST)
    except OSError as error:
        raise UsageError(f"{options.targets_from}: cannot be read: {error.strerror}") from error
    given += read_list(data.decode("utf-8-sig", "surrogateescape").split("\n"))
    if not given:
        # Nobody who names a list means the current folder.
        raise UsageError(f"{options.targets_from}: there is no target in it")
    return given


def parsed_targets(given: Sequence[str]) -> tuple[list[Target], list[Problem]]:
    """The targets, each once under the first of its names, and what is none."""
    targets: dict[tuple[str, str], Target] = {}
    labels: set[str] = set()
    bad: list[Problem] = []
    for one in given:
        try:
            target = parse_target(one)
        except TargetError as error:
            bad.append(Problem(one, str(error)))
            continue
        if (target.name, target.commit) in targets:
            continue
        if target.label in labels:
            bad.append(Problem(one, f"another target is called `{target.label}` already"))
            continue
        labels.add(target.label)
        targets[target.name, target.commit] = target
    return list(targets.values()), bad

"""`splitlint scan --patches DIR`: for each target a patch, one of unsafe fixes, and the text of a pull request."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from splitlint.cli.console import UsageError, refuse_way_out, save
from splitlint.files.git import GitError
from splitlint.files.reading import UnreadableError
from splitlint.findings.finding import Problem
from splitlint.fixes.apply import verify
from splitlint.report.words import counted
from splitlint.startup.named_tuples import NamedTuple

if TYPE_CHECKING:
    from splitlint.rulebook.rule import RuleSet
    from splitlint.scan.addresses import Seen
    from splitlint.scan.patches.proposal import Proposal
    from splitlint.scan.results.tally import Tally
    from splitlint.scan.workers.units import Job

_SAFE, _UNSAFE, _TEXT = ".patch", "-unsafe.patch", ".md"
_NOT_IN_A_NAME = re.compile(r"[^\w.+@-]+")


class Written(NamedTuple):
    """What came of it: a line for each target with findings, and what could not be done."""

    lines: tuple[str, ...]
    problems: tuple[Problem, ...]


def make_folder(folder: str) -> None:
    """Makes the folder for patches, if it is not there. Raises UsageError."""
    refuse_way_out(folder)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made: {error.strerror}") from error


def write_patches(
    folder: str, tallies: Sequence[Tally], job: Job, rule_set: RuleSet, seen: Callable[[Tally], Seen]
) -> Written:
    """Writes the files of all targets into a folder that exists; files of an earlier run that have no successor go.

    Nothing is written, or removed, for a target that was not scanned completely. Raises UsageError if a file cannot be
    written.
    """
    lines: list[str] = []
    problems: list[Problem] = []
    for tally, name in zip(tallies, file_names(_label(tally) for tally in tallies), strict=True):
        if not tally.complete:
            continue
        try:
            lines += _written(os.path.join(folder, name), tally, job, rule_set, seen)
        except (GitError, UnreadableError) as error:
            problems.append(Problem(tally.target.label, f"no patch could be made: {error}"))
    return Written(tuple(lines), tuple(problems))


def file_names(labels: Iterable[str]) -> Iterator[str]:
    """A file name for each label, without suffix, each once.

    >>> list(file_names(["mobile-nixos", "../nixpkgs@main", "a/b", "."]))
    ['mobile-nixos', 'nixpkgs@main', 'a+b', 'target']
    """
    used: set[str] = set()
    for label in labels:
        plain = _NOT_IN_A_NAME.sub("+", label.strip("./").replace("../", "")).strip("+.-") or "target"
        numbers = (f"{plain}-{number}" for number in range(2, len(used) + 3))
        # Some file systems do not tell `A` from `a`; `-unsafe` is what the name of another's patch may end with.
        name = next(one for one in (plain, *numbers) if not {one.lower(), f"{one.lower()}-unsafe"} & used)
        used |= {name.lower(), f"{name.lower()}-unsafe"}
        yield name


def _label(tally: Tally) -> str:
    target = tally.target
    return os.path.basename(target.name) if target.label == "." else target.label


def _written(path: str, tally: Tally, job: Job, rule_set: RuleSet, seen: Callable[[Tally], Seen]) -> Iterator[str]:
    """Writes the files of one target, whose paths begin with `path`, and says what they are."""
    from splitlint.scan.patches.proposal import proposed
    from splitlint.scan.patches.pull_request import Names, Setting, pull_request

    if not tally.open:
        for suffix in (_SAFE, _UNSAFE, _TEXT):
            _remove(path + suffix)
        return
    nix = verify.find_nix()
    check = (lambda name, data: verify.parse_error(nix, name, data)) if nix is not None else None
    proposal = proposed(tally, job, check)
    for suffix, patch in ((_SAFE, proposal.safe), (_UNSAFE, proposal.unsafe)):
        if patch.changes:
            save(path + suffix, patch.text().encode("utf-8", "surrogateescape"))
        else:
            _remove(path + suffix)
    name = os.path.basename(path)
    where = seen(tally)
    setting = Setting(rule_set, where.permalinks(), job.config.nixpkgs, where.commit)
    save(path + _TEXT, pull_request(proposal, Names(name + _SAFE, name + _UNSAFE), setting))
    yield _line(path, proposal)


def _line(path: str, proposal: Proposal) -> str:
    total = len(proposal.tally.open)
    parts = [f"{path}{_SAFE} fixes {len(proposal.safe.fixed)}"] if proposal.safe.changes else []
    if proposal.unsafe.changes:
        parts.append(f"{path}{_UNSAFE} {'fixes ' * (not parts)}{len(proposal.unsafe.fixed)}{' more' * bool(parts)}")
    what = ", ".join(parts) or "no fixes"
    return f"{path}{_TEXT}: {counted(total, 'finding')}; {what}"


def _remove(path: str) -> None:
    """Removes a file of an earlier run. Raises UsageError."""
    refuse_way_out(path)
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path}: cannot be removed: {error.strerror}") from error

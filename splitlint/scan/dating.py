"""When what was found in a target breaks: told after all caches, which know nothing of locks."""

from __future__ import annotations

from collections.abc import Sequence

from splitlint.checking.when import dated
from splitlint.config import Config
from splitlint.files.blobs import Blobs
from splitlint.files.git import GitError
from splitlint.findings.finding import Problem
from splitlint.pins.nearest import Nearest
from splitlint.rulebook.rule import RuleSet
from splitlint.scan.results.tally import Tally
from splitlint.scan.workers.others import reader
from splitlint.startup.records import replace


def with_dates(tally: Tally, rule_set: RuleSet, config: Config) -> Tally:
    """A tally whose findings say when they break, by the locks in their target."""
    if not tally.findings:
        return tally
    with Blobs(tally.target.folder) as git:
        try:
            told = dated(tally.findings, rule_set, config.nixpkgs, Nearest(reader(tally.target, git), _folders))
        except GitError as error:
            return replace(tally, problems=(*tally.problems, Problem("", str(error))))
    return replace(tally, findings=told.findings, problems=(*tally.problems, *told.problems))


def _folders(path: str) -> Sequence[str]:
    """The folders above a path in its target, nearest first; "" is the target's own."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]

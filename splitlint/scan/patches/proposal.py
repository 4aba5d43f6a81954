"""What could be fixed in a target: changed texts, the findings that they answer, and a scan of what comes of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from splitlint.checking.check import guarded
from splitlint.files.blobs import Blobs
from splitlint.files.git import repository_of
from splitlint.findings.finding import Finding, Safety
from splitlint.fixes.apply.apply import Change, Left, chosen_fix, fix_files
from splitlint.fixes.apply.diffs import unified_diff
from splitlint.scan.patches.tree import Tree
from splitlint.scan.results.tally import Tally
from splitlint.scan.workers.units import Job
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.records import dataclass

Verify = Callable[[str, bytes], str | None]


@dataclass(frozen=True, slots=True)
class Patch:
    """Changes that belong into one patch, and what a scan of the result found.

    `fixed`: the findings that it has a fix for, and that are not found any more; `appeared`: those that were not there.
    """

    changes: tuple[Change, ...] = ()
    fixed: tuple[Finding, ...] = ()
    appeared: tuple[Finding, ...] = ()

    def text(self) -> str:
        """The patch as `git apply` takes it at the top of the target, "" if nothing changes."""
        return "".join(unified_diff(change.path, change.old, change.new) for change in self.changes)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a target is offered: safe fixes, unsafe ones on top of them, and the findings that are left, with reasons.

    `beside`: findings that nothing was changed for, and that are not found any more. `uncommitted`: changed files that
    do not hold what the commit has. `parsed`: Nix has parsed each changed Nix file.
    """

    tally: Tally
    safe: Patch
    unsafe: Patch
    left: tuple[Left, ...]
    beside: tuple[Finding, ...] = ()
    uncommitted: tuple[str, ...] = ()
    parsed: bool = False


def proposed(tally: Tally, job: Job, verify: Verify | None = None) -> Proposal:
    """Fixes what can be fixed in a scanned target, without writing anything.

    `verify(path, data)` may object to a new text by saying why. Raises GitError, UnreadableError.
    """
    with Blobs(tally.target.folder) as git:
        tree = Tree(tally.target, job, git)
        findings = tuple(guarded(one, job.config) for one in tally.open)
        safe = _fixed(tree, findings, {}, Safety.SAFE, verify)
        # All at once: what was fixed safely may keep a rule from seeing what is beside it.
        both = _fixed(tree, findings, safe.texts, Safety.UNSAFE, verify)
        first = Patch(_between({}, safe, tree), safe.fixed, _more(safe.found, findings))
        fixed = tuple(one for one in both.fixed if one not in safe.fixed)
        second = Patch(_between(safe.texts, both, tree), fixed, _more(both.found, findings))
        beside = tuple(one for one in both.gone if one not in safe.fixed and one not in fixed)
        uncommitted = _uncommitted(tally, tree, both.texts, git)
    return Proposal(tally, first, second, both.left, beside, uncommitted, verify is not None)


class _Step(NamedTuple):
    """What fixes come to: the changed texts; what is found then, is gone, was fixed; why the rest of it is left."""

    texts: Mapping[str, bytes]
    found: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    left: tuple[Left, ...]


def _fixed(
    tree: Tree, findings: Sequence[Finding], safer: Mapping[str, bytes], safety: Safety, verify: Verify | None
) -> _Step:
    """All fixes that are as safe as asked for; a file that they cannot be applied to keeps its `safer` text."""
    done = fix_files(findings, tree.read, lambda texts: tree.found_in(texts, texts), safety, verify=verify)
    texts = {**safer, **{change.path: change.new for change in done.changes}}
    if not texts:
        return _Step({}, tuple(findings), (), (), done.left)
    found = tuple(one for one in tree.everything(texts).findings if one.suppressed is None)
    # Those that were fixed are the first to be gone.
    ordered = sorted(findings, key=lambda one: one in done.applied)
    gone = tuple(sorted(_more(ordered, found), key=lambda one: one.sort_key))
    fixed = tuple(one for one in gone if chosen_fix(one, safety) is not None)
    return _Step(texts, found, gone, fixed, done.left)


def _between(before: Mapping[str, bytes], after: _Step, tree: Tree) -> tuple[Change, ...]:
    """What leads from some texts to others."""
    pairs = ((path, before.get(path) or tree.read(path), new) for path, new in sorted(after.texts.items()))
    return tuple(Change(path, old, new) for path, old, new in pairs if old != new)


def _more(some: Sequence[Finding], others: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that are not among others: lines move, so that a file's findings of a rule are counted."""
    spare = Counter((one.path, one.rule) for one in others)
    more = []
    for one in some:
        if spare[one.path, one.rule] > 0:
            spare[one.path, one.rule] -= 1
        else:
            more.append(one)
    return tuple(more)


def _uncommitted(tally: Tally, tree: Tree, texts: Mapping[str, bytes], git: Blobs) -> tuple[str, ...]:
    """The changed files of a work tree that do not hold what its commit has; none of a revision's."""
    target = tally.target
    repository = repository_of(target.folder) if texts and tally.head and not target.commit else None
    if repository is None:
        return ()
    places = {path: f"{tally.head}:{os.path.join(repository.folder, path)}" for path in sorted(texts)}
    return tuple(path for path, there in places.items() if git.read(there) != tree.read(path))

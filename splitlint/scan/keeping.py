"""What one scan takes from the cache of whole targets, and what it leaves there."""

from __future__ import annotations

from collections.abc import Callable

from splitlint.scan.found import Found
from splitlint.scan.results.cache import Cache, Entry, Verdict, key
from splitlint.scan.results.codec import CodecError, dump_whole, load_whole
from splitlint.scan.results.snapshot import Snapshot, dump_rows, dump_snapshot, load_rows, load_snapshot
from splitlint.scan.results.tally import Tally
from splitlint.scan.targets.stamps import Stamps
from splitlint.scan.targets.stamps_text import dump_apart, dump_stamps, load_stamps, with_apart
from splitlint.scan.targets.states import State
from splitlint.scan.targets.targets import Target, head_of
from splitlint.scan.targets.watching import told, told_again
from splitlint.scan.workers.units import Job, Outcome, engine

#: Verdicts gathered before they are written to the cache, in one transaction.
_VERDICTS_AT_ONCE = 4000


class Keeper:
    """The cache as the process that leads a scan uses it; nothing, where the job has none."""

    def __init__(self, job: Job, warn: Callable[[str], None]) -> None:
        self._job = job
        self._warn = warn
        self._fresh: list[Entry] = []
        self._used: list[bytes] = []
        self._unstamped: set[Target] = set()
        self._cache: Cache | None = None

    def state(self, target: Target) -> State:
        """What a target holds now: git is asked only where the times of its files do not tell."""
        before = self._kept_stamps(target) if not target.commit else None
        state, stamps = told(target, before, lambda index: self._rows(target, index) or ())
        if stamps is None:
            self._unstamped.add(target)
        elif stamps is not before:
            self._keep_stamps(target, stamps)
        return state

    def _kept_stamps(self, target: Target) -> Stamps | None:
        """The stamps by which the state of a target was told the last time."""
        keys = self._key_of(target, "stamps"), self._key_of(target, "stamps apart")
        whole, apart = (self._opened().get(one, _nothing) for one in keys)
        found = load_stamps(whole.text) if whole is not None else None
        if found is None:
            return None
        self._used += keys
        return with_apart(found, apart.text) if apart is not None and apart.text else found

    def _keep_stamps(self, target: Target, stamps: Stamps) -> None:
        """Keeps stamps: those that have changed apart from the others, as long as they are few."""
        apart = dump_apart(stamps) if stamps.apart else None
        if apart is None:
            self._fresh.append(Entry(self._key_of(target, "stamps"), Verdict(dump_stamps(stamps))))
        self._fresh.append(Entry(self._key_of(target, "stamps apart"), Verdict(apart or "")))

    def known(self, target: Target, state: State, *, renew: bool) -> Tally | None:
        """What came of a target when it held what it holds now, or nearly that; None if that is not known.

        `renew`: what has changed since may be looked at here.
        """
        if not state.text:
            return None
        before = self._as_before(target, state)
        found = self._renewed(target, state) if before is None and renew and state.rows else before
        if found is not None and target in self._unstamped:
            self._stamped(target, state)
        return found

    def took(self, outcome: Outcome) -> None:
        """Takes in what a worker has for the cache."""
        self._fresh += outcome.fresh
        self._used += outcome.used
        self.write()

    def keep(self, tally: Tally, state: State, found: Found | None) -> None:
        """Keeps what came of a whole target, unless it was changed meanwhile: nobody will see it in that state again.

        `found`: what it came of, where that can be of use.
        """
        # What git has not got of a commit may be there the next time.
        whole = not tally.problems if tally.target.commit else not any(one.fatal for one in tally.problems)
        if not whole or not self._stamped(tally.target, state):
            return
        snapshot = found.snapshot(state) if found is not None and state.rows else None
        self._keep(tally, state, snapshot)

    def _stamped(self, target: Target, state: State) -> bool:
        """Whether a target is still in a state; keeps by what that is told the next time."""
        now = told_again(target)
        if now.state.text == state.text and now.stamps is not None:
            self._keep_stamps(target, now.stamps)
            self._unstamped.discard(target)
        return now.state.text == state.text

    def write(self, last: bool = False) -> None:
        """Writes what has been gathered, if it is much, or the last."""
        if self._job.cache is not None and (len(self._fresh) + len(self._used) >= _VERDICTS_AT_ONCE or last):
            cache = self._opened()
            cache.put(self._fresh, self._used)
            self._fresh, self._used = [], []
            if last:
                cache.close()

    def _as_before(self, target: Target, state: State) -> Tally | None:
        name = self._key(state.text)
        known = self._opened().get(name, _nothing)
        if known is None:
            return None
        try:
            findings, problems, summary = load_whole(known.text)
        except CodecError as error:
            self._opened().distrust(str(error))
            return None
        self._used.append(name)
        return Tally(target, head_of(target), findings, problems, summary)

    def _renewed(self, target: Target, state: State) -> Tally | None:
        """What is to be said of a target of which little has changed since it was scanned the last time."""
        from splitlint.scan.incremental import renewed

        try:
            snapshot = self._snapshot(target, state)
        except CodecError as error:
            self._opened().distrust(str(error))
            return None
        if snapshot is None:
            return None
        found = renewed(target, self._job, engine(self._job.config), snapshot, state, self._opened())
        if found is None:
            return None
        self._fresh += found.fresh
        self._used += found.used
        if found.snapshot is not None and not any(one.fatal for one in found.tally.problems):
            self._keep(found.tally, state, found.snapshot, snapshot.state.index)
        return found.tally

    def _snapshot(self, target: Target, state: State) -> Snapshot | None:
        """What is kept of a target; of which the index is, only if it has changed. Raises CodecError."""
        keys = self._key_of(target), self._key_of(target, "rows")
        known = self._opened().get(keys[0], _nothing)
        if known is None:
            return None
        self._used += keys
        snapshot = load_snapshot(known.text)
        if snapshot.state.index == state.index:
            return snapshot
        found = self._rows(target, snapshot.state.index)
        if found is None:
            return None
        snapshot.state.rows = found
        return snapshot

    def _rows(self, target: Target, index: str) -> tuple[str, ...] | None:
        """The rows of an index that were kept; None if those of another were, or what was kept are no rows."""
        rows = self._opened().get(self._key_of(target, "rows"), _nothing)
        try:
            return load_rows(rows.text, index) if rows is not None else None
        except CodecError as error:
            self._opened().distrust(str(error))
            return None

    def _keep(self, tally: Tally, state: State, snapshot: Snapshot | None, index: str = "") -> None:
        """Keeps a result, and what a later one may begin with; `index`: that of which the rows are kept already."""
        text = dump_whole(tally.findings, tally.problems, tally.summary)
        if snapshot is not None:
            self._fresh.append(Entry(self._key_of(tally.target), Verdict(dump_snapshot(snapshot))))
            if state.index != index:
                self._fresh.append(Entry(self._key_of(tally.target, "rows"), Verdict(dump_rows(state))))
        self._fresh.append(Entry(self._key(state.text), Verdict(text)))

    def _key(self, state: str) -> bytes:
        """The key of a whole target in a state: what is shown of it depends on all settings."""
        return key(self._job.digest, repr(self._job.config), state)

    def _key_of(self, target: Target, what: str = "snapshot") -> bytes:
        """The key of what is kept of a target, whatever it holds: its `snapshot`, the `rows` of that, its `stamps`."""
        return self._key(f"{what} {target.folder}")

    def _opened(self) -> Cache:
        if self._cache is None:
            self._cache = Cache(self._job.cache or "", self._warn)
        return self._cache


def _nothing(path: str) -> str:
    return ""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from splitlint.files.positions import Excerpt, Span
from splitlint.findings.finding import Edit, Finding, Fix, Problem, Related, Safety, Severity, Summary
from splitlint.report.terminal.paint import plain
from splitlint.scan.overview import comparison, over_time
from splitlint.scan.results.codec import CodecError, dump, load
from splitlint.scan.results.history import History, HistoryError, default_path
from splitlint.scan.results.moments import iso_time
from splitlint.scan.results.tally import Tally
from splitlint.scan.targets.targets import Target
from splitlint.startup.records import replace
from tests.making import make_finding

HERE = Target("repo", "/repos/repo", "repo")
OTHER = Target("other", "/repos/other", "other")


def found(name: str, **fields: Any) -> Finding:
    return make_finding(path=f"{name}.nix", fingerprint=name, **fields)


def tally(target: Target, *findings: Finding, head: str = "") -> Tally:
    return Tally(target, head, findings, (), Summary(files=3, findings=len(findings)))


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    one = History(str(tmp_path / "deep" / "history.sqlite"))
    yield one
    one.close()


def keep(history: History, *tallies: Tally, started: float = 0.0, digest: str = "d", finish: bool = True) -> int:
    scan = history.begin("1.0", digest, [one.target for one in tallies], started)
    for one in tallies:
        history.add(scan, one)
    if finish:
        history.finish(scan)
    return scan


def test_what_appeared_and_what_went_is_told_by_fingerprints(history: History) -> None:
    moved = found("b", line=40)
    keep(history, tally(HERE, found("a"), found("b")))
    keep(history, tally(HERE, moved, found("c")))
    (change,) = history.changes()
    assert [one.fingerprint for one in change.appeared] == ["c"]
    assert [one.fingerprint for one in change.gone] == ["a"]
    assert change.stayed == 1


def test_a_scan_of_which_nothing_is_kept_is_not_the_last_one(history: History) -> None:
    keep(history, tally(HERE, found("a")))
    keep(history)
    keep(history, finish=False)
    (change,) = history.changes()
    assert [one.fingerprint for one in change.appeared] == ["a"]


def test_a_revision_that_has_moved_since_the_interruption_is_scanned_anew(history: History) -> None:
    before, now = (HERE._replace(label="repo@main", commit=letter * 40) for letter in "ab")
    scan = keep(history, tally(before, found("a"), head=before.commit), finish=False)
    assert history.tally(scan, now) is None
    assert history.tally(scan, before) is not None


def test_a_history_can_be_read_where_nothing_can_be_written(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(history, tally(HERE, found("a")))
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **how: connect(f"file:{path}?mode=ro", uri=True, **how))
    reader = History(history.path)
    assert reader.changes()[0].label == "repo"
    assert reader.counts()[0].findings == 1
    with pytest.raises(HistoryError, match="readonly"):
        reader.begin("1.0", "d", [HERE])


def test_counts_can_be_those_of_some_targets_only(history: History) -> None:
    keep(history, tally(HERE, found("a")), tally(OTHER, found("b")))
    assert [count.label for count in history.counts([OTHER])] == ["other"]
    assert [count.label for count in history.counts()] == ["repo", "other"]


def test_a_target_is_compared_with_its_own_last_scan_whatever_was_scanned_since(history: History) -> None:
    first = keep(history, tally(HERE, found("a")), started=1)
    keep(history, tally(OTHER), started=2)
    keep(history, tally(HERE), tally(OTHER), started=3)
    here, other = history.changes()
    assert here.before is not None
    assert here.before.scan == first
    assert [one.fingerprint for one in here.gone] == ["a"]
    assert other.before is not None
    assert (other.appeared, other.gone) == ((), ())


def test_two_revisions_of_a_repository_are_compared(history: History) -> None:
    keep(history, tally(HERE._replace(label="repo@v1", commit="1" * 40), found("a"), head="1" * 40))
    keep(history, tally(HERE._replace(label="repo@v2", commit="2" * 40), head="2" * 40))
    (change,) = history.changes()
    assert change.heads == ("1" * 40, "2" * 40)
    assert len(change.gone) == 1
    assert "111111111111 -> 222222222222" in plain(comparison([change]))


def test_a_target_scanned_for_the_first_time_has_nothing_to_be_compared_with(history: History) -> None:
    keep(history, tally(HERE, found("a")))
    (change,) = history.changes()
    assert change.before is None
    assert "first time" in plain(comparison([change]))


def test_suppressed_findings_neither_appear_nor_go(history: History) -> None:
    keep(history, tally(HERE, found("a")))
    keep(history, tally(HERE, found("a", suppressed="as agreed"), found("b", suppressed="too")))
    (change,) = history.changes()
    assert ([one.fingerprint for one in change.gone], change.appeared) == (["a"], ())


def test_changed_rules_are_said_to_have_changed(history: History) -> None:
    keep(history, tally(HERE), digest="one")
    keep(history, tally(HERE), digest="two")
    assert "the rules, the settings or splitlint itself changed" in plain(comparison(history.changes()))


def test_an_interrupted_scan_is_found_again_with_what_it_had_done(history: History) -> None:
    scan = history.begin("1.0", "d", [HERE, OTHER])
    done = tally(HERE, found("a"), head="1" * 40)
    history.add(scan, done)
    assert history.unfinished("d", [HERE, OTHER]) == scan
    assert history.tally(scan, HERE) == replace(done, resumed=True)
    assert history.tally(scan, OTHER) is None


def test_other_targets_or_rules_are_another_scan(history: History) -> None:
    keep(history, tally(HERE), finish=False)
    assert history.unfinished("d", [HERE, OTHER]) is None
    assert history.unfinished("other", [HERE]) is None
    keep(history, tally(HERE))
    assert history.unfinished("d", [HERE]) is None


def test_a_target_done_again_replaces_what_was_kept_of_it(history: History) -> None:
    scan = keep(history, tally(HERE, found("a")), finish=False)
    history.add(scan, tally(HERE, found("b")))
    kept = history.tally(scan, HERE)
    assert kept is not None
    assert [one.fingerprint for one in kept.findings] == ["b"]


def test_counts_over_time_tell_none_from_not_scanned(history: History) -> None:
    keep(history, tally(HERE, found("a"), found("b")), started=0)
    keep(history, tally(HERE), tally(OTHER), started=86400)
    text = plain(over_time(history.counts()))
    rows = {line.split()[0]: line.split()[-2:] for line in text.splitlines()}
    assert rows["repo"] == ["2", "0"]
    assert rows["other"] == ["-", "0"]


def test_the_trend_counts_severities_of_finished_scans(history: History) -> None:
    keep(history, tally(HERE, found("a"), found("b", severity=Severity.INFO)), started=0)
    keep(history, tally(HERE), started=86400)
    keep(history, tally(HERE, found("c")), started=2 * 86400, finish=False)
    assert history.trend([HERE]) == ((iso_time(0), {"info": 1, "error": 1}), (iso_time(86400), {}))


def test_a_history_without_scans_says_so(history: History) -> None:
    with pytest.raises(HistoryError, match="no scan is kept"):
        history.changes()
    assert "no recorded scans" in plain(over_time(history.counts()))


def test_a_file_that_is_no_history_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "poem"
    path.write_text("not a database" * 100)
    with pytest.raises(HistoryError, match="poem"):
        History(str(path))
    assert path.read_text() == "not a database" * 100


def test_a_history_of_another_layout_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "newer"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(HistoryError, match="another version"):
        History(str(path))


def test_a_tally_that_does_not_fit_on_the_disk_is_not_half_kept(history: History) -> None:
    scan = keep(history, tally(HERE, found("a")), finish=False)
    history._database.execute("PRAGMA max_page_count = 1")
    with pytest.raises(HistoryError, match="full"):
        history.add(scan, tally(OTHER, *(found(f"{n}" * 100) for n in range(500))))
    assert history.tally(scan, OTHER) is None
    assert history.tally(scan, HERE) is not None


def test_a_finding_survives_being_kept() -> None:
    span = Span(1, 2, 3, 4, 5, 6)
    whole = found(
        "a",
        impact=("boot-failure",),
        reasons=("because",),
        related=(Related("b.nix", span, "bound here"),),
        fixes=(Fix("mend", Safety.UNSAFE, (Edit("a.nix", 1, 2, "é"),)), Fix("words", Safety.MANUAL)),
        excerpt=Excerpt(2, ("one", "two")),
        suppressed="why",
    )
    kept, problems = load(dump([whole], [Problem("c.nix", "what", False)]))
    assert kept == (whole,)
    assert kept[0].excerpt == whole.excerpt
    assert problems == (Problem("c.nix", "what", False),)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"findings": [{}], "problems": []}', '{"findings": 1, "problems": 2}']
)
def test_other_text_is_no_finding(text: str) -> None:
    with pytest.raises(CodecError):
        load(text)


def test_the_history_is_where_the_desktop_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/elsewhere")
    assert default_path() == "/elsewhere/splitlint/history.sqlite"

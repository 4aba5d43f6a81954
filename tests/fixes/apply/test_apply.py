"""Applying fixes: what goes together, what is refused, and what is written to disk."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Edit, Finding, Fix, Problem, Result, Safety, Severity
from splitlint.fixes.apply.apply import apply, fix_file, fix_files
from splitlint.fixes.apply.diffs import unified_diff
from splitlint.fixes.apply.merge import merge
from splitlint.fixes.apply.verify import parse_error
from splitlint.fixes.apply.write import WriteRefusedError, Written, write_atomically
from tests.tools import need

HERE = "default.nix"


def edit(start: int, end: int, text: str, path: str = HERE) -> Edit:
    return Edit(path, start, end, text)


def fix(*edits: Edit, safety: Safety = Safety.SAFE, title: str = "mend") -> Fix:
    return Fix(title, safety, edits)


def finding(path: str, data: bytes, at: int, *fixes: Fix) -> Finding:
    span = Source(path, data).span(at, at + 1)
    return Finding("a-rule", Severity.ERROR, Confidence.HIGH, ("build-failure",), path, span, "broken", fixes=fixes)


def replacing(old: bytes, new: str, path: str = HERE, safety: Safety = Safety.SAFE) -> Callable[[bytes], list[Finding]]:
    """A check that finds every `old` and would have it written as `new`."""

    def check(data: bytes) -> list[Finding]:
        found = []
        at = data.find(old)
        while at >= 0:
            change = fix(edit(at, at + len(old), new, path), safety=safety)
            found.append(finding(path, data, at, change))
            at = data.find(old, at + len(old))
        return found

    return check


# Which fixes go together


def test_fixes_are_applied_whatever_their_order() -> None:
    done = apply(b"one two three", [fix(edit(8, 13, "3")), fix(edit(0, 3, "1"))], HERE)
    assert (done.data, len(done.used), done.dropped) == (b"1 two 3", 2, ())


def test_of_two_that_overlap_the_first_wins() -> None:
    first, second = fix(edit(0, 5, "x")), fix(edit(4, 8, "y"))
    done = apply(b"abcdefgh", [first, second], HERE)
    assert done.data == b"xfgh"
    assert [(one.fix, one.reason) for one in done.dropped] == [(second, "it overlaps another fix")]


def test_a_fix_is_all_or_nothing() -> None:
    done = apply(b"abcdefgh", [fix(edit(2, 4, "X")), fix(edit(0, 1, "Y"), edit(3, 5, "Z"))], HERE)
    assert done.data == b"abXefgh"


def test_neighbours_do_not_overlap() -> None:
    assert apply(b"abcd", [fix(edit(0, 2, "1")), fix(edit(2, 4, "2"))], HERE).data == b"12"


def test_two_insertions_at_one_place_have_no_order_and_are_not_both_made() -> None:
    done = apply(b"ab", [fix(edit(1, 1, "1")), fix(edit(1, 1, "2"))], HERE)
    assert (done.data, len(done.dropped)) == (b"a1b", 1)


def test_an_edit_that_two_fixes_share_is_made_once() -> None:
    header = edit(2, 2, "lib, ")
    done = apply(b"{ kernel }: kernel", [fix(header, edit(12, 18, "a")), fix(header, edit(2, 2, "lib, "))], HERE)
    assert (done.data, len(done.used)) == (b"{ lib, kernel }: a", 2)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (fix(), "it has to be done by hand"),
        (fix(edit(0, 99, "x")), f"it edits bytes 0 to 99 of {HERE}, which has 5"),
        (fix(edit(3, 2, "x")), f"it edits bytes 3 to 2 of {HERE}, which has 5"),
        (fix(edit(0, 1, "x", "b.nix")), "it also edits b.nix, which is not among the files to fix"),
        (fix(edit(0, 2, "x")), f"it would cut a character of {HERE} in half"),
        (fix(edit(3, 4, "b")), "it changes nothing"),
        (fix(edit(3, 5, "x"), edit(4, 5, "y")), "its own edits overlap"),
    ],
)
def test_a_fix_that_does_not_fit_the_text_is_dropped_with_the_reason(bad: Fix, reason: str) -> None:
    done = apply("aüb1".encode(), [bad], HERE)
    assert done.data == "aüb1".encode()
    assert [one.reason for one in done.dropped] == [reason]


def test_a_fix_over_two_files_changes_both_or_none() -> None:
    texts = {"a.nix": b"kernel", "b.nix": b"kernel"}
    both = fix(edit(0, 6, "x", "a.nix"), edit(0, 6, "x", "b.nix"))
    assert merge(texts, [both]).texts == {"a.nix": b"x", "b.nix": b"x"}
    taken = fix(edit(0, 6, "y", "b.nix"))
    assert merge(texts, [taken, both]).texts == {"a.nix": b"kernel", "b.nix": b"y"}


def test_inserted_lines_end_as_the_file_does() -> None:
    done = apply(b"{\r\n  a = 1;\r\n}\r\n", [fix(edit(11, 11, "\n  b = 2;"))], HERE)
    assert done.data == b"{\r\n  a = 1;\r\n  b = 2;}\r\n".replace(b"2;}", b"2;\r\n}")


@st.composite
def texts_with_fixes(draw: st.DrawFn) -> tuple[bytes, list[Fix]]:
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
    offsets = [len(text[:at].encode()) for at in range(len(text) + 1)]
    fixes = []
    for _ in range(draw(st.integers(1, 6))):
        edits = []
        for _ in range(draw(st.integers(1, 3))):
            start, end = sorted((draw(st.sampled_from(offsets)), draw(st.sampled_from(offsets))))
            edits.append(edit(start, end, draw(st.text("ab«\n", max_size=4))))
        fixes.append(fix(*edits))
    return text.encode(), fixes


@given(texts_with_fixes())
def test_every_byte_outside_the_edited_ranges_stays(case: tuple[bytes, list[Fix]]) -> None:
    data, fixes = case
    done = apply(data, fixes, HERE)
    used = sorted({one for mended in done.used for one in mended.edits})
    at_old = at_new = 0
    crlf = b"\r\n" in data and data.find(b"\r\n") == data.find(b"\n") - 1
    for one in used:
        kept = data[at_old : one.start]
        assert done.data[at_new : at_new + len(kept)] == kept
        text = one.text.replace("\n", "\r\n").encode() if crlf else one.text.encode()
        at_new += len(kept)
        assert done.data[at_new : at_new + len(text)] == text
        at_old, at_new = one.end, at_new + len(text)
    assert done.data[at_new:] == data[at_old:]
    assert len(done.used) + len(done.dropped) == len(fixes)


# To a fixpoint, and no harm


def test_what_overlaps_in_one_round_is_mended_in_the_next() -> None:
    def check(data: bytes) -> list[Finding]:
        at = data.find(b"aa")
        if at < 0:
            return []
        return [finding(HERE, data, at, fix(edit(at, at + 2, "b"))), finding(HERE, data, at, fix(edit(at, at + 1, "")))]

    done = fix_file(HERE, b"aaa aa", check, Safety.SAFE)
    assert done.data(HERE, b"") == b"ba b"
    assert (done.rounds, done.left) == (2, ())


def test_fixing_twice_changes_nothing() -> None:
    check = replacing(b"kernel.out", "kernel.modules")
    once = fix_file(HERE, b"[ kernel.out kernel.out ]", check, Safety.SAFE)
    again = fix_file(HERE, once.data(HERE, b""), check, Safety.SAFE)
    assert once.data(HERE, b"") == b"[ kernel.modules kernel.modules ]"
    assert (again.changes, again.rounds) == ((), 0)


def test_an_unsafe_fix_waits_to_be_asked_for() -> None:
    check = replacing(b"old", "new", safety=Safety.UNSAFE)
    safe = fix_file(HERE, b"old", check, Safety.SAFE)
    assert safe.changes == ()
    assert [left.reason for left in safe.left] == ["its fix is unsafe (--unsafe-fixes applies it)"]
    assert fix_file(HERE, b"old", check, Safety.UNSAFE).data(HERE, b"") == b"new"


def test_a_manual_fix_and_no_fix_are_left_with_their_words() -> None:
    def check(data: bytes) -> list[Finding]:
        by_hand = Fix("keep `modules` among the outputs", Safety.MANUAL)
        return [finding(HERE, data, 0, by_hand), finding(HERE, data, 1)]

    done = fix_file(HERE, b"ab", check, Safety.UNSAFE)
    assert [left.reason for left in done.left] == [
        "by hand: keep `modules` among the outputs",
        "there is no fix",
    ]


def test_a_suppressed_finding_is_not_fixed() -> None:
    def check(data: bytes) -> list[Finding]:
        from splitlint.startup.records import replace

        return [replace(one, suppressed="known") for one in replacing(b"old", "new")(data)]

    done = fix_file(HERE, b"old", check, Safety.SAFE)
    assert (done.changes, done.left) == ((), ())


def test_a_new_syntax_error_makes_the_file_stay_as_it_was() -> None:
    done = fix_file(HERE, b"[ kernel ]", replacing(b"kernel", "(kernel"), Safety.SAFE)
    assert done.changes == ()
    assert done.refused == {HERE: "the fixed text would have a syntax error"}
    assert [left.reason for left in done.left] == ["the fixed text would have a syntax error"]
    assert done.applied == ()


def test_a_syntax_error_that_was_there_before_does_not_matter() -> None:
    old = b"{ a = ); b = kernel; }"
    assert fix_file(HERE, old, replacing(b"kernel", "linux"), Safety.SAFE).data(HERE, b"") == b"{ a = ); b = linux; }"


def test_a_trailing_comma_in_the_formals_is_no_syntax_error() -> None:
    done = fix_file(HERE, b"{ kernel }: kernel", replacing(b"kernel }", "kernel, lib, }"), Safety.SAFE)
    assert done.data(HERE, b"") == b"{ kernel, lib, }: kernel"


@pytest.mark.parametrize(
    ("path", "old"),
    [
        ("a.nix", b"[ a # why\n kernel ]"),
        ("a.nix", b"''\n  echo # why\n kernel\n''"),
        ("a.sh", b"echo a # why\n kernel"),
        ("a.py", b"a = [ # why\n kernel]"),
    ],
)
def test_a_lost_comment_makes_the_file_stay_as_it_was(path: str, old: bytes) -> None:
    done = fix_file(path, old, replacing(b"# why\n kernel", "kernel", path), Safety.SAFE)
    assert done.refused == {path: "the fixed text would lose a comment: # why"}


def test_a_comment_may_be_indented_anew() -> None:
    old = b"{\n  # why\n  a = kernel;\n}"
    done = fix_file(HERE, old, replacing(b"  # why\n", "      # why\n"), Safety.SAFE)
    assert b"      # why" in done.data(HERE, b"")


def test_shell_and_python_with_new_syntax_errors_are_refused() -> None:
    for path, old in (("a.sh", b'echo "$kernel"'), ("a.py", b'print("kernel")')):
        done = fix_file(path, old, replacing(b"kernel", 'kernel" (', path), Safety.SAFE)
        assert done.refused == {path: "the fixed text would have a syntax error"}


def test_fixes_that_undo_each_other_are_refused() -> None:
    def check(data: bytes) -> list[Finding]:
        return replacing(b"a", "b")(data) or replacing(b"b", "a")(data)

    done = fix_file(HERE, b"a", check, Safety.SAFE)
    assert (done.changes, done.refused) == ((), {HERE: "its fixes undo each other"})


def test_a_fix_that_never_ends_stops_after_ten_rounds() -> None:
    done = fix_file(HERE, b"a", replacing(b"a", "(a)"), Safety.SAFE)
    assert done.rounds == 10
    assert [left.reason for left in done.left] == ["its fixes did not converge after 10 rounds"]


def test_a_file_whose_mended_text_cannot_be_checked_is_left_as_it_was() -> None:
    texts = {"a.nix": b"kernel", "b.nix": b"kernel"}

    def check(now: Mapping[str, bytes]) -> Result:
        old = [path for path, data in now.items() if data == b"kernel"]
        found = (finding(path, now[path], 0, fix(edit(0, 6, "linux", path))) for path in old)
        return Result(tuple(found), () if "a.nix" in old else (Problem("a.nix", "could not be checked: why"),))

    done = fix_files(check(texts).findings, texts.__getitem__, check, Safety.SAFE)
    assert [change.path for change in done.changes] == ["b.nix"]
    assert done.refused == {"a.nix": "the fixed text could not be checked: why"}
    assert [left.finding.path for left in done.left] == ["a.nix"]


def test_files_tied_by_one_fix_are_refused_together() -> None:
    texts = {"a.nix": b"kernel", "b.nix": b"kernel", "c.nix": b"kernel"}
    both = fix(edit(0, 6, "linux", "a.nix"), edit(0, 6, "(", "b.nix"))
    alone = fix(edit(0, 6, "linux", "c.nix"))

    def check(now: Mapping[str, bytes]) -> Result:
        ties = [finding("a.nix", now["a.nix"], 0, both)] if now["a.nix"] == b"kernel" else []
        others = [finding("c.nix", now["c.nix"], 0, alone)] if now["c.nix"] == b"kernel" else []
        return Result((*ties, *others))

    done = fix_files(check(texts).findings, texts.__getitem__, check, Safety.SAFE)
    assert [change.path for change in done.changes] == ["c.nix"]
    assert done.refused == {
        "a.nix": "b.nix: the fixed text would have a syntax error",
        "b.nix": "the fixed text would have a syntax error",
    }
    assert [left.finding.path for left in done.left] == ["a.nix"]


def test_the_findings_that_share_a_fix_are_all_accounted_for() -> None:
    shared = fix(edit(0, 3, "new"))

    def check(data: bytes) -> list[Finding]:
        return [finding(HERE, data, at, shared) for at in (0, 1)] if data == b"old" else []

    done = fix_file(HERE, b"old", check, Safety.SAFE)
    assert (len(done.applied), done.left) == (2, ())


def test_a_verifier_may_object() -> None:
    done = fix_file(HERE, b"old", replacing(b"old", "new"), Safety.SAFE, verify=lambda path, data: f"{path} is odd")
    assert done.refused == {HERE: f"{HERE} is odd"}


def test_nix_itself_verifies() -> None:
    nix = need("nix-instantiate", "nix-bin")
    assert parse_error(nix, HERE, b"{ lib, }: a: lib.getDev a") is None
    assert parse_error(nix, "a.sh", b"if then") is None
    said = parse_error(nix, HERE, b"[ a")
    assert said is not None
    assert said.startswith("nix-instantiate --parse says: error: syntax error")


def test_a_nix_that_cannot_be_run_is_an_objection(tmp_path: Path) -> None:
    said = parse_error(str(tmp_path / "gone"), HERE, b"a")
    assert said is not None
    assert said.startswith("nix-instantiate could not be run")


# Writing


def test_mode_is_kept_and_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "build.sh"
    file.write_bytes(b"old")
    file.chmod(0o754)
    assert write_atomically(file, b"new", root=tmp_path)
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o754)
    assert os.listdir(tmp_path) == ["build.sh"]


def test_a_hard_link_is_broken_and_counted(tmp_path: Path) -> None:
    file = tmp_path / HERE
    file.write_bytes(b"old")
    assert write_atomically(file, b"new", root=tmp_path) == Written(0)
    os.link(file, tmp_path / "other.nix")
    os.link(file, tmp_path / "third.nix")
    assert write_atomically(file, b"newer", root=tmp_path) == Written(2)
    assert (file.read_bytes(), (tmp_path / "other.nix").read_bytes()) == (b"newer", b"new")


def test_a_folder_on_the_way_that_is_a_link_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    for name in ("tree/sub", "outside"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / HERE).write_bytes(b"old")
    (tmp_path / "tree/out").symlink_to("../outside")
    (tmp_path / "tree/in").symlink_to("sub")
    with pytest.raises(WriteRefusedError, match="outside of the tree"):
        write_atomically(tmp_path / "tree/out" / HERE, b"new", root=tmp_path / "tree")
    assert (tmp_path / "outside" / HERE).read_bytes() == b"old"
    assert write_atomically(tmp_path / "tree/in" / HERE, b"new", root=tmp_path / "tree")
    assert (tmp_path / "tree/sub" / HERE).read_bytes() == b"new"


def test_a_file_that_does_not_change_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / HERE
    file.write_bytes(b"same")
    os.utime(file, (1, 1))
    before = file.stat()
    assert not write_atomically(file, b"same", root=tmp_path)
    assert (file.stat().st_ino, file.stat().st_mtime) == (before.st_ino, 1)


def test_a_link_is_written_through_to_its_target(tmp_path: Path) -> None:
    (tmp_path / "real.nix").write_bytes(b"old")
    link = tmp_path / "link.nix"
    link.symlink_to("real.nix")
    assert write_atomically(link, b"new", root=tmp_path)
    assert link.is_symlink()
    assert (tmp_path / "real.nix").read_bytes() == b"new"


def test_a_link_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.nix"
    outside.write_bytes(b"old")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "link.nix").symlink_to(outside)
    with pytest.raises(WriteRefusedError, match="outside of the tree"):
        write_atomically(tree / "link.nix", b"new", root=tree)
    assert outside.read_bytes() == b"old"


def test_a_dangling_link_and_a_pipe_are_refused(tmp_path: Path) -> None:
    (tmp_path / "link.nix").symlink_to("nowhere.nix")
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "link.nix", b"new", root=tmp_path)
    os.mkfifo(tmp_path / "pipe.nix")
    with pytest.raises(WriteRefusedError, match="not a regular file"):
        write_atomically(tmp_path / "pipe.nix", b"new", root=tmp_path)


def test_a_file_that_somebody_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    file = tmp_path / HERE
    file.write_bytes(b"theirs")
    with pytest.raises(WriteRefusedError, match="changed while"):
        write_atomically(file, b"mine", expected=b"old", root=tmp_path)
    assert file.read_bytes() == b"theirs"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / HERE
    file.write_bytes(b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(file, b"new", root=tmp_path)
    assert (file.read_bytes(), os.listdir(tmp_path)) == (b"old", [HERE])


def test_many_writers_at_once_leave_one_whole_text(tmp_path: Path) -> None:
    file = tmp_path / HERE
    file.write_bytes(b"old")
    texts = [bytes([letter]) * 200_000 for letter in b"abcdefgh"]
    outcomes: list[str] = []

    def write(text: bytes) -> None:
        try:
            write_atomically(file, text, expected=b"old", root=tmp_path)
            outcomes.append("written")
        except WriteRefusedError:
            outcomes.append("refused")

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert file.read_bytes() in texts
    assert sorted(outcomes) == ["refused"] * 7 + ["written"]


# Diffs


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_a_diff_is_empty_only_if_nothing_changed(old: bytes, new: bytes) -> None:
    assert (unified_diff(HERE, old, new) == "") == (old == new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\nb\nc\n", b"a\nB\nc\n"),
        (b"a\nb", b"a\nB"),
        (b"a\nb\n", b"a\nb"),
        (b"a\r\nb\r\n", b"a\r\nB\r\n"),
        (b"a\x0cb\n", b"a\x0cB\n"),
        (b"\xff\na\n", b"\xff\nb\n"),
    ],
)
def test_git_applies_the_diff(tmp_path: Path, old: bytes, new: bytes) -> None:
    (tmp_path / HERE).write_bytes(old)
    text = unified_diff(HERE, old, new).encode("utf-8", "surrogateescape")
    subprocess.run(["git", "apply", "-"], input=text, cwd=tmp_path, check=True)
    assert (tmp_path / HERE).read_bytes() == new


@pytest.mark.parametrize(
    "name",
    ["a b.nix", "a\nb.nix", 'a"b.nix', "a\\b.nix", "a\tb.nix", "é.nix", " a.nix", "a\udce9.nix", "a b\n.nix"],
)
def test_git_applies_a_diff_of_a_file_with_any_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"one\ntwo\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    diff = unified_diff(name, b"one\ntwo\n", b"one\n2\n")
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, check=True, input=os.fsencode(diff))
    assert (tmp_path / name).read_bytes() == b"one\n2\n"

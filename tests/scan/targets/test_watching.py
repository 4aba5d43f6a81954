"""The state of a tree that is told by times is the one that git would tell, whatever was done to the tree."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.scan.targets import stamps, watching
from splitlint.scan.targets.stamps import Stamps
from splitlint.scan.targets.stamps_text import dump_apart, dump_stamps, load_stamps, with_apart
from splitlint.scan.targets.states import State, state_of
from splitlint.scan.targets.targets import Target
from splitlint.scan.targets.watching import told, told_again
from tests.scan_trees import make_repository, run_git

FILES = {
    "default.nix": "{ lib }: lib.lookHere",
    ".gitignore": "*.tmp\n/out\n",
    "folder/deep/two.nix": "{ b = 1; }",
    "folder/one.nix": "{ }",
    "folder/.gitignore": "ignored.nix\n",
    "script.sh": "echo",
}


@pytest.fixture(autouse=True)
def _all_is_settled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Here nobody waits two seconds after a change; `tick` waits until another one has another time."""
    monkeypatch.setattr(stamps, "since", lambda: time.time_ns() + 10**12)
    monkeypatch.setattr(stamps, "_keeps_times", lambda top: True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", FILES)


def target(folder: Path) -> Target:
    return Target(str(folder), str(folder), str(folder))


def tick() -> None:
    time.sleep(0.012)


class Watcher:
    """Somebody who asks for the state of a folder again and again."""

    def __init__(self, folder: Path) -> None:
        self._target = target(folder)
        first = told_again(self._target)
        assert first.stamps is not None
        self._whole = ""
        self._stamps = self._kept(first.stamps)
        self._rows = {first.state.index: first.state.rows}

    def look(self) -> tuple[State, bool]:
        """The state, and whether it was told without git's looking for untracked files."""
        found = told(self._target, self._stamps, lambda index: self._rows.get(index, ()))
        quick = found.stamps is not None
        if not quick:
            found = told_again(self._target)
        self._stamps = self._kept(found.stamps)
        self._rows[found.state.index] = found.state.rows
        return found.state, quick

    def _kept(self, stamps: Stamps | None) -> Stamps | None:
        """The stamps as they are read again, those that have changed from beside the others."""
        if stamps is None or not stamps.apart:
            self._whole = dump_stamps(stamps) if stamps is not None else ""
            return load_stamps(self._whole)
        whole, apart = load_stamps(self._whole), dump_apart(stamps)
        assert whole is not None
        assert apart is not None
        assert with_apart(whole, apart) == stamps
        assert with_apart(whole._replace(text="another"), apart) is None
        return with_apart(whole, apart)


def as_git_says(folder: Path) -> str:
    text = state_of(target(folder)).text
    assert text
    return text


def write(name: str, text: str = "x") -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    return act


def swap(name: str) -> Callable[[Path], None]:
    """As editors save: another file takes the place of the old one."""

    def act(folder: Path) -> None:
        (folder / "new.tmp").write_text("y")
        (folder / "new.tmp").replace(folder / name)

    return act


def keep_its_time(folder: Path) -> None:
    before = (folder / "default.nix").stat()
    (folder / "default.nix").write_text("z")
    os.utime(folder / "default.nix", ns=(before.st_atime_ns, before.st_mtime_ns))


def git(*arguments: str) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        run_git(folder, *arguments)

    return act


def to_link(folder: Path) -> None:
    (folder / "default.nix").unlink()
    (folder / "default.nix").symlink_to("script.sh")


QUICK = {
    "nothing": lambda folder: None,
    "another content": write("default.nix"),
    "another content with the old time": keep_its_time,
    "saved by an editor": swap("folder/one.nix"),
    "an ignored file changes": write("known.tmp", "other"),
    "an untracked file changes": write("known.nix", "other"),
    "git looks at the files": git("update-index", "--refresh", "-q"),
    "a change is staged": lambda folder: (write("default.nix", "staged")(folder), run_git(folder, "add", "-u"))[0],
    "an untracked file is added": git("add", "known.nix"),
}
SLOW = {
    "a file comes": write("new.nix"),
    "a file comes into a folder that was empty": write("hollow/new.nix"),
    "an ignored file comes": write("folder/ignored.nix"),
    "a file goes, and another comes": lambda folder: (folder / "folder/one.nix").rename(folder / "folder/three.nix"),
    "more is ignored": write(".gitignore", "*.tmp\nknown.nix\n"),
    "more is ignored, by nobody else's rule": write(".git/info/exclude", "known.nix\n"),
    "a file is no longer tracked": git("rm", "-q", "--cached", "folder/one.nix"),
    "a setting of git's": git("config", "core.excludesFile", "/nowhere"),
    "a link takes a file's place": to_link,
    "a folder takes an ignored file's place": lambda folder: (
        (folder / "known.tmp").unlink(),
        write("known.tmp/in.nix")(folder),
    )[0],
    "a folder goes": lambda folder: shutil.rmtree(folder / "folder"),
}


@pytest.fixture
def watched(repository: Path) -> tuple[Path, Watcher]:
    (repository / "known.tmp").write_text("ignored")
    (repository / "known.nix").write_text("untracked")
    (repository / "hollow").mkdir()
    tick()
    watcher = Watcher(repository)
    tick()
    return repository, watcher


@pytest.mark.parametrize("act", [pytest.param(act, id=name) for name, act in {**QUICK, **SLOW}.items()])
def test_the_state_is_what_git_says(watched: tuple[Path, Watcher], act: Callable[[Path], None]) -> None:
    folder, watcher = watched
    act(folder)
    for _ in range(2):
        assert watcher.look()[0].text == as_git_says(folder)
        tick()


@pytest.mark.parametrize("act", [pytest.param(act, id=name) for name, act in QUICK.items()])
def test_git_need_not_look_for_untracked_files(watched: tuple[Path, Watcher], act: Callable[[Path], None]) -> None:
    folder, watcher = watched
    act(folder)
    assert watcher.look()[1]


@pytest.mark.parametrize("inner", ["", "folder"])
def test_a_hundred_changes_one_after_the_other(repository: Path, inner: str) -> None:
    chance = random.Random(f"changes {inner}")
    folder = repository / inner
    (repository / "known.tmp").write_text("ignored")
    watcher = Watcher(folder)
    for _ in range(100):
        tick()
        _change_something(repository, chance)
        assert watcher.look()[0].text == as_git_says(folder)


def _change_something(folder: Path, chance: random.Random) -> None:
    names = ["a.nix", "folder/b.nix", "folder/deep/c.nix", "d.tmp", "folder/ignored.nix", "new/e.nix", "default.nix"]
    path = folder / chance.choice(names)
    what = chance.randrange(7)
    if what < 3:
        path.parent.mkdir(exist_ok=True)
        path.write_text(str(chance.random()))
    elif what == 3 and path.exists():
        path.unlink()
    elif what == 4:
        run_git(folder, "add", "-A")
    elif what == 5:
        (folder / "folder/.gitignore").write_text(chance.choice(["ignored.nix\n", "b.nix\n", ""]))
    elif path.exists():
        path.replace(folder / chance.choice(["x.nix", "folder/y.nix"]))


def test_what_was_changed_just_now_is_not_known_by_its_time(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "since", lambda: time.time_ns() - 2 * 10**9)
    watcher = Watcher(repository)
    (repository / "default.nix").write_text("same time, perhaps")
    assert watcher.look()[0].text == as_git_says(repository)


def test_where_folders_do_not_keep_their_times_git_is_asked(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "_keeps_times", lambda top: False)
    found = told_again(target(repository))
    assert found.state.text == as_git_says(repository)
    assert found.stamps is None


def test_git_is_not_started_for_files_where_nothing_has_changed(
    watched: tuple[Path, Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, watcher = watched

    def refuse(*arguments: object) -> State:
        raise AssertionError(arguments)

    monkeypatch.setattr(watching, "state_of", refuse)
    monkeypatch.setattr(watching, "staged_in", refuse)
    assert watcher.look()[0].text


def test_stamps_are_kept_as_text(repository: Path) -> None:
    odd = repository / "odd \udcff\n name.nix"
    odd.write_text("x")
    found = told_again(target(repository)).stamps
    assert found is not None
    assert load_stamps(dump_stamps(found)) == found


#: Numbers for no stamps; names that are no table; numbers where words are wanted.
_FORGED = (["", "", "", {}, ["a"], "", [], "", []], ["", "", "", ["a"], [], "", [], "", []], [1] * 9)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", *map(json.dumps, _FORGED)])
def test_what_is_no_stamps_is_not_taken_for_them(text: str) -> None:
    assert load_stamps(text) is None


@pytest.mark.parametrize("forged", [None, {}, ["s", {}, {}, None], ["s", ["a"], {}, {}], [1, {}, {}, {}]])
def test_what_is_no_change_of_stamps_is_not_taken_for_one(repository: Path, forged: object) -> None:
    found = told_again(target(repository)).stamps
    assert found is not None
    assert with_apart(found, json.dumps([found.text, "text", {}, {}, {}])) is None
    assert with_apart(found, json.dumps([found.text, "text", "staged", {}, {}, {}])) is not None
    text = json.dumps([found.text, "text", *forged] if isinstance(forged, list) else forged)
    assert with_apart(found, text) is None


def test_a_name_that_no_file_can_have_is_left_to_git(repository: Path) -> None:
    found = told_again(target(repository)).stamps
    assert found is not None
    odd = found._replace(files={**found.files, "a\0b": (1, 2, 3)})
    assert told(target(repository), odd, lambda index: ()).state.text == as_git_says(repository)

"""A tree that others wrote: nothing that is not in it is read or written, and nothing waits or takes all memory."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from splitlint.cli.main import main
from tests.canaries import BROKEN
from tests.scan_trees import run_git

PAGE = """\
# A

## Definition

```toml
language = "nix"
severity = "info"
impact = ["eval-error"]
needles = [["x"]]
```
"""
SECRET = "machine internal.example login svc password hunter2"
SCAN = ("scan", "--executor", "here", "--no-history", "--no-cache")
#: What is looked for without being named.
FOUND = (".splitlint.toml", "pyproject.toml", ".gitignore", ".ignore", "CODEOWNERS", ".github/CODEOWNERS", "ci/OWNERS")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("check",),
    ("check", "--diff"),
    ("check", "--format", "markdown", "--group-by", "owner"),
    ("check", "--format", "html"),
    (*SCAN, "."),
    (*SCAN, ".", "--format", "markdown"),
    ("rules",),
    ("explain", "modules-path"),
    ("check", "--fix"),
)
Run = Callable[..., tuple[int, str]]


@pytest.fixture(params=["a folder", "a repository"])
def tree(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with one finding; beside it a secret file, and a folder that must stay as it is."""
    tree = tmp_path / "tree"
    (tree / "machine").mkdir(parents=True)
    (tree / "machine/a.nix").write_text(BROKEN)
    (tmp_path / "netrc").write_text(SECRET + "\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/a.nix").write_text(BROKEN)
    if request.param == "a repository":
        run_git(tree, "init", "-q")
    monkeypatch.chdir(tree)
    return tree


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str]:
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


@contextmanager
def soon() -> Iterator[None]:
    """Interrupts what takes longer than half a minute."""
    timer = threading.Timer(30, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def place(name: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def untouched(tree: Path) -> bool:
    return (tree.parent / "elsewhere/a.nix").read_text() == BROKEN


@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("how", ["file", "folder", "two links"])
def test_a_link_out_of_the_tree_is_not_followed_where_files_are_looked_for(
    tree: Path, run: Run, name: str, how: str
) -> None:
    path = place(name)
    up = "../" * (name.count("/") + 1)
    if how == "folder":
        if path.parent == Path():
            pytest.skip("it stands in no folder of its own")
        path.parent.rmdir()
        path.parent.symlink_to("../elsewhere")
        (tree.parent / "elsewhere" / path.name).write_text(SECRET)
    elif how == "file":
        path.symlink_to(f"{up}netrc")
    else:
        Path("between").symlink_to("../netrc")
        path.symlink_to(f"{up[3:]}between")
    for command in COMMANDS:
        code, said = run(*command)
        assert "hunter2" not in said
        assert "svc" not in said
        assert "Traceback" not in said
        if name.endswith(".toml"):
            assert code == 2
            assert "outside of its tree" in said or "--format" in command


@pytest.mark.parametrize("name", [".splitlint.toml", "CODEOWNERS", ".ignore"])
def test_a_link_that_stays_in_the_tree_is_followed(tree: Path, run: Run, name: str) -> None:
    if name == ".ignore" and (tree / ".git").exists():
        pytest.skip("git looks for other files")
    (tree / "real").write_text({".splitlint.toml": 'ignore = ["modules-path"]', "CODEOWNERS": "* @ada"}.get(name, "*"))
    Path(name).symlink_to("machine/../real")
    code, said = run("check", "--format", "markdown", "--group-by", "owner")
    assert (code, "@ada" in said) == ((1, True) if name == "CODEOWNERS" else (0, False))


@pytest.mark.parametrize("name", FOUND)
def test_a_fifo_is_not_waited_for_where_files_are_looked_for(tree: Path, run: Run, name: str) -> None:
    os.mkfifo(place(name))
    looked_at = name != ".ignore" or not (tree / ".git").exists()
    for command in COMMANDS:
        with soon():
            code, said = run(*command)
        if name.endswith(".toml"):
            assert code == 2
            assert "is not a regular file" in said or "--format" in command
        elif command == ("check",):
            assert code == 1
            assert "modules-path" in said
            assert f"{name}: is not a regular file" in said or name.endswith("OWNERS") or not looked_at


def test_a_fifo_deep_in_a_repository_is_not_waited_for_either(tree: Path, run: Run) -> None:
    if not (tree / ".git").exists():
        pytest.skip("git is not asked")
    os.mkfifo("machine/.gitignore")
    with soon():
        code, said = run("check")
        assert code == 1
        assert "git was stopped" in said
        assert "machine/.gitignore: is not a regular file" in said
        code, said = run(*SCAN, ".")
        assert code == 2
        assert "git was stopped" in said
        assert "modules-path" in said


@pytest.mark.parametrize("name", FOUND)
def test_a_link_to_a_device_takes_no_memory(tree: Path, run: Run, name: str) -> None:
    place(name).symlink_to("/dev/zero")
    for command in COMMANDS:
        code, said = run(*command)
        assert code == 2 if name.endswith(".toml") else code in (0, 1)
        assert "Traceback" not in said


@pytest.mark.parametrize("name", [".splitlint.toml", "CODEOWNERS", "known.json"])
def test_a_file_of_a_gigabyte_is_refused_by_its_size(tree: Path, run: Run, name: str) -> None:
    Path(name).touch()
    os.truncate(name, 1 << 30)
    more = {"known.json": ("--baseline", name), "CODEOWNERS": ("--format", "markdown")}.get(name, ())
    assert f"{name}: has more than" in run("check", *more)[1]


@pytest.mark.parametrize(
    "name", [".splitlint.toml", "pyproject.toml", "known.json", "pages/page.md", "pages/pack.toml"]
)
def test_what_is_not_utf8_is_an_error_that_names_the_file(tree: Path, run: Run, name: str) -> None:
    place(name).write_bytes(b"# splitlint caf\xe9\n")
    named = {"known.json": ("--baseline", name), "pages": ("--rules", "pages")}.get(name.partition("/")[0], ())
    code, said = run("check", *named)
    assert code == 2
    assert name in said
    assert "UTF-8" in said or "utf-8" in said or name == "known.json"


@pytest.mark.parametrize("rules", ["../../..", "..", "../elsewhere", "/", "machine/../..", "link"])
def test_rule_pages_outside_of_the_tree_are_loaded_only_if_the_command_line_says_so(
    tree: Path, run: Run, rules: str
) -> None:
    Path("link").symlink_to("../elsewhere")
    (tree.parent / "elsewhere/other-page.md").write_text(PAGE)
    Path(".splitlint.toml").write_text(f'rules = ["{rules}"]\n')
    for command in (("check",), (*SCAN, "."), ("rules",), ("check", "--config", ".splitlint.toml")):
        code, said = run(*command)
        assert code == 2
        assert "give it on the command line: --rules" in said
    Path(".splitlint.toml").write_text("")
    assert "other-page" in run("rules", "--rules", "../elsewhere")[1]


def test_rule_pages_in_the_tree_may_be_named_by_its_configuration(tree: Path, run: Run) -> None:
    place("mine/own-page.md").write_text(PAGE)
    Path(".splitlint.toml").write_text('rules = ["mine"]\n')
    assert "own-page" in run("rules")[1]
    Path("mine/link.md").symlink_to("own-page.md")
    assert "link" in run("rules")[1]
    Path("mine/link.md").unlink()
    Path("mine/link.md").symlink_to("../../netrc")
    code, said = run("rules")
    assert (code, "outside of its tree" in said, "hunter2" in said) == (2, True, False)


@pytest.mark.parametrize("flag", ["--baseline", "--config", "--rules", "--output", "--write-baseline"])
@pytest.mark.parametrize("target", ["../netrc", "/dev/zero", "../elsewhere"])
def test_a_file_that_the_command_line_names_may_not_lead_out_of_the_tree_either(
    tree: Path, run: Run, flag: str, target: str
) -> None:
    name = "named/file.md" if flag == "--rules" else "named.json"
    place(name).symlink_to(f"../{target}" if flag == "--rules" and target[0] == "." else target)
    code, said = run("check", flag, "named" if flag == "--rules" else name)
    assert code == 2
    assert "hunter2" not in said
    assert (tree.parent / "netrc").read_text() == SECRET + "\n"


@pytest.mark.parametrize(
    "command", [("scan", "--executor", "here", "--db"), ("scan", "--cache-dir"), ("check", "--cache", "--cache-dir")]
)
def test_stores_that_the_command_line_names_may_not_lead_out_of_the_tree(
    tree: Path, run: Run, command: tuple[str, ...]
) -> None:
    Path("store").symlink_to("../elsewhere/store")
    code, said = run(*command, "store", ".")
    assert code == 2
    assert "outside of its tree" in said
    assert sorted(path.name for path in (tree.parent / "elsewhere").iterdir()) == ["a.nix"]


def test_what_the_user_keeps_elsewhere_may_be_links(tree: Path, run: Run) -> None:
    home = tree.parent / "home"
    home.mkdir()
    (home / "real.toml").write_text('ignore = ["modules-path"]\n')
    (home / "conf").mkdir()
    (home / "conf/mine.toml").symlink_to("../real.toml")
    assert run("check", "--config", str(home / "conf/mine.toml"))[0] == 0


def test_a_configuration_above_the_repository_may_be_a_link(tree: Path, run: Run) -> None:
    (tree.parent / "elsewhere/real.toml").write_text('ignore = ["modules-path"]\n')
    (tree.parent / ".splitlint.toml").symlink_to("elsewhere/real.toml")
    assert run("check")[0] == 0
    (tree.parent / ".splitlint.toml").unlink()
    (tree.parent / ".splitlint.toml").symlink_to("/dev/zero")
    assert run("check")[0] == 2


@pytest.mark.parametrize("paths", [(".",), ("dir",), ("dir/a.nix",), ("dir/",), ("./dir/../dir",)])
def test_nothing_is_fixed_through_a_folder_that_is_a_link(tree: Path, run: Run, paths: tuple[str, ...]) -> None:
    Path("dir").symlink_to("../elsewhere")
    code, said = run("check", "--fix", *paths)
    assert untouched(tree)
    if paths != (".",):
        assert code == 2
        assert "link" in said


def test_nothing_is_fixed_through_such_a_folder_from_elsewhere_either(
    tree: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "dir").symlink_to("../elsewhere")
    monkeypatch.chdir("/")
    for path in (tree, tree / "dir", tree / "dir/a.nix"):
        run("check", "--fix", str(path))
        assert untouched(tree)


def test_a_folder_that_leads_to_another_place_in_the_tree_is_fixed(tree: Path, run: Run) -> None:
    Path("dir").symlink_to("machine")
    run("check", "--fix", "dir")
    assert (tree / "machine/a.nix").read_text() != BROKEN


def test_a_tracked_folder_that_became_a_link_is_not_looked_into(tree: Path, run: Run) -> None:
    if not (tree / ".git").exists():
        pytest.skip("only git knows of files that are not there")
    run_git(tree, "add", "-A")
    (tree / "machine/a.nix").unlink()
    (tree / "machine").rmdir()
    (tree / "machine").symlink_to("../elsewhere")
    for command in (("check",), ("check", "--fix"), (*SCAN, ".")):
        code, said = run(*command)
        assert code == 0
        assert "modules-path" not in said
    (tree.parent / "elsewhere/a.nix").write_text(SECRET)
    # What is staged is there, whatever stands in its place.
    assert SECRET not in run("check", "--staged")[1]
    (tree.parent / "elsewhere/a.nix").write_text(BROKEN)
    assert untouched(tree)


def test_an_index_that_names_files_outside_does_not_make_them_be_read(tree: Path, run: Run) -> None:
    if not (tree / ".git").exists():
        pytest.skip("there is no index")
    run_git(tree, "add", "-A")
    index = (tree / ".git/index").read_bytes()
    (tree / ".git/index").write_bytes(index.replace(b"machine/a.nix", b"../elsewhere/"))
    for command in (("check",), ("check", "--staged"), ("check", "--fix"), (*SCAN, ".")):
        assert "elsewhere" not in run(*command)[1]
    assert untouched(tree)


def test_a_work_tree_that_the_repository_says_is_elsewhere_is_not_used(tree: Path, run: Run) -> None:
    if not (tree / ".git").exists():
        pytest.skip("there is no configuration")
    run_git(tree, "add", "-A")
    run_git(tree, "config", "core.worktree", str(tree.parent / "elsewhere"))
    for command in (("check",), ("check", "--staged"), ("check", "--fix"), (*SCAN, ".")):
        assert "elsewhere" not in run(*command)[1]
    assert untouched(tree)

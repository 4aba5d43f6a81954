"""`splitlint init` writes a configuration to begin with, and never over another."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.authoring.configured import load_rule_set
from splitlint.cli.main import main
from splitlint.config import Config, load_config

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: str) -> tuple[int, str, str]:
        code = main(["init", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ran


def test_what_it_writes_changes_nothing_and_says_how_to_go_on(tmp_path: Path, run: Run) -> None:
    code, out, err = run()
    assert (code, err) == (0, "")
    path = tmp_path / ".splitlint.toml"
    assert load_config(tmp_path)._replace(fence="") == Config(root=str(tmp_path), path=str(path))
    assert "- id: splitlint" in out
    assert path.read_text().startswith("#:schema https://")


def test_each_setting_can_be_turned_on_by_removing_its_sign(tmp_path: Path, run: Run) -> None:
    run()
    path = tmp_path / ".splitlint.toml"
    lines = path.read_text().splitlines()
    settings = [line for line in lines if re.match(r'# (?:[\w-]+ = |\[|")', line)]
    assert len(settings) > 5
    path.write_text("\n".join(line.removeprefix("# ") for line in settings))
    config = load_config(tmp_path)
    assert config.min_confidence == "high"
    assert config.per_path_ignores
    load_rule_set(config)


def test_in_another_folder(tmp_path: Path, run: Run) -> None:
    (tmp_path / "sub").mkdir()
    assert run("sub")[0] == 0
    assert (tmp_path / "sub/.splitlint.toml").is_file()
    code, _, err = run("nowhere")
    assert (code, err) == (2, "splitlint: nowhere: is not a folder\n")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (".splitlint.toml", 'ignore = ["vmlinux"]', "is there already, and is not changed"),
        ("pyproject.toml", "[tool.splitlint]", "has a [tool.splitlint] table already"),
        ("pyproject.toml", "[tool.splitlint", "correct it first"),
    ],
)
def test_nothing_is_overwritten(tmp_path: Path, run: Run, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    code, out, err = run()
    assert (code, out) == (2, "")
    assert message in err
    assert (tmp_path / name).read_text() == text
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_is_not_followed(tmp_path: Path, run: Run) -> None:
    (tmp_path / ".splitlint.toml").symlink_to(tmp_path / "elsewhere")
    code, _, err = run()
    assert code == 2
    assert "is there already" in err
    assert not (tmp_path / "elsewhere").exists()


def test_one_of_a_folder_above_does_not_stand_in_the_way(tmp_path: Path, run: Run) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".splitlint.toml").write_text("")
    assert run("sub")[0] == 0

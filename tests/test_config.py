"""Configuration: where it is found, what it may say, and what is said about mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitlint.config import Config, ConfigError, load_config, read_config


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_without_a_file_the_defaults_hold_and_patterns_start_here(tmp_path: Path) -> None:
    assert load_config(tmp_path) == Config(root=str(tmp_path))


def test_every_key_is_read(tmp_path: Path) -> None:
    write(
        tmp_path / ".splitlint.toml",
        """
        select = ["a"]
        ignore = ["b"]
        exclude = ["vendor/"]
        force-exclude = true
        min-confidence = "low"
        min-severity = "error"
        nixpkgs = "25.11"
        rules = ["our-rules"]
        fix = ["a"]
        no-fix = ["c"]
        [per-path-ignores]
        "tests/**" = ["a", "c"]
        """,
    )
    assert load_config(tmp_path) == Config(
        select=("a",),
        ignore=("b",),
        exclude=("vendor/",),
        per_path_ignores=(("tests/**", ("a", "c")),),
        min_confidence="low",
        min_severity="error",
        nixpkgs="25.11",
        rules=(str(tmp_path / "our-rules"),),
        fix=("a",),
        no_fix=("c",),
        root=str(tmp_path),
        force_exclude=True,
        path=str(tmp_path / ".splitlint.toml"),
        fence=str(tmp_path),
    )


def test_it_is_found_upwards_and_the_nearest_one_wins(tmp_path: Path) -> None:
    write(tmp_path / ".splitlint.toml", 'min-confidence = "low"')
    write(tmp_path / "a/.splitlint.toml", 'min-confidence = "high"')
    (tmp_path / "a/b").mkdir()
    (tmp_path / "c").mkdir()
    assert load_config(tmp_path / "a/b").min_confidence == "high"
    assert load_config(tmp_path / "c").min_confidence == "low"


def test_pyproject_counts_only_with_a_table_of_ours(tmp_path: Path) -> None:
    write(tmp_path / ".splitlint.toml", 'min-confidence = "low"')
    write(tmp_path / "a/pyproject.toml", '[project]\nname = "x"\n')
    write(tmp_path / "b/pyproject.toml", '[tool.splitlint]\nmin-confidence = "high"\n')
    write(tmp_path / "c/pyproject.toml", '[project]\ndependencies = ["splitlint"]\n')
    assert load_config(tmp_path / "a").min_confidence == "low"
    assert load_config(tmp_path / "b").min_confidence == "high"
    assert load_config(tmp_path / "c").min_confidence == "low"


def test_our_own_file_wins_over_pyproject_beside_it(tmp_path: Path) -> None:
    write(tmp_path / ".splitlint.toml", 'min-confidence = "low"')
    write(tmp_path / "pyproject.toml", '[tool.splitlint]\nmin-confidence = "high"\n')
    assert load_config(tmp_path).min_confidence == "low"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('selekt = ["a"]', "unknown key `selekt`; did you mean `select`?"),
        ('select = "a"', "`select` must be a list of strings, not 'a'"),
        ("select = [1]", "`select` must be a list of strings, not [1]"),
        ('min-confidence = "hihg"', "must be low or medium or high, not 'hihg'; did you mean `high`?"),
        ('min-severity = "fatal"', "must be info or warning or error, not 'fatal'"),
        ('nixpkgs = "25.10"', '`nixpkgs` must be "any" or a release such as "25.11", not \'25.10\''),
        ("nixpkgs = 25.11", "`nixpkgs` must be"),
        ('per-path-ignores = ["a"]', "`per-path-ignores` must be a table"),
        ('exclude = ["!a"]', "patterns that start with `!` are not supported"),
        ('exclude = ["/"]', "has an empty pattern"),
        ('exclude = ["[z-a]"]', "which cannot be read"),
        ('force-exclude = "yes"', "`force-exclude` must be true or false"),
        ("select = [", "is not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, text: str, complaint: str) -> None:
    path = write(tmp_path / ".splitlint.toml", text)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert str(caught.value).startswith(f"{path}: ")
    assert complaint in str(caught.value)


def test_a_pyproject_that_is_broken_says_so_only_if_it_speaks_of_us(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[project\n")
    assert load_config(tmp_path) == Config(root=str(tmp_path))
    write(tmp_path / "pyproject.toml", "[tool.splitlint\n")
    with pytest.raises(ConfigError, match="is not TOML"):
        load_config(tmp_path)


def test_a_table_that_is_no_table_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool]\nsplitlint = 3\n")
    with pytest.raises(ConfigError, match="must be a table"):
        load_config(tmp_path)


def test_a_file_asked_for_by_name_must_be_there_and_be_ours(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such configuration file"):
        read_config(str(tmp_path / "none.toml"))
    other = write(tmp_path / "pyproject.toml", "[project]\n")
    with pytest.raises(ConfigError, match=r"has no \[tool.splitlint\] table"):
        read_config(str(other))
    own = write(tmp_path / "other.toml", 'ignore = ["a"]')
    assert read_config(str(own)).ignore == ("a",)


def test_a_folder_in_the_place_of_the_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".splitlint.toml").mkdir()
    assert load_config(tmp_path).path == ""


def test_rules_are_on_unless_others_are_selected_or_they_are_ignored() -> None:
    assert Config().selects("a")
    assert not Config(select=("b",)).selects("a")
    assert not Config(select=("a",), ignore=("a",)).selects("a")


def test_per_path_ignores_are_relative_to_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    config = Config(per_path_ignores=(("sub/tests/", ("a",)),), root=str(tmp_path))
    monkeypatch.chdir(tmp_path / "sub")
    assert config.ignores("a", "tests/x.nix")
    assert not config.ignores("b", "tests/x.nix")
    assert not config.ignores("a", "x.nix")

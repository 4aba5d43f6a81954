"""The schema of the configuration and the parser agree on what is right and what is wrong."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint import config
from splitlint.config import ConfigError, parse_config
from splitlint.config_schema import MEANINGS, schema

ROOT = Path(__file__).resolve().parent.parent
VALIDATOR = jsonschema.Draft7Validator(schema())
KEYS = sorted({**config.READERS, **config.FLAG_READERS})


def parser_takes(table: dict[str, object]) -> bool:
    """Whether the parser takes a table."""
    try:
        parse_config(table, "/nowhere/.splitlint.toml")
    except ConfigError:
        return False
    return True


def schema_takes(table: dict[str, object]) -> bool:
    """Whether the schema does."""
    return not list(VALIDATOR.iter_errors(table))


def test_every_key_has_a_meaning_and_no_other_has() -> None:
    assert sorted(MEANINGS) == KEYS
    assert all(one.endswith(".") for one in MEANINGS.values())


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(schema())


@pytest.mark.parametrize(
    "text",
    [
        "",
        'select = ["modules-path"]',
        "select = []",
        'exclude = ["vendor/", "*.nix", "/a/**/b", "[ab]", "[]]", "[!]a]", "[[:digit:]]", "a\\\\[b"]',
        'min-confidence = "low"',
        'nixpkgs = "any"',
        'nixpkgs = "25.05"',
        '[per-path-ignores]\n"tests/**" = ["vmlinux"]\n"*.sh" = []',
        'baseline = ""\nquiet = true\nformat = "sarif"\ngroup-by = "owner"\ncolor = "never"',
    ],
)
def test_what_is_right(text: str) -> None:
    table = tomllib.loads(text)
    assert (parser_takes(table), schema_takes(table)) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        'selected = ["modules-path"]',
        'select = "modules-path"',
        "select = [1]",
        'exclude = ["!a"]',
        'exclude = [""]',
        'exclude = ["//"]',
        'exclude = ["[ab"]',
        'exclude = ["a[]"]',
        'min-confidence = "certain"',
        "min-severity = 1",
        'nixpkgs = "25.12"',
        'nixpkgs = "25.11 "',
        'nixpkgs = "٢٥.11"',
        "nixpkgs = 25.11",
        'force-exclude = "yes"',
        'per-path-ignores = ["vmlinux"]',
        '[per-path-ignores]\n"tests/**" = "vmlinux"',
        '[per-path-ignores]\n"!tests" = ["vmlinux"]',
        'format = "xml"',
        "file-timeout = 1",
    ],
)
def test_what_is_wrong(text: str) -> None:
    table = tomllib.loads(text)
    assert (parser_takes(table), schema_takes(table)) == (False, False)


WORDS = st.sampled_from(
    ["any", "25.11", "low", "info", "text", "rule", "auto", "", "!a", "/", "a/", "[a", "[a]", "[]]"]
)
VALUES = st.one_of(
    WORDS,
    st.booleans(),
    st.integers(0, 2),
    st.lists(WORDS | st.integers(0, 1), max_size=3),
    st.dictionaries(WORDS, st.lists(WORDS, max_size=2) | WORDS, max_size=2),
)


@given(table=st.dictionaries(st.sampled_from([*KEYS, "unknown"]), VALUES, max_size=3))
def test_they_agree_on_whatever_toml_can_hold(table: dict[str, object]) -> None:
    assert schema_takes(table) == parser_takes(table)


@given(pattern=st.text(st.sampled_from("ab*?[]!^\\/:."), min_size=1, max_size=8))
def test_they_agree_on_patterns(pattern: str) -> None:
    table: dict[str, object] = {"exclude": [pattern]}
    # Which classes of characters there are, and which ranges are none, is not for a schema to say.
    if "[:" not in pattern:
        assert schema_takes(table) == parser_takes(table), pattern


def test_the_file_that_editors_load_is_the_schema() -> None:
    assert json.loads((ROOT / "share/splitlint.schema.json").read_text()) == schema()

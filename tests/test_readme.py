"""What the README shows is what splitlint says."""

from __future__ import annotations

import html
import re
import runpy
from pathlib import Path

from splitlint.config import parse_config

ROOT = Path(__file__).resolve().parent.parent
MAKE = runpy.run_path(str(ROOT / "docs/make_readme.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_rule_table_is_current() -> None:
    assert MAKE["readme"](README) == README, "make readme"


def test_the_picture_shows_what_is_written_today() -> None:
    svg = (ROOT / "docs/output.svg").read_text(encoding="utf-8")
    rows = re.findall(r"<text [^>]*>(.*?)</text>", svg)
    shown = re.sub(r"\s+", "", html.unescape("".join(rows)))
    written = re.sub(r"\s+", "", MAKE["output_of"]("check", folder=MAKE["EXAMPLE"]))
    assert written in shown, "make readme"


def test_the_picture_loads_nothing_from_anywhere() -> None:
    svg = (ROOT / "docs/output.svg").read_text(encoding="utf-8")
    assert "url(http" not in svg
    assert 'url("http' not in svg
    assert "<script" not in svg


def test_the_configuration_it_shows_is_read() -> None:
    import tomllib

    (block,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    config = parse_config(tomllib.loads(block), "/x/.splitlint.toml")
    assert config.exclude == ("vendor/", "*.generated.nix")


def test_the_files_it_links_to_are_there() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link

"""Installed from a wheel into an empty environment, splitlint works outside its repository; its source tests itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from splitlint import __version__
from tests.packaging import ROOT, copy_repository

BROKEN = '{ config }: "${config.boot.kernelPackages.kernel}/lib/modules"\n'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a source distribution and the wheel that was made from it."""
    source = copy_repository(tmp_path_factory.mktemp("source"))
    target = tmp_path_factory.mktemp("built")
    script = "import sys; from setuptools import build_meta as backend; print(backend.build_sdist(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", script, str(target)], cwd=source, check=True, capture_output=True)
    (sdist,) = target.glob("*.tar.gz")
    unpacked = tmp_path_factory.mktemp("unpacked")
    shutil.unpack_archive(sdist, unpacked)
    (top,) = unpacked.iterdir()
    script = script.replace("build_sdist", "build_wheel")
    subprocess.run([sys.executable, "-c", script, str(target)], cwd=top, check=True, capture_output=True)
    return target


def test_the_wheel_holds_the_rule_pages_and_the_assets_and_no_tests(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    pages = [path for path in (ROOT / "rules").rglob("*") if path.suffix in (".md", ".toml")]
    assert len(pages) > 60
    assert {f"splitlint/{path.relative_to(ROOT)}" for path in pages} <= names
    assert "splitlint/py.typed" in names
    beside = {name.partition(".data/data/")[2] for name in names}
    assert "share/man/man1/splitlint.1" in beside
    assert {"share/bash-completion/completions/splitlint", "share/zsh/site-functions/_splitlint"} <= beside
    assert "share/fish/vendor_completions.d/splitlint.fish" in beside
    assert any(name.startswith("splitlint/report/assets/") for name in names)
    assert not any(name.startswith(("tests/", "corpus/", "bench/", "rules/")) for name in names)


def test_installed_from_the_wheel_it_finds_and_mends(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "v")], check=True)
    python = str(tmp_path / "v/bin/python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    work = tmp_path / "work"
    work.mkdir()
    (work / "bad.nix").write_text(BROKEN)
    command = str(tmp_path / "v/bin/splitlint")
    done = subprocess.run([command, "check"], cwd=work, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "error[modules-path]" in done.stdout
    page = subprocess.run([command, "explain", "modules-path"], cwd=work, capture_output=True, text=True, check=True)
    assert page.stdout.startswith("# A path under lib/modules")
    assert subprocess.run([command, "check", "--fix", "-q"], cwd=work, check=False).returncode == 0
    assert "or config.boot.kernelPackages.kernel" in (work / "bad.nix").read_text()


def metadata(built: Path) -> Message:
    """What the wheel says of itself."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return Parser().parsestr(archive.read(f"splitlint-{__version__}.dist-info/METADATA").decode())


def test_the_readme_leads_to_the_files_of_its_version_wherever_it_is_read(built: Path) -> None:
    text = str(metadata(built).get_payload())
    addresses = re.findall(r"\]\(([^)\s]+)\)", text)
    assert len(addresses) > 50
    assert [one for one in addresses if not one.startswith(("https://", "#"))] == []
    files = [one.partition(f"/blob/v{__version__}/")[2] for one in addresses if "/blob/" in one]
    assert len(files) > 50
    assert [one for one in files if not (ROOT / one.partition("#")[0]).exists()] == []
    assert f"https://raw.githubusercontent.com/splitlint/splitlint/v{__version__}/docs/output.svg" in addresses


def test_what_an_index_shows_is_complete(built: Path) -> None:
    shown = metadata(built)
    assert (shown["Name"], shown["Version"], shown["License-Expression"]) == ("splitlint", __version__, "MIT")
    assert shown["Description-Content-Type"] == "text/markdown"
    labels = {one.partition(",")[0] for one in shown.get_all("Project-URL", [])}
    assert labels == {"Homepage", "Documentation", "Source", "Issues", "Changelog"}
    files = [str(path) for path in built.iterdir()]
    command = [sys.executable, "-m", "twine", "check", "--strict", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_source_distribution_has_every_file_that_git_tracks(built: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git work tree")
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert [name for name in listed.stdout.split("\0") if name and name not in names] == []


def test_the_source_distribution_tests_itself(built: Path, tmp_path: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    shutil.unpack_archive(sdist, tmp_path)
    (top,) = (path for path in tmp_path.iterdir() if path.is_dir())
    suites = tomllib.loads((top / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["testpaths"]
    assert all((top / suite).is_dir() for suite in suites)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/syntax", "tests/test_corpus.py"]
    environment = {**os.environ, "PYTHONPATH": str(top)}
    done = subprocess.run(command, cwd=top, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr

"""Installed from a wheel into an empty environment, splitlint works outside its repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from splitlint.rulebook.pages import default_folder, load_rules
from tests.packaging import copy_repository

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
    for rule in load_rules([default_folder()]).rules:
        assert f"splitlint/rules/{rule.pack}/{rule.name}.md" in names
    assert "splitlint/rules/kernel-modules/pack.toml" in names
    assert "splitlint/py.typed" in names
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

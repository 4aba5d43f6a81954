"""The scripts of the GitHub action and of the GitLab job, run as these run them, on repositories made for the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging import ROOT
from tests.scan_trees import make_tree, run_git

GITHUB = ROOT / "integrations/github"
GITLAB = ROOT / "integrations/gitlab/splitlint.gitlab-ci.yml"
OLD = '{ pkgs, lib }: "${pkgs.linux}/lib/modules"\n'
NEW = '{ pkgs, lib }: "${pkgs.linux_latest}/lib/modules"\n'
SPLITLINT = str(Path(sys.executable).with_name("splitlint"))


class Job:
    """One step of a workflow in a checkout: its environment, and what it wrote."""

    def __init__(self, checkout: Path, temp: Path) -> None:
        self.checkout = checkout
        self.temp = temp
        temp.mkdir()
        names = ("PATH", "HOME", "LANG")
        self.environment = {name: os.environ[name] for name in names if name in os.environ} | {
            "RUNNER_TEMP": str(temp),
            "GITHUB_OUTPUT": str(temp / "output"),
            "GITHUB_STEP_SUMMARY": str(temp / "summary"),
            "GITHUB_ACTION_PATH": str(ROOT),
            "SPLITLINT": SPLITLINT,
            "GIT_CONFIG_GLOBAL": os.devnull,
        }

    def check(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Runs the step that checks, with the inputs as action.yml passes them."""
        return subprocess.run(
            [str(GITHUB / "check.sh")],
            cwd=self.checkout,
            env={**self.environment, **inputs},
            capture_output=True,
            text=True,
            check=False,
        )

    def outputs(self) -> dict[str, str]:
        """The outputs of the step."""
        return dict(line.split("=", 1) for line in (self.temp / "output").read_text().splitlines())


def commit(folder: Path, name: str, text: str) -> str:
    make_tree(folder, {name: text})
    run_git(folder, "add", "-A")
    run_git(folder, "commit", "-qm", name)
    return run_git(folder, "rev-parse", "HEAD")


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with an old finding, a longer history, and a pull request that adds a finding."""
    folder = tmp_path / "origin"
    folder.mkdir()
    run_git(folder, "init", "-q", "-b", "main")
    run_git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    commit(folder, "old.nix", OLD)
    run_git(folder, "branch", "feature")
    for number in range(4):
        commit(folder, f"{number}.txt", "x")
    run_git(folder, "checkout", "-q", "feature")
    commit(folder, "new.nix", NEW)
    commit(folder, "more.txt", "x")
    run_git(folder, "checkout", "-q", "-b", "merged", "main")
    run_git(folder, "merge", "-q", "--no-ff", "-m", "merge", "feature")
    run_git(folder, "update-ref", "refs/pull/1/merge", "HEAD")
    run_git(folder, "checkout", "-q", "main")
    return folder


def job(origin: Path, tmp_path: Path, reference: str, depth: int) -> Job:
    """A checkout as actions/checkout makes it; `depth` 0 is all of the history."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    run_git(checkout, "init", "-q")
    run_git(checkout, "remote", "add", "origin", f"file://{origin}")
    shallow = [f"--depth={depth}"] if depth else []
    everything = [] if depth else ["+refs/heads/*:refs/remotes/origin/*"]
    run_git(checkout, "fetch", "-q", "--no-tags", *shallow, "origin", *everything, f"+{reference}:refs/remotes/x")
    run_git(checkout, "checkout", "-q", "--detach", "refs/remotes/x")
    return Job(checkout, tmp_path / "temp")


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("reference", ["refs/pull/1/merge", "refs/heads/feature"])
def test_of_a_pull_request_only_what_it_breaks_is_reported(
    depth: int, reference: str, origin: Path, tmp_path: Path
) -> None:
    step = job(origin, tmp_path, reference, depth)
    done = step.check(SINCE="auto", BASE=run_git(origin, "rev-parse", "main"))
    assert done.returncode == 1
    assert "new.nix" in done.stdout
    assert "old.nix" not in done.stdout
    assert "::warning title=splitlint" not in done.stdout
    assert step.outputs() == {"exit-code": "1"}
    annotations = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert len(annotations) == 1
    assert "file=new.nix,line=1," in annotations[0]
    assert "`new.nix`" in (tmp_path / "temp/summary").read_text()


def test_without_a_base_everything_is_reported(origin: Path, tmp_path: Path) -> None:
    step = job(origin, tmp_path, "refs/pull/1/merge", 1)
    done = step.check(SINCE="auto", BASE="", ANNOTATIONS="false", SUMMARY="false")
    assert done.returncode == 1
    assert {"old.nix", "new.nix"} <= {line.split(":")[0].strip(" ->") for line in done.stdout.splitlines()}
    assert not (tmp_path / "temp/summary").exists()


def test_a_base_that_cannot_be_fetched_is_said_and_everything_reported(origin: Path, tmp_path: Path) -> None:
    step = job(origin, tmp_path, "refs/heads/feature", 1)
    base = run_git(origin, "rev-parse", "main")
    run_git(step.checkout, "remote", "set-url", "origin", f"file://{tmp_path}/gone")
    done = step.check(SINCE="auto", BASE=base)
    assert done.returncode == 1
    assert "::warning title=splitlint::the history of the base is not here" in done.stdout
    assert "old.nix" in done.stdout


def test_nothing_found_is_a_green_step_without_annotations(origin: Path, tmp_path: Path) -> None:
    step = job(origin, tmp_path, "refs/heads/main", 0)
    done = step.check(SINCE="HEAD~1", SARIF="true")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not [line for line in done.stdout.splitlines() if line.startswith("::")]
    report = json.loads(Path(step.outputs()["sarif"]).read_text())
    assert report["runs"][0]["results"] == []


def test_findings_need_not_fail_the_step_and_are_uploaded_all_the_same(origin: Path, tmp_path: Path) -> None:
    step = job(origin, tmp_path, "refs/heads/feature", 1)
    done = step.check(FAIL="false", SARIF="true")
    assert done.returncode == 0
    outputs = step.outputs()
    assert outputs["exit-code"] == "1"
    results = json.loads(Path(outputs["sarif"]).read_text())["runs"][0]["results"]
    assert len(results) == 2


def test_what_cannot_be_checked_fails_the_step_whatever_was_asked(origin: Path, tmp_path: Path) -> None:
    step = job(origin, tmp_path, "refs/heads/main", 1)
    done = step.check(FAIL="false", PATHS="nowhere.nix")
    assert done.returncode == 2
    assert "::error title=splitlint::something could not be checked" in done.stdout
    assert step.outputs() == {"exit-code": "2"}


@pytest.mark.parametrize("name", ["PATHS", "SINCE", "BASE", "ARGUMENTS", "ANNOTATIONS", "SARIF", "FAIL"])
@pytest.mark.parametrize(
    "text",
    [
        "$(touch pwned)",
        "`touch pwned`",
        '"; touch pwned; "',
        "x\ny'; touch pwned #",
        "--output=pwned\n-",
        "*",
        "a b  c",
    ],
)
def test_no_input_is_a_command(name: str, text: str, origin: Path, tmp_path: Path) -> None:
    step = job(origin, tmp_path, "refs/heads/main", 0)
    values = {"SINCE": "auto", name: text} if name == "BASE" else {name: text}
    done = step.check(**values)
    # An option among the arguments is what they are for.
    allowed = name == "ARGUMENTS" and text.startswith("--output")
    assert not (step.checkout / "pwned").exists() or allowed
    assert done.returncode in (0, 1, 2)


def test_arguments_and_paths_are_lines(origin: Path, tmp_path: Path) -> None:
    step = job(origin, tmp_path, "refs/heads/main", 0)
    make_tree(step.checkout, {"a folder/-x.nix": NEW, "-y.nix": NEW})
    done = step.check(
        PATHS="a folder\r\n\n-y.nix\n", ARGUMENTS="--format\nconcise\n--select\nmodules-path\n", ANNOTATIONS="false"
    )
    found = [line.split(":")[0] for line in done.stdout.splitlines() if "[modules-path]" in line]
    assert sorted(found) == ["-y.nix", "a folder/-x.nix"]


def test_it_is_installed_apart_from_the_python_of_the_runner(tmp_path: Path) -> None:
    package = make_tree(
        tmp_path / "package",
        {
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
            "backend.py": BACKEND,
        },
    )
    (tmp_path / "checkout").mkdir()
    step = Job(tmp_path / "checkout", tmp_path / "temp")
    environment = {**step.environment, "INSTALL": str(package), "PYTHON": sys.executable, "PIP_NO_INDEX": "1"}
    command = [str(GITHUB / "install.sh")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "stand-in 1.0\n"
    assert (tmp_path / "temp/splitlint/bin/splitlint").exists()


#: Builds a wheel with a program `splitlint`, without any other package.
BACKEND = """
import zipfile

INFO = "splitlint-1.0.dist-info"
FILES = {
    "stand_in.py": "def main():\\n    print('stand-in 1.0')\\n",
    f"{INFO}/METADATA": "Metadata-Version: 2.1\\nName: splitlint\\nVersion: 1.0\\n",
    f"{INFO}/WHEEL": "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    f"{INFO}/entry_points.txt": "[console_scripts]\\nsplitlint = stand_in:main\\n",
    f"{INFO}/RECORD": "",
}


def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "splitlint-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as archive:
        for path, text in FILES.items():
            archive.writestr(path, text)
    return name
"""


def test_a_python_that_is_too_old_is_said(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    (tmp_path / "checkout").mkdir()
    environment = {**Job(tmp_path / "checkout", tmp_path / "temp").environment, "PYTHON": str(old)}
    done = subprocess.run([str(GITHUB / "install.sh")], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "needs Python 3.11 or newer" in done.stdout) == (2, True)


def gitlab_job() -> dict[str, Any]:
    job: dict[str, Any] = yaml.safe_load(GITLAB.read_text())["splitlint"]
    return job


@pytest.mark.parametrize("merge_request", [True, False])
def test_the_job_of_gitlab_reports_what_a_merge_request_breaks(
    merge_request: bool, origin: Path, tmp_path: Path
) -> None:
    step = job(origin, tmp_path, "refs/heads/feature", 0)
    tool = make_tree(step.checkout / ".splitlint-environment/bin", {})
    tool.mkdir(parents=True)
    (tool / "splitlint").symlink_to(SPLITLINT)
    described = gitlab_job()
    variables = {name: str(value) for name, value in described["variables"].items()}
    if merge_request:
        variables["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = run_git(origin, "merge-base", "main", "feature")
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", "\n".join(described["script"])],
        cwd=step.checkout,
        env={**step.environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    report = json.loads((step.checkout / described["artifacts"]["reports"]["codequality"]).read_text())
    found = {"new.nix"} if merge_request else {"new.nix", "old.nix"}
    assert {one["location"]["path"] for one in report} == found
    assert ("old.nix" in done.stdout) is (not merge_request)


def test_the_notes_of_a_release_are_its_part_of_the_changelog() -> None:
    sys.path.insert(0, str(GITHUB))
    try:
        from release_notes import notes  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(GITHUB))
    changelog = (
        "# Changelog\n\n## Unreleased\n\n- x\n\n## 1.2.0, 2026-12-01\n\n- a\n\n### B\n\n- b\n\n## 1.1.0\n\n- c\n"
    )
    files = ["splitlint-1.2.0.tar.gz", "splitlint-1.2.0-py3-none-any.whl"]
    assert notes("v1.2.0", files, changelog) == "- a\n\n### B\n\n- b\n"
    for tag, names, text in (
        ("1.2.0", files, changelog),
        ("v1.2.1", files, changelog),
        ("v1.2.0", files[:1], changelog),
        ("v1.2.0", files, changelog.replace("1.2.0, 2026-12-01", "1.2.0, unreleased")),
        ("v1.2.0", files, "# Changelog\n"),
    ):
        with pytest.raises(ValueError, match=r"the tag|CHANGELOG"):
            notes(tag, names, text)

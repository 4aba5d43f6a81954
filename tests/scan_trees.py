"""Small trees, a rule of their own, and repositories for the tests of scans."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from splitlint.config import Config
from splitlint.scan.run import Hooks, Scan, job_for, scan
from splitlint.scan.targets.targets import Target, parse_target
from splitlint.scan.workers.pools import WorkerPool, worker_pool
from tests.tools import need

RULE = "look-here"
PAGE = """# Something is here

## Definition

```toml
language = "nix"
severity = "error"
impact = ["eval-error"]
needles = [["lookHere"]]
message = "look here"
```

```query nix
((identifier) @at (#eq? @at "lookHere"))
```
"""
FILES = {
    "default.nix": "{ lib }: lib.lookHere",
    "empty.nix": "",
    "folder/deep/two.nix": "{ lookHere = 1;\n  b = lookHere; }",
    "folder/nothing.nix": "{ }",
    "folder/quiet.nix": "# splitlint: ignore[look-here] because\nlookHere",
    "other.txt": "lookHere",
    "script.sh": "echo lookHere",
}
FOUND = [("default.nix", 1), ("folder/deep/two.nix", 1), ("folder/deep/two.nix", 2)]


def make_tree(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Writes files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def config_with_page(folder: Path) -> Config:
    """The settings under which only the rule `look-here` is on; its page is written below `folder`."""
    pack = folder / "rules" / "tests"
    pack.mkdir(parents=True, exist_ok=True)
    (pack / f"{RULE}.md").write_text(PAGE)
    (pack / "pack.toml").write_text('name = "tests"\nneedles = ["look"]\n')
    return Config(rules=(str(folder / "rules" / "tests"),), select=(RULE,), root=str(folder))


def run_git(folder: Path, *arguments: str) -> str:
    """Runs git without the user's configuration, and gives what it writes."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = [need("git", "git"), "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=settings).stdout.strip()


def make_repository(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """A repository with one commit of some files."""
    make_tree(folder, files)
    run_git(folder, "init", "-q")
    run_git(folder, "add", "-A")
    run_git(folder, "commit", "-qm", "all")
    return folder


def scanned(config: Config, *targets: str | Target, who: WorkerPool | None = None, cache: Path | None = None) -> Scan:
    """Scans targets, in this process unless told otherwise."""
    parsed = [parse_target(target) if isinstance(target, str) else target for target in targets]
    job = job_for(config, None if cache is None else str(cache))
    return scan(parsed, job, who or worker_pool("here", 1), hooks=Hooks(), files_in_unit=2)


def places(scan: Scan) -> list[tuple[str, int]]:
    """Path and line of each unsuppressed finding."""
    return [(finding.path, finding.span.line) for tally in scan.tallies for finding in tally.open]

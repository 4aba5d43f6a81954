"""The repository as it stands on disk, for tests that install it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def copy_repository(target: Path) -> Path:
    """Copies the tracked and the unignored files of this repository to a new folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        for name in names:
            if (ROOT / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, target / name)
    else:
        ignored = shutil.ignore_patterns(".venv", ".git", "*cache*", "build")
        shutil.copytree(ROOT, target, ignore=ignored, dirs_exist_ok=True)
    return target

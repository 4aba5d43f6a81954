"""What `make demo` and `make demo-all` show: short enough for a screen, and true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPLITLINT = [sys.executable, "-m", "splitlint"]


def output_of(*command: str) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_the_demonstration_fits_a_screen_and_shows_findings_a_change_and_what_to_do() -> None:
    lines = output_of("corpus/demo.sh", *SPLITLINT)
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 100
    assert 2 <= sum(line.startswith(("error[", "warning[")) for line in lines) <= 3
    assert "--- a/machine.nix" in lines
    assert "+++ b/machine.nix" in lines
    assert any("splitlint explain" in line for line in lines[-2:])


def test_the_report_on_the_corpus_names_every_rule_that_found_something_and_every_file() -> None:
    text = "\n".join(output_of(*SPLITLINT, "check", "corpus", "--exit-zero"))
    full = output_of(*SPLITLINT, "check", "corpus", "--exit-zero", "--format", "concise", "--quiet")
    rules = {line.partition("[")[2].partition("]")[0] for line in full}
    assert [rule for rule in rules if f"[{rule}]" not in text] == []
    every = output_of(*SPLITLINT, "check", "corpus", "--exit-zero", "--all")
    assert len(text.splitlines()) <= 0.62 * len(every)
    assert max(map(len, text.splitlines())) <= 100

"""How long a whole tree takes, against ripgrep with the same needles, ast-grep with one equivalent rule, and linters.

.venv/bin/python -m bench.tree --tree PATH [--rounds 5] [--select RULE,...]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.paired import Pair, paired, table
from splitlint.files.languages import BY_SUFFIX, TEXT, TEXT_SUFFIXES
from splitlint.rulebook.pages import default_folder, load_rules
from splitlint.rulebook.rule import RuleSet

#: What `modules-path` finds at its simplest: an interpolation followed by the path.
AST_GREP_RULE = """id: modules-path
language: nix
message: the modules have moved
rule:
  kind: interpolation
  precedes:
    kind: string_fragment
    regex: ^/lib/modules
"""


def needles(rule_set: RuleSet) -> list[str]:
    """The words without one of which a file has nothing to say: what splitlint itself searches for first."""
    return sorted({word.decode() for pack in rule_set.packs for word in pack.needles})


def ripgrep(tree: str, rule_set: RuleSet) -> list[str]:
    """ripgrep for the same needles in the same files."""
    languages = {language for rule in rule_set.rules for language in rule.languages}
    suffixes = {suffix for suffix, language in BY_SUFFIX.items() if language in languages}
    if TEXT in languages:
        suffixes |= TEXT_SUFFIXES
    patterns = [part for needle in needles(rule_set) for part in ("-e", needle)]
    return ["rg", "-l", "-F", *patterns, "-g", "*.{" + ",".join(sorted(suffixes)) + "}", tree]


def main() -> None:
    """Prints one row for each comparison that the tools on this machine allow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--select", default="")
    given = parser.parse_args()
    rule_set = load_rules([default_folder()])
    if given.select:
        rule_set = rule_set.only(given.select.split(","), ())
    with tempfile.TemporaryDirectory() as folder:
        ours = [sys.executable, "-m", "splitlint", "scan", "--isolated", "--no-history", "--quiet", given.tree]
        ours += ["--select", given.select] if given.select else []
        cold, warm = [*ours, "--no-cache"], [*ours, "--cache-dir", folder]
        rows: list[tuple[str, Pair, float]] = []
        if shutil.which("rg"):
            rg = ripgrep(given.tree, rule_set)
            rows.append(("whole tree, no cache : ripgrep", paired(cold, rg, given.rounds), 3.0))
            rows.append(("whole tree, cache : ripgrep", paired(warm, rg, given.rounds), 1.0))
        check = [sys.executable, "-m", "splitlint", "check", "--isolated", "--quiet", "--exit-zero", given.tree]
        rows.append(("check : scan, no cache", paired(check, cold, given.rounds), 2.0))
        for name, command in (("scan", cold), ("check", check)):
            pair = paired([*command, "--jobs", "2"], [*command, "--jobs", "1"], given.rounds)
            rows.append((f"{name} by two processes : by one", pair, 1 / 1.8))
        if ast_grep := shutil.which("ast-grep", path=str(Path(sys.executable).parent)) or shutil.which("ast-grep"):
            rule = Path(folder, "rule.yml")
            rule.write_text(AST_GREP_RULE)
            theirs = [ast_grep, "scan", "--rule", str(rule), given.tree]
            rows.append(("whole tree, no cache : ast-grep", paired(cold, theirs, given.rounds), 1 / 3))
        for linter in (["deadnix", "--quiet"], ["statix", "check"]):
            if not shutil.which(linter[0]):
                continue
            try:
                pair = paired(cold, [*linter, given.tree], given.rounds)
            except subprocess.CalledProcessError as error:
                sys.stderr.write(f"{linter[0]} is left out, as it ended with {error.returncode}\n")
                continue
            rows.append((f"whole tree, no cache : {linter[0]}", pair, 0.2))
    sys.stdout.write(table(rows) + "\n")


if __name__ == "__main__":
    main()

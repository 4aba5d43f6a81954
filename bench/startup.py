"""How long a pre-commit hook takes with one file, against an interpreter that only imports what cannot be avoided.

.venv/bin/python -m bench.startup
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.paired import paired, table

RELEVANT = """{ config, pkgs, ... }:
{
  system.build.tree = pkgs.runCommand "tree" { } ''
    cp -r ${config.boot.kernelPackages.kernel}/lib/modules $out
  '';
}
"""
IRRELEVANT = "{ pkgs, ... }:\n{\n  environment.systemPackages = [ pkgs.hello ];\n}\n"


def main() -> None:
    """Prints one row for each kind of file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        relevant, irrelevant = Path(folder, "tree.nix"), Path(folder, "hello.nix")
        relevant.write_text(RELEVANT)
        irrelevant.write_text(IRRELEVANT)
        check = [sys.executable, "-m", "splitlint", "check", "--quiet", "--isolated"]
        bare = [sys.executable, "-c"]
        # As the hooks in .pre-commit-hooks.yaml have it; without, a file that is named is parsed in any case.
        hook = [*check, "--force-exclude"]
        arguments, parser_too = "import argparse, tomllib", "import argparse, tomllib, tree_sitter, tree_sitter_nix"
        # An installed splitlint is compiled; where this setting forbids it, each run would compile 160 modules anew.
        kept = {"PYTHONDONTWRITEBYTECODE": ""}
        rows = [
            (told, paired([*command, str(path)], [*bare, imports], rounds, settings=kept), budget)
            for told, command, path, imports, budget in (
                ("a file without needles", hook, irrelevant, arguments, 1.1),
                ("the same, named without --force-exclude", check, irrelevant, parser_too, 1.1),
                ("a file that is parsed and has a finding", hook, relevant, parser_too, 1.5),
            )
        ]
    sys.stdout.write(table(rows) + "\n")


if __name__ == "__main__":
    main()

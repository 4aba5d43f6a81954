"""Makes the generated parts of README.md: the rule table between its markers, and the picture `docs/output.svg`.

Run it with `make readme`; a test says when it is due.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

from splitlint.cli.main import main
from splitlint.rulebook.pages import default_folder, load_rules

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = "corpus/container-root"
BEGIN, END = "<!-- rules: made by `make readme` -->", "<!-- end of rules -->"
COLUMNS = 100


def output_of(*arguments: str, folder: str = ".") -> str:
    """What a command of splitlint writes, run in a folder of the repository."""
    stream = io.StringIO()
    before = Path.cwd()
    os.chdir(ROOT / folder)
    try:
        with contextlib.redirect_stdout(stream):
            main(arguments)
    finally:
        os.chdir(before)
    return stream.getvalue()


def readme(text: str) -> str:
    """The README with the rule table as it is now."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    table = output_of("rules", "--format", "markdown")
    for rule in load_rules([default_folder()]).rules:
        table = table.replace(f"({rule.url})", f"({os.path.relpath(rule.path, ROOT)})")
    return f"{head}{BEGIN}\n{table}{END}{tail}"


def picture() -> str:
    """The output for the example as a terminal shows it, as SVG that loads nothing from anywhere."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=io.StringIO(), record=True, force_terminal=True, width=COLUMNS)
    command = Text.assemble(("$ ", "bright_black"), ("splitlint check", "bold"))
    console.print(command, Text(), Text.from_ansi(output_of("check", "--color", "always", folder=EXAMPLE)), sep="\n")
    svg = console.export_svg(title="splitlint", unique_id="splitlint")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


if __name__ == "__main__":
    page = ROOT / "README.md"
    page.write_text(readme(page.read_text(encoding="utf-8")), encoding="utf-8")
    (ROOT / "docs/output.svg").write_text(picture(), encoding="utf-8")

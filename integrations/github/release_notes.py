#!/usr/bin/env python3
"""Writes the notes of a release: `release_notes.py TAG DIST`.

The tag is `v` and the version of what lies in DIST, and CHANGELOG.md has a part with that heading. Whatever does not
fit is an error, so that nothing is published by mistake.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_PART = re.compile(r"^## (?P<heading>[^\n]+)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def notes(tag: str, names: list[str], changelog: str) -> str:
    """The part of the changelog that a tag names; `names` are the files to be published. Raises ValueError."""
    version = tag.removeprefix("v")
    expected = {f"splitlint-{version}.tar.gz", f"splitlint-{version}-py3-none-any.whl"}
    if tag == version or set(names) != expected:
        raise ValueError(f"the tag {tag} is not the version of {', '.join(sorted(names)) or 'nothing'}")
    parts = {part["heading"].split(",")[0].strip(): part for part in _PART.finditer(changelog)}
    part = parts.get(version)
    if part is None or "unreleased" in part["heading"].lower():
        raise ValueError(f"CHANGELOG.md has no part `## {version}, YYYY-MM-DD`")
    return part["text"].strip() + "\n"


def main() -> int:
    """Writes the notes to standard output; 1 with a reason if there are none."""
    tag, folder = sys.argv[1:]
    changelog = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
    try:
        text = notes(tag, [path.name for path in Path(folder).iterdir()], changelog.read_text(encoding="utf-8"))
    except ValueError as error:
        print(f"release_notes.py: {error}", file=sys.stderr)
        return 1
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Where the documentation of this version is to be read. On the start-up path: imports nothing."""

from __future__ import annotations

from splitlint import __version__

SITE = "https://splitlint.github.io/splitlint"


def document(name: str) -> str:
    """A file of the site."""
    return f"{SITE}/{__version__}/{name}"


def rule_page(pack: str, name: str) -> str:
    """The page of a rule that splitlint ships; `splitlint` is the pack of its own rules."""
    return f"{SITE}/{__version__}/rules/{pack}/{name}/"

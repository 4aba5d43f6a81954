"""A second opinion on mended Nix files from Nix itself (`--verify`)."""

from __future__ import annotations

from splitlint.files.languages import NIX, language_of
from splitlint.files.process import find_program

#: What to tell the user where Nix is not installed.
MISSING = "--verify needs nix-instantiate, which is not on the PATH: install Nix (Debian: nix-bin)"
_SECONDS = 30.0


def find_nix() -> str | None:
    """The path of `nix-instantiate`, None where Nix is not installed."""
    return find_program("nix-instantiate")


def parse_error(nix: str, path: str, data: bytes) -> str | None:
    """What `nix-instantiate --parse` (at `nix`) objects to in a text; None if it parses or is not Nix.

    `path` only tells the language. Raises nothing: a Nix that cannot be run is an objection too.
    """
    import subprocess

    if language_of(path, data) != NIX:
        return None
    try:
        done = subprocess.run([nix, "--parse", "-"], input=data, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"nix-instantiate could not be run: {error}"
    if done.returncode == 0:
        return None
    lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines()]
    errors = [line for line in lines if line.startswith("error:")]
    return f"nix-instantiate --parse says: {(errors or lines or ['nothing'])[0]}"

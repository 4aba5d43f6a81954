"""Whether a file can be done with before the engine is imported, which takes twice as long as all else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.files.languages import NIX
from splitlint.limits import contained
from splitlint.rulebook.prefilter import MARK

if TYPE_CHECKING:
    from splitlint.rulebook.prefilter import Hit

#: Bytes: what takes the parser long in a file of this size, and so is parsed again by the engine, takes it 3 s.
_LARGEST = 32 * 1024


def is_plain(hit: Hit, seconds: float) -> bool:
    """Whether no rule looks into a file, no comment in it is for splitlint, and Nix can parse it.

    `seconds`: how long finding out may take, 0 for no limit. False where it takes longer, or fails: the engine says so.
    """
    if hit.rules or hit.language != NIX or MARK in hit.data or len(hit.data) > _LARGEST:
        return False
    return contained(lambda: _is_parsed(hit.data), seconds) is True


def _is_parsed(data: bytes) -> bool:
    from splitlint.syntax import nix
    from splitlint.syntax.nix_grammar.doubts import syntax_error

    return syntax_error(data, nix.parse(data)) is None

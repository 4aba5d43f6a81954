"""How often the garbage collector looks for what nobody can reach any more.

What was worked out for a file is let go of when the file is done: there is little for the collector to find, and what
was loaded before, all modules and rules, never goes.
"""

from __future__ import annotations

import gc

#: Containers that come into being, and are not let go of, between two looks. A file leaves some hundreds.
_BETWEEN_LOOKS = 200_000


def keep_what_is_loaded() -> None:
    """Lets the collector pass by what there is now, and look rarely: for a run with many files."""
    gc.freeze()
    gc.set_threshold(_BETWEEN_LOOKS, 50, 50)

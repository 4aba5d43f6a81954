"""For a Dask worker, as a preload: lets it see the files below a folder called `unlike` otherwise than they are.

In the place of one with `gone` in its name there is none, in one with `other` something else.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any


def _through(open_: Callable[..., int]) -> Callable[..., int]:
    def seen(path: Any, *arguments: Any, **options: Any) -> int:
        name = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
        last = os.path.basename(name) if "/unlike/" in name else ""
        if "gone" in last:
            raise FileNotFoundError(2, "No such file or directory", name)
        return open_("/proc/version" if "other" in last else path, *arguments, **options)

    return seen


os.open = _through(os.open)

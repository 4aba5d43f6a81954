"""The module `signal`, without the enumerations that it makes of its numbers: 0.5 ms of each run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import signal
else:
    import _signal as signal

__all__ = ["signal"]

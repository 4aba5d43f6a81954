"""Regular expressions that are compiled when they are first used: compiling all that a hook imports takes 4 ms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr, cast

if TYPE_CHECKING:
    from re import Pattern


class _Later:
    """Stands for a compiled pattern. Its methods are the pattern's own from the second call on."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._text, self._flags), name)
        self.__dict__[name] = found
        return found


def lazy_pattern(text: AnyStr, flags: int = 0) -> Pattern[AnyStr]:
    """`re.compile` at first use. For what is only called; a broken expression is found when it is first used."""
    return cast("Pattern[AnyStr]", _Later(text, flags))

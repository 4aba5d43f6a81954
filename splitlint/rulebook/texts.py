"""The text of pages and packs, and of what is wrong with it. On the start-up path: nothing heavy imported."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from splitlint.rulebook.rule import RuleError, mistake


def unknown(path: str, message: str, key: str, known: Iterable[str]) -> RuleError:
    from splitlint.rulebook.mistakes import nearest

    return mistake(path, message + nearest(key, known), key)


def meant(word: object, known: Iterable[str]) -> str:
    from splitlint.rulebook.mistakes import nearest

    close = nearest(str(word), known)
    return close if "did you mean" in close else ""


def read(path: str, fence: str | None) -> str:
    """The text of a page or pack. `fence` is None for those that splitlint ships, which may be links to anywhere."""
    from splitlint.untrusted.small_files import ReadError, read_text

    try:
        text = read_text(path, None if fence is None else (fence or os.curdir,))
    except ReadError as error:
        raise RuleError(f"{path}: {error}") from error
    if text is None:
        raise RuleError(f"{path}: there is no such file")
    return text


def toml(path: str, text: str, first_line: int) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.sub(r"at line (\d+)", lambda found: f"at line {int(found[1]) + first_line - 1}", str(error))
        raise RuleError(f"{path}: {where}") from error


def filled(template: str, words: Mapping[str, str]) -> str:
    """`{name}` replaced by a word; other braces, and `${name}`, are kept, so that Nix can be written in messages.

    >>> filled("${lib.x {package}}/${package}", {"package": "k"})
    '${lib.x k}/${package}'
    """
    return re.sub(r"(?<!\$)\{(\w+)\}", lambda found: words.get(found[1], found[0]), template)

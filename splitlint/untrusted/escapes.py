"""Text that others wrote, as it may be shown: nothing in it moves a cursor, turns a line round, or ends it.

On the start-up path.
"""

from __future__ import annotations

_SHORT = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}


def visible(text: str, kept: str = "") -> str:
    r"""Text on one line with all that cannot be seen written as an escape, but for the characters in `kept`.

    That is: control characters (ESC, C1, line ends), marks that change the direction of writing, unusual blanks and,
    in names of files, bytes that are not UTF-8.

    >>> visible("a\nb\x1b[31m\u202e\udcff")
    'a\\nb\\x1b[31m\\u202e\\xff'
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in kept else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    # What `surrogateescape` makes of a byte.
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

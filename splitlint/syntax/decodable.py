"""Bytes that every parser can take: what is no UTF-8 becomes question marks, so that offsets stay."""

from __future__ import annotations

import re


def decodable(data: bytes) -> bytes:
    """The same bytes where they are UTF-8, else as many with `?` for each that is not.

    tree-sitter's own query predicates (`#match?`, `#eq?`) raise UnicodeDecodeError on a node whose text is no UTF-8.

    >>> decodable(b"caf\\xe9 \\xc3\\xa9")
    b'caf? \\xc3\\xa9'
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
        return re.sub(r"[\udc80-\udcff]", "?", text).encode("utf-8")
    return data

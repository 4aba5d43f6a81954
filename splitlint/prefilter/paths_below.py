"""Whether a path is written below something that may be a package, or merely written: needles that begin with `…`.

Most files that name a path such as `share/frob` name it below their own output (`$out/share/frob`), below `dev`, or as
an absolute path.
On the start-up path and asked of thousands of files: byte searches, no regular expressions.
"""

from __future__ import annotations

#: A needle that begins so is a path below a value; one that ends with `$` is the whole of it, or all that is in it.
MARK = "…".encode()
_NAME = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")
#: What derivations call their own outputs in their scripts.
_OWN = frozenset({b"out", b"dev", b"bin", b"lib", b"doc", b"man"})
_OTHER_OUTPUTS = (b".dev", b".bin", b".doc", b".man")
#: What may stand between a string and what makes it a part of something, and that: `k + ("/lib")`, `v: "/lib"`.
_AROUND = b" \t\r\n("
_BEFORE_STRINGS = (b"+", b"=", b":", b"then", b"else", b" in", b" or")
#: Behind one of these a path is an absolute one.
_BEGINS_PATH = frozenset(bytes([one]) for one in b" \t\r\n:<>([,|`;!#")


def has(data: bytes, needle: bytes) -> bool:
    """Whether a file has a needle, of either kind."""
    if not needle.startswith(MARK):
        return needle in data
    path = needle[len(MARK) :]
    whole = path.endswith(b"$")
    path = path.removesuffix(b"$")
    at = data.find(path)
    while at >= 0:
        if _ends(data, at + len(path), whole) and _follows_value(data, at):
            return True
        at = data.find(path, at + 1)
    return False


def plain(needle: bytes) -> bytes:
    """The bytes that a file with the needle has."""
    return needle.removeprefix(MARK).removesuffix(b"$") if needle.startswith(MARK) else needle


def _ends(data: bytes, at: int, whole: bool) -> bool:
    """Whether a name in a path is over; `whole`: whether the path is, or goes on with a wildcard."""
    if not whole:
        return at >= len(data) or data[at] not in _NAME
    while data[at : at + 1] == b"/":
        at += 1
    return at >= len(data) or data[at] not in _NAME or data[at : at + 1] == b"."


def _follows_value(data: bytes, at: int) -> bool:
    """Whether what stands before a `/` may be a package: an interpolation, a variable, a sum, something unknown."""
    while at and data[at - 1 : at] in (b"/", b"\\"):
        at -= 1
    before = data[at - 1 : at]
    if before in (b'"', b"'"):
        # The quotes of a variable (`"$k"/lib`), or those that begin a string (`k + "/lib"`, `x = "/lib"`).
        before = data[max(0, at - 200) : at].rstrip(b"\"'")[-1:]
        at = data.rfind(before, 0, at) + 1 if before else 0
        if before and before in _AROUND:
            return data[max(0, at - 200) : at].rstrip(_AROUND).endswith(_BEFORE_STRINGS)
    if before == b"}":
        return _is_value(data, at)
    if before and before[0] in _NAME:
        start = at
        while start and data[start - 1] in _NAME:
            start -= 1
        return data[start - 1 : start] in (b"$", b"@", b"*") and data[start:at] not in _OWN
    return bool(before) and before not in _BEGINS_PATH


def _is_value(data: bytes, end: int) -> bool:
    """Whether `${..}`, which ends at a place, may be a package: no other output of it, no output of one's own."""
    start = data.rfind(b"${", max(0, end - 300), end)
    if start < 0:
        return True
    inside = data[start + 2 : end - 1].strip()
    if inside in _OWN:
        # `inherit (frob) out;`
        return b") " + inside in data
    return not inside.endswith(_OTHER_OUTPUTS) and not inside.startswith(b"placeholder ")

"""What a word means where it stands in a Nix file: whether anything is made of it, or it is said in passing.

Said in passing is what stands in a comment, in the text of a description or a URL, in a comment of a script, or among
platforms and licences. Whatever cannot be shown to be that counts. On the start-up path and asked of thousands of
files: what plainly is code is known by byte searches, and only for the rest is a file lexed, as far as it has to be.
"""

from __future__ import annotations

#: Attributes in whose values names of packages are something else, even outside of strings.
_FACTS = frozenset({b"platforms", b"badPlatforms", b"hydraPlatforms", b"license", b"maintainers"})
_IN_NO_FACT = (b"{", b"}", b'"', b"'", b"#", b"$", b"/")
#: Bytes before a word that are looked into for the attribute that it is a value of.
_NEAR = 200
#: Bytes before a word up to the beginning of its line: a longer one would be read for each word in it.
_LONGEST_LINE = 4000


def is_in_passing(data: bytes, at: int, after: int) -> bool:
    """Whether nothing in a Nix file is made of the word from `at` to `after`."""
    if _is_fact(data, at, after):
        return True
    if _is_code(data, at, after):
        return False
    from splitlint.prefilter.said import said_in

    return said_in(data).is_said(at, after)


def _is_fact(data: bytes, at: int, after: int) -> bool:
    """Whether a word stands in `platforms = with lib.platforms; linux ++ darwin;` or its like."""
    equals = data.rfind(b"=", max(0, at - _NEAR), at + 1)
    name = data[max(0, equals - 60) : max(0, equals)].split()
    if not name or name[-1].rpartition(b".")[2] not in _FACTS:
        return False
    value = data[equals + 1 : after]
    line = data[_line_start(data, equals, _NEAR) : equals]
    if b"#" in line or any(sign in value for sign in _IN_NO_FACT):
        return False
    return all(one.split()[:1] == [b"with"] for one in data[equals + 1 : at].split(b";")[:-1])


def _is_code(data: bytes, at: int, after: int) -> bool:
    """Whether a word plainly counts: with no comment and no string before it, in an interpolation, in `name = word`.

    In the last two cases it may be in a comment of several lines all the same.
    """
    if at <= _LONGEST_LINE and not any(data.find(sign, 0, after) >= 0 for sign in (b'"', b"#", b"''", b"/*", b"://")):
        return True
    start = _line_start(data, at, _LONGEST_LINE)
    line = data[start:at]
    if b"#" in line:
        return False
    if line.rfind(b"${") > line.rfind(b"}"):
        return True
    name, sign, value = data[start:after].partition(b" = ")
    if sign:
        return len(name.split()) == 1 and b'"' not in value and b"''" not in value and b"://" not in value
    return data.startswith(b" = ", after) and not line.strip()


def _line_start(data: bytes, at: int, most: int) -> int:
    """Where the line begins that a place is in, no more than some bytes before."""
    least = max(0, at - most)
    return max(least, data.rfind(b"\n", least, at) + 1)

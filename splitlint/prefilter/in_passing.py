"""What a word means where it stands in a Nix file: whether anything is made of it, or it is said in passing.

Said in passing is what stands in a comment, in the text of a description or a URL, in a comment of a script, or among
platforms and licences. Whatever cannot be shown to be that counts. On the start-up path and asked of thousands of
files: what plainly is code is known by byte searches, and only for the rest is a file lexed, as far as it has to be.
"""

from __future__ import annotations

from functools import lru_cache

from splitlint.prefilter.nix_lexer import COMMENT, LONGEST_PLAIN, URI, Lexer, Passage
from splitlint.startup.patterns import lazy_pattern

#: Attributes in whose values names of packages are something else, even outside of strings.
_FACTS = frozenset({b"platforms", b"badPlatforms", b"hydraPlatforms", b"license", b"maintainers"})
_IN_NO_FACT = (b"{", b"}", b'"', b"'", b"#", b"$", b"/")
#: Bytes before a word, or a string, that are looked into for the attribute that it is a value of.
_NEAR = 200
#: Behind these a string is words for people, or says where something is loaded from.
_describes = lazy_pattern(
    rb"(?<![\w'-])(?:"
    rb"(?:description|longDescription|homepage|downloadPage|changelog|urls?|license|maintainers)\s*=[\s(\[]*"
    rb"|(?:mdDoc|literalMD|literalDocBook|mkEnableOption|throw|abort)[\s(]+"
    rb")\Z"
)
#: What may stand between two strings of one description: a sum, a list.
_BETWEEN = b" \t\r\n+"
_in_url = lazy_pattern(rb"(?:https?|ftp|mirror|git|svn)://[\w%/?:@&=+,.!~*#-]*\Z")
#: Bytes on either side of a word up to the ends of its line: a longer one would be read for each word in it.
_LONGEST_LINE = 4000
#: Between a `#` and a word these say that it may be no comment, but a part of a text with several lines.
_ends_text = lazy_pattern(rb"[\"`\\]|(?<![A-Za-z])'|'(?![A-Za-z])")


def is_in_passing(data: bytes, at: int, after: int) -> bool:
    """Whether nothing in a Nix file is made of the word from `at` to `after`."""
    if _is_fact(data, at, after):
        return True
    if _is_code(data, at, after):
        return False
    return _file(data).is_said(at, after)


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


class _File:
    """What is known of a file: its comments and strings, as far as they were asked about, and which describe."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lexer = Lexer(data)
        #: By where a string begins.
        self._describes: dict[int, bool] = {}

    def is_said(self, at: int, after: int) -> bool:
        """Whether a word stands in a comment, or in a text of which nothing is made."""
        passage = self._lexer.passage(at, after)
        return passage is not None and self._is_said(at, after, passage) and self._lexer.is_whole()

    def _is_said(self, at: int, after: int, passage: Passage) -> bool:
        data = self._data
        if passage.opens == COMMENT:
            return True
        if passage.opens == URI:
            return data.startswith(b"://", passage.start)
        begins = data.rfind(b"${", max(passage.start, at - LONGEST_PLAIN - 2), after)
        if begins >= 0 and data.find(b"}", begins, at) < 0:
            return False
        return (
            _in_url.search(data[max(passage.start, at - _NEAR) : after]) is not None
            or _is_in_comment(data, at, after, passage)
            or self._is_description(passage.opens)
        )

    def _is_description(self, opens: int) -> bool:
        """Whether a string is one that describes, or stands in a list or a sum behind one."""
        asked = []
        answer = self._describes.get(opens)
        while answer is None:
            asked.append(opens)
            before = self._data[max(0, opens - _NEAR) : opens]
            found = _describes.search(before)
            if found is not None:
                name = opens - len(before) + found.start()
                answer = self._lexer.passage(name, name + 1) is None
                break
            last = opens - len(before) + len(before.rstrip(_BETWEEN))
            passage = self._lexer.passage(last - 1, last) if self._data[last - 1 : last] in (b'"', b"'") else None
            if passage is None or passage.opens < 0:
                answer = False
                break
            opens = passage.opens
            answer = self._describes.get(opens)
        self._describes.update((one, answer) for one in asked)
        return answer


# The packs ask about the same file one after the other.
@lru_cache(maxsize=2)
def _file(data: bytes) -> _File:
    return _File(data)


def _is_in_comment(data: bytes, at: int, after: int, passage: Passage) -> bool:
    """Whether a word stands in a comment of the script that a string is, and nothing is put into that."""
    line = data.rfind(b"\n", max(passage.start, at - _LONGEST_LINE), at) + 1
    if not line:
        if passage.start != passage.opens or at - passage.start > _LONGEST_LINE:
            return False
        line = passage.start + (1 if data.startswith(b'"', passage.start) else 2)
    end = data.find(b"\n", after, min(passage.end, after + _LONGEST_LINE))
    if end < 0:
        if passage.end > after + _LONGEST_LINE or data.startswith(b"${", passage.end):
            return False
        end = passage.end
    code, sign, said = data[line:at].partition(b"#")
    if not sign or b"$" in data[line + len(code) : end] or _ends_text.search(said) is not None:
        return False
    if not code.strip():
        return True
    # A `#` in a word, or in quotes, begins no comment.
    is_quoted = code.count(b'"') % 2 or code.count(b"'") % 2 or (b'"' in code and b"'" in code)
    return code[-1:].isspace() and not is_quoted and b"\\" not in code and b"`" not in code

"""What stands in the comments and strings of a Nix file, of which nothing is made: descriptions, addresses, comments.

Imported only where byte searches do not tell.
"""

from __future__ import annotations

from functools import lru_cache

from splitlint.prefilter.nix_lexer import COMMENT, LONGEST_PLAIN, URI, Lexer, Passage
from splitlint.startup.patterns import lazy_pattern

#: Bytes before a string that are looked into for the attribute that it is a value of, and before a word in an address.
_NEAR = 200
#: Bytes on either side of a word up to the ends of its line: a longer one would be read for each word in it.
_LONGEST_LINE = 4000
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
#: Between a `#` and a word these say that it may be no comment, but a part of a text with several lines.
_ends_text = lazy_pattern(rb"[\"`\\]|(?<![A-Za-z])'|'(?![A-Za-z])")


class Said:
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
def said_in(data: bytes) -> Said:
    """What is known of the last files that were asked about."""
    return Said(data)


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

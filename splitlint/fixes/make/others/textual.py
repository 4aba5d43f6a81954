"""Uses of a path as mere text: a prefix that is cut off again, or compared with.

    find ${k}/share/frob | sed "s|${k}||"        ${file#${k}/}        lib.removePrefix "${k}/" file

What they are cut off from was found below the same package: they want the output that the rest of the script has.
"""

from __future__ import annotations

import re
from functools import cache

from splitlint.analysis.model.uses import VARIABLE, Argument, Attribute, Command, Use
from splitlint.analysis.nixpkgs import table
from splitlint.files.source import Source
from splitlint.startup.patterns import lazy_pattern

_EDITORS = frozenset({"sed", "gsed", "ssed", "awk", "gawk", "mawk", "nawk", "perl", "tr", "cut", "expr"})
_SEARCHERS = frozenset({"grep", "egrep", "fgrep", "rg", "ripgrep"})
_TESTS = frozenset({"[", "[[", "test"})
_REPLACERS = frozenset({"substituteInPlace", "substitute", "replace"})
#: What stands before a pattern in the expansion of a variable: `${file#`, `${file//`.
_EXPANSION = lazy_pattern(rb"\$\{!?\w+(?:\[[^\]\n]*\])?(?:##?|%%?|//?[#%]?)[\"']?\Z")
#: What stands before the text that an expression like `s|text||` replaces.
_SUBSTITUTION = lazy_pattern(rb"(?:\A|[^\w])[sy][|,#/@!:;~%^]\^?\Z")
_FLAGS = lazy_pattern(r"[fF]lags(?:Array)?\Z")
_WORD_BEGINS = lazy_pattern(rb"(?:\A|\s)[\"']?\Z")
#: Bytes of a line before a use that are looked at.
_FAR = 1000


def is_bare(path: str) -> bool:
    """Whether a path says no more than that the package itself is meant, or all that is in it."""
    return not path.strip("/.*")


def is_textual(source: Source, use: Use) -> bool:
    """Whether a use takes the path of a package as text: its files are not looked at."""
    if not is_bare(use.path):
        return False
    sink = use.sink
    if isinstance(sink, Argument) and sink.function.rpartition(".")[2] in table.marked("text"):
        return True
    before = _before(source, use)
    if _EXPANSION.search(before) is not None or _SUBSTITUTION.search(before) is not None:
        return True
    return isinstance(sink, Command) and _is_text_for(sink, use.path)


def is_written_down(source: Source, use: Use) -> bool:
    """Whether a path is put into a file or handed to a build as text, so that what is read below it cannot be seen.

    `sed "s|/share/frob|${k}/share/frob|" -i Makefile`, `makeFlags = [ "BASE=${k}/share/frob/1" ];`
    """
    sink = use.sink
    if is_bare(use.path):
        return False
    if isinstance(sink, Command):
        if sink.name in _REPLACERS:
            return bool(sink.before)
        return sink.name in _EDITORS and not _WORD_BEGINS.search(_before(source, use))
    names = sink.attribute if isinstance(sink, Argument) else sink.names if isinstance(sink, Attribute) else ()
    return bool(names) and _FLAGS.search(names[-1]) is not None


def _is_text_for(sink: Command, path: str) -> bool:
    option = sink.prefix.partition("=")[0] if sink.prefix.startswith("-") else sink.before
    if option in ("--relative-to", "--relative-base") or sink.name in _EDITORS:
        return True
    if sink.name in _SEARCHERS:
        return not sink.before or sink.before.startswith("-")
    if sink.name in _TESTS:
        return not (sink.before.startswith("-") and len(sink.before) == 2)
    if sink.name in _REPLACERS:
        return sink.before.startswith("--replace")
    # A pattern of `case`.
    return not sink.name and not sink.assigned and "*" in path


def _before(source: Source, use: Use) -> bytes:
    """What stands before a use on its line: before `${k}`, or before `$k` for a variable."""
    place = use.span if use.way == VARIABLE and use.span is not None else use.place
    if place.path != source.path:
        return b""
    begin = max(0, place.start - _FAR)
    line = source.data[max(begin, source.data.rfind(b"\n", begin, place.start) + 1) : place.start]
    return line if place is use.span else _interpolation().sub(b"", line)


@cache
def _interpolation() -> re.Pattern[bytes]:
    """What stands between a text and the package that is put into it: `${`, `${toString (`, `${"${`."""
    converters = "|".join(sorted(map(re.escape, table.marked("converts"))))
    return re.compile(rf"\$\{{[\s(]*(?:(?:\w+\.)*(?:{converters})[\s(]+|\"\$\{{[\s(]*)*\Z".encode())

"""The path that follows a value in a text, and the globs that it may fit.

A path is a string in which HOLE_MARK stands for text that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from splitlint.analysis.model import path_globs
from splitlint.analysis.model.texts import HOLE_MARK
from splitlint.startup.patterns import lazy_pattern

#: What stands in a shell word for text that only the shell knows.
_SHELL_HOLE = lazy_pattern(
    r"\$\([^()]*(?:\([^()]*\)[^()]*)*\)|\$\{[^{}]*\}|\$[A-Za-z_][A-Za-z0-9_]*|\$[0-9@*#?!]|`[^`\n]*`|@[A-Za-z_]\w*@"
)
_WORD = lazy_pattern(r"[^\s\"'`;|&<>(){}\[\],:=\\\x01]+")
_BRACES = lazy_pattern(r"\{([^{}\s]*,[^{}\s]*)\}")
_QUOTE_INSIDE_WORD = lazy_pattern(r"[\"'](?=[/*$.\w\x00{@])")


def word(text: str, before: str = "") -> tuple[list[str], bool]:
    """The continuations of a shell-like word at the start of `text`, and whether the text ended inside it.

    `before` is what stands in front of the value on its line; an open `{` there is a brace expansion: `{K,x}/lib`,
    and behind an open backtick the command, and with it the word, ends with the next one.
    """
    text, closing = in_backticks(text, before)
    text = _SHELL_HOLE.sub(HOLE_MARK, text)
    brace = before.rfind("{")
    if brace >= 0 and not re.search(r"[\s}]", before[brace:]) and text[:1] in (",", "}"):
        closed = text.find("}")
        text = text[closed + 1 :] if closed >= 0 else text
    variants = [""]
    position = 0
    while position < len(text):
        quote = _QUOTE_INSIDE_WORD.match(text, position)
        if quote is not None:
            position = quote.end()
            continue
        found = _WORD.match(text, position)
        if found is not None:
            variants = [variant + found[0] for variant in variants]
            position = found.end()
            continue
        options = _BRACES.match(text, position)
        if options is None:
            return variants, False
        variants = [variant + option for variant in variants for option in options[1].split(",")][:16]
        position = options.end()
    return variants, not closing


def in_backticks(text: str, before: str) -> tuple[str, str]:
    """The part of a text that is in the same command as what stands before it on its line, and the backtick behind."""
    line = before.rpartition("\n")[2]
    if (line.count("`") - line.count("\\`")) % 2 == 0:
        return text, ""
    inside, closing, _ = text.partition("`")
    return inside, closing


def matches(path: str, globs: Iterable[str]) -> bool:
    """Whether a path fits: some glob does, and none that starts with `!`.

    `*` is any text within one segment, `**` any number of segments, none included, `\\*` a star of the path's own.
    """
    is_clean = "//" not in path and "/./" not in path
    clean = path if is_clean else re.sub(r"/{2,}|/(?:\./)+", "/", path)
    if (clean and not clean.startswith("/")) or len(clean) > path_globs.LONGEST:
        return False
    positive = negative = False
    for glob in globs:
        if glob.startswith("!"):
            negative = negative or path_globs.pattern(glob[1:]).fullmatch(clean) is not None
        else:
            positive = positive or path_globs.pattern(glob).fullmatch(clean) is not None
    return positive and not negative

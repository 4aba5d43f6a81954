"""Text with fields in it: `"%s/frob" % x` and `"{}/frob".format(x)`.

Imports libcst; import this module only when there is a Python tree to look at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from string import Formatter

import libcst as cst

from splitlint.analysis.model.holes import Hole
from splitlint.analysis.model.texts import joined
from splitlint.analysis.model.values import NO_TEXT, Text

Paths = tuple[Text, ...]
Each = Callable[[cst.BaseExpression], Paths]

#: The paths that one expression may have at most; more are dropped.
MOST = 8

_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*[\d*]*(?:\.\d+)?([a-zA-Z%])")


def percent(template: Text, right: cst.BaseExpression, each: Each) -> Paths:
    """`template % right`, in every combination of what `each` gives for the values."""
    values: Sequence[cst.BaseExpression] = (right,)
    by_name: dict[str, cst.BaseExpression] = {}
    if isinstance(right, cst.Tuple):
        values = [element.value for element in right.elements]
    elif isinstance(right, cst.Dict):
        by_name = _entries(right)
    rest = iter(values)
    out: Paths = (NO_TEXT,)
    for part in template.parts:
        piece = part.content
        if not isinstance(piece, str):
            out = tuple(joined(one, part) for one in out)
            continue
        at = 0
        for found in _PERCENT.finditer(piece):
            name, conversion = found[1], found[2]
            value = None if conversion == "%" else by_name.get(name) if name else next(rest, None)
            texts: Paths = (joined("%" if conversion == "%" else Hole(name or "")),)
            if value is not None:
                texts = each(value)
            out = _filled(out, piece[at : found.start()], texts)
            at = found.end()
        out = tuple(joined(one, piece[at:]) for one in out)
    return out


def formatted(template: Text, args: Sequence[cst.Arg], each: Each) -> Paths:
    """`template.format(args)`, in every combination of what `each` gives for the arguments."""
    positional = [arg.value for arg in args if arg.keyword is None and not arg.star]
    by_name = {arg.keyword.value: arg.value for arg in args if arg.keyword is not None}
    out: Paths = (NO_TEXT,)
    index = 0
    for part in template.parts:
        piece = part.content
        if not isinstance(piece, str):
            out = tuple(joined(one, part) for one in out)
            continue
        try:
            fields = list(Formatter().parse(piece))
        except ValueError:
            return (template,)
        for text, name, _, _ in fields:
            value = by_name.get(name or "")
            if name is not None and (name.isdecimal() or not name):
                at = int(name) if name else index
                index += 1
                value = positional[at] if at < len(positional) else None
            texts: Paths = (NO_TEXT,) if name is None else (joined(Hole(name)),) if value is None else each(value)
            out = _filled(out, text, texts)
    return out


def _filled(out: Paths, text: str, texts: Paths) -> Paths:
    return tuple(joined(one, text, two) for one in out for two in texts)[:MOST]


def _entries(node: cst.Dict) -> dict[str, cst.BaseExpression]:
    """The values of a dict's keys that are plain strings."""
    out = {}
    for element in node.elements:
        if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString):
            out[element.key.raw_value] = element.value
    return out

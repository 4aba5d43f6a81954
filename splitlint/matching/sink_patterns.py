"""Who gets a value, as pages write it: `*.makeFrobIndex{frob}`, `option:services.frob.trees[]`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from splitlint.analysis.model.families import name_pattern
from splitlint.analysis.model.uses import ASKED, DEFAULT, READ, Absent, Argument, Attribute, Sink
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass

_ARGUMENT = lazy_pattern(r"(?P<function>[^({[\]]+)(?:\((?P<number>\d+)\))?(?:\{(?P<attribute>[^}]*)\})?(?P<list>\[\])?")

_KINDS = ("option", "attribute", "absent")


@dataclass(frozen=True, slots=True)
class SinkPattern:
    """One receiver. `kind` is `argument`, `option`, `attribute` or `absent`; the patterns are for dotted names."""

    kind: str
    name: re.Pattern[str]
    number: int = 0
    attribute: re.Pattern[str] | None = None
    in_list: bool = False
    through: tuple[re.Pattern[str], ...] = ()
    last: str = ""

    def fits(self, sink: Sink) -> bool:
        """Whether a sink is one of those that the pattern means."""
        if isinstance(sink, Argument):
            return self.kind == "argument" and self._fits_argument(sink)
        if isinstance(sink, Absent):
            return self.kind == "absent" and self.name.fullmatch(sink.how) is not None
        if isinstance(sink, Attribute) and self.kind in ("option", "attribute") and sink.in_list is self.in_list:
            if self.kind == "option":
                return sink.is_option and self.name.fullmatch(".".join(sink.names)) is not None
            ends = (".".join(sink.names[at:]) for at in range(len(sink.names)))
            return any(self.name.fullmatch(end) for end in ends)
        return False

    def may_fit(self, sink: Argument | Attribute) -> bool:
        """Whether a use by a function, or by an attribute of these names, may be one that the pattern means."""
        if isinstance(sink, Argument):
            return self.kind == "argument" and self.name.fullmatch(sink.function) is not None
        if self.kind == "option":
            return sink.is_option and self.name.fullmatch(".".join(sink.names)) is not None
        ends = (".".join(sink.names[at:]) for at in range(len(sink.names)))
        return self.kind == "attribute" and any(self.name.fullmatch(end) for end in ends)

    def _fits_argument(self, sink: Argument) -> bool:
        if sink.position != self.number or sink.in_list is not self.in_list:
            return False
        if len(sink.through) != len(self.through) or not self.name.fullmatch(sink.function):
            return False
        if not all(one.fullmatch(name) for one, name in zip(self.through, sink.through, strict=True)):
            return False
        if self.attribute is None:
            return not sink.attribute
        return bool(sink.attribute) and self.attribute.fullmatch(".".join(sink.attribute)) is not None


class Receivers:
    """Several receivers, of which it is asked whether one may be meant: looked up by their last name."""

    def __init__(self, written: Iterable[str]) -> None:
        self._by_last: dict[str, list[SinkPattern]] = {}
        for pattern in map(sink_pattern, written):
            self._by_last.setdefault("" if "*" in pattern.last else pattern.last, []).append(pattern)

    def may_fit(self, sink: Argument | Attribute) -> bool:
        """Whether a function, or an attribute by its names, is one of them."""
        last = sink.function.rpartition(".")[2] if isinstance(sink, Argument) else (sink.names or ("",))[-1]
        found = (*self._by_last.get(last.rpartition(".")[2], ()), *self._by_last.get("", ()))
        return any(pattern.may_fit(sink) for pattern in found)


@lru_cache(maxsize=512)
def sink_pattern(written: str) -> SinkPattern:
    """A receiver as a page writes it. Raises ValueError where it means nothing."""
    kind, colon, rest = written.partition(":")
    if colon and kind == "absent":
        if rest not in (READ, DEFAULT, ASKED, "*"):
            raise ValueError(f"`{written}` is no receiver: behind `absent:` stands `{READ}`, `{DEFAULT}` or `{ASKED}`")
        return SinkPattern(kind, _names(rest))
    if colon and kind in ("option", "attribute"):
        bare = rest.removesuffix("[]")
        last = bare.rpartition(".")[2]
        return SinkPattern(kind, _names(bare), in_list=rest != bare, last=last)
    *through, target = written.split(">")
    found = _ARGUMENT.fullmatch(target)
    if found is None or ":" in written:
        known = f"; before `:` stands {', '.join(f'`{one}`' for one in _KINDS)}" if colon else ""
        raise ValueError(f"`{written}` is no receiver{known}")
    attribute = found["attribute"]
    return SinkPattern(
        "argument",
        _names(found["function"]),
        int(found["number"] or 0),
        _names(attribute) if attribute is not None else None,
        found["list"] is not None,
        tuple(_names(one) for one in through),
        found["function"].rpartition(".")[2],
    )


@lru_cache(maxsize=512)
def _names(glob: str) -> re.Pattern[str]:
    return name_pattern((glob,))


def fits_one(sink: Sink, written: Iterable[str]) -> bool:
    """Whether a sink is one of some receivers, and none of those with a `!`."""
    wanted = False
    for one in written:
        if one.startswith("!"):
            if sink_pattern(one[1:]).fits(sink):
                return False
        else:
            wanted = wanted or sink_pattern(one).fits(sink)
    return wanted


def last_names(written: Iterable[str]) -> frozenset[str]:
    """The last names of functions, options and attributes that some receivers mean, without wildcards."""
    names = (sink_pattern(one.removeprefix("!")).last for one in written)
    return frozenset(name for name in names if name and "*" not in name)

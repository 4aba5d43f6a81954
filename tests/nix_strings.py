"""The scripts that stand in the strings of Nix source, for tests: what a shell sees, and what stands in the holes."""

from __future__ import annotations

from collections.abc import Iterator

from splitlint.files.source import Source
from splitlint.syntax import nix
from splitlint.syntax.embedded import Script, Segment, script_of_segments, text_of_segments
from splitlint.syntax.nix_tree.lower import lower
from splitlint.syntax.nix_tree.nodes import Node
from splitlint.syntax.nix_tree.strings import Fragment, Str


def strings(source: Source) -> Iterator[Str]:
    """The strings of Nix source in its order, those in interpolations of others left out."""
    pending = [lower(nix.parse(source.data).root_node, source.data)]
    while pending:
        node = pending.pop()
        if isinstance(node, Str):
            yield node
        else:
            pending.extend(reversed(list(node.children())))


def segments(string: Str, source: Source) -> list[Segment]:
    """The pieces of a string; an interpolation is a hole, with its braces."""
    return [
        Segment(part.text, source.path, part.start, part.end, part.verbatim)
        if isinstance(part, Fragment)
        else Segment(None, source.path, part.start, part.end, False)
        for part in string.parts
    ]


def holes(string: Str, source: Source) -> list[str]:
    """The interpolations of a string as they are written."""
    return [source.text(part.start, part.end) for part in string.parts if not isinstance(part, Fragment)]


def script_in(source: Source, number: int = 0, *, is_shell: bool = True) -> tuple[Script, list[str]]:
    """The script that a string of Nix source is (the first by default), and its interpolations as they are written."""
    string = list(strings(source))[number]
    assemble = script_of_segments if is_shell else text_of_segments
    return assemble(segments(string, source), source), holes(string, source)


__all__ = ["Node", "holes", "script_in", "segments", "strings"]

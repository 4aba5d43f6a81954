"""Scripts in a script: `sh -c 'cd x && ls lib'`, `su -c ..`, `bash <<EOF`, a script that a heredoc writes."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.model.alternatives import union
from splitlint.analysis.model.places import Trace
from splitlint.analysis.model.values import NO_TEXT, UNKNOWN, Value
from splitlint.analysis.shell.commands import Command, command_at
from splitlint.analysis.shell.items import Item, items_of
from splitlint.analysis.shell.spelling import Spelling, is_known, text
from splitlint.analysis.shell.uses import ShellMeaning, ShellUse
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import replace
from splitlint.syntax import shell
from splitlint.syntax.embedded import Segment, script_of_segments

_SHELLS = frozenset({"ash", "bash", "dash", "ksh", "sh", "zsh"})
#: Other programs that are given a script, by the options behind which it stands.
_RUNNERS = {
    "nix-shell": ("--run", "--command"),
    "nixos-enter": ("-c", "--command"),
    "runuser": ("-c", "--command"),
    "su": ("-c", "--command"),
}
_SHELL_OPTION = lazy_pattern(r"-[A-Za-z]*c\Z")
_SHEBANG = lazy_pattern(r"\s*#![^\n]*sh\b")
_DEEPEST = 3


def all_uses(meaning: ShellMeaning, depth: int = 0) -> Iterator[tuple[ShellMeaning, ShellUse]]:
    """The uses in a script and in the scripts in it, each with the meaning of the script that it stands in.

    Holes and outside variables are those of the outermost script.
    """
    for use in meaning.uses():
        yield meaning, use
    if depth >= _DEEPEST:
        return
    for word in _scripts_in(meaning):
        inner = _Inner(meaning, word)
        for one, use in all_uses(inner.meaning, depth + 1):
            known = inner.outermost(use)
            if known is not None:
                yield one, known
        inner.meaning.forget()


class _Inner:
    """The script that a word is."""

    def __init__(self, outer: ShellMeaning, word: Node) -> None:
        self._outer = outer
        self._word = word
        self._holes: list[Item] = []
        segments = [self._segment(item) for item in items_of(outer.script, word)]
        script = script_of_segments(segments, outer.script.source)
        self.meaning = ShellMeaning(script, self._value, self._variable, outer.pipefail)

    def _segment(self, item: Item) -> Segment:
        start, end = self._outer.script.file_span(item.start, item.end)
        path = self._outer.script.source.path
        if item.source is not None:
            self._holes.append(item)
            return Segment(None, path, start, end, False)
        return Segment(item.text, path, start, end, end - start == len(item.text.encode("utf-8", "surrogatepass")))

    def _value(self, number: int) -> Value:
        return _joined(self._outer.words.of_item(self._holes[number]))

    def _variable(self, name: str) -> Value | None:
        found = self._outer.words.variable(name, self._word)
        value = _joined(found)
        return value if any(is_known(piece) for spelling in found for piece in spelling) else None

    def outermost(self, use: ShellUse) -> ShellUse | None:
        """The use with the hole or variable by which its value came into the outer script; None if there is none."""
        if use.hole is not None:
            found = self._outer.words.of_item(self._holes[use.hole])
        elif use.outside is not None:
            found = self._outer.words.variable(use.outside, self._word)
        else:
            return None
        trace = _trace(found, use.value)
        if trace is None:
            return None
        origin = self._outer.script.file_span(trace.start, trace.end)
        return replace(use, hole=trace.hole, outside=trace.variable, origin=origin)


def _joined(spellings: tuple[Spelling, ...]) -> Value:
    """What several spellings denote: the value that one is, or text."""
    found = []
    for spelling in spellings:
        only = spelling[0].content if len(spelling) == 1 else None
        found.append(only if isinstance(only, Value) else Value(text(spelling)) if spelling else Value(NO_TEXT))
    return union(tuple(found)) if found else UNKNOWN


def _trace(spellings: tuple[Spelling, ...], value: Value) -> Trace | None:
    """Where a value came into a script, that of the first one that is known if it is not among them."""
    pieces = [piece for spelling in spellings for piece in spelling if is_known(piece)]
    same = [piece for piece in pieces if isinstance(piece.content, Value) and piece.content.shape == value.shape]
    return next((piece.trace for piece in (*same, *pieces) if piece.trace is not None), None)


def _scripts_in(meaning: ShellMeaning) -> Iterator[Node]:
    """The words that are scripts."""
    for command in meaning.commands():
        yield from _given(command)
    for word in meaning.facts.words:
        if word.type == "heredoc_body" and _is_script(meaning, word):
            yield word


def _given(command: Command) -> Iterator[Node]:
    """The words of a command that a shell runs."""
    if command.name in ("eval", "trap"):
        yield from command.arguments[:1]
        return
    options = _RUNNERS.get(command.name, ())
    if not options and command.name not in _SHELLS:
        return
    for number, written in enumerate(command.texts[:-1]):
        if written in options or (not options and _SHELL_OPTION.match(written)):
            yield command.arguments[number + 1]
            return


def _is_script(meaning: ShellMeaning, body: Node) -> bool:
    """Whether what a heredoc says is run by a shell, as it is read or from the file that it is written to."""
    if _SHEBANG.match(shell.node_text(body)[:200]):
        return True
    command = command_at(meaning.facts, body)
    return command is not None and command.name in _SHELLS and not any(True for _ in _given(command))

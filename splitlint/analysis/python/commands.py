"""The commands that Python code runs: `machine.succeed("modinfo -b ${k} x")`, `subprocess.run(["ls", path])`.

Imports libcst; import this module only when there is a Python tree to look at.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from splitlint.analysis.model.holes import Hole
from splitlint.analysis.model.partial_paths import flattened
from splitlint.analysis.model.texts import joined
from splitlint.analysis.model.values import Content, Text
from splitlint.analysis.python.scope import Run
from splitlint.analysis.python.strings import Atom, Strings, literals
from splitlint.analysis.python.values import Evaluator
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax.embedded import Script, Segment, script_of_segments
from splitlint.syntax.python import PythonTree

_PLAIN = lazy_pattern(r"[\w./:=@%+,-]*\Z")


class RunCommand(NamedTuple):
    """A shell script that Python runs. `holes`: by their number in the script, what each may be."""

    script: Script
    holes: tuple[tuple[Text, ...], ...]


class Commands:
    """The commands of one Python script."""

    def __init__(self, tree: PythonTree, script: Script, strings: Strings, evaluator: Evaluator) -> None:
        self._tree = tree
        self._script = script
        self._strings = strings
        self._evaluator = evaluator

    def of(self, run: Run) -> RunCommand | None:
        """The command that a call runs; None if nothing of it is written in the file."""
        segments: list[Segment] = []
        holes: list[tuple[Text, ...]] = []
        for number, word in enumerate(self._words(run.argument)):
            if number:
                segments.append(Segment(" ", "", 0, 0, False))
            for segment, may_be in self._pieces(word, run, is_word=isinstance(run.argument, cst.List | cst.Tuple)):
                segments.append(segment)
                if segment.text is None:
                    holes.append(may_be)
        if not any(segment.text and segment.text.strip() for segment in segments):
            return None
        return RunCommand(script_of_segments(segments, self._script.source), tuple(holes))

    def _words(self, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        if isinstance(node, cst.List | cst.Tuple):
            yield from (element.value for element in node.elements)
        else:
            yield node

    def _pieces(
        self, node: cst.BaseExpression, run: Run, *, is_word: bool
    ) -> Iterator[tuple[Segment, tuple[Text, ...]]]:
        """The text of an expression; that of one that is no literal stands for all of it."""
        atoms = self._strings.literal_atoms(node)
        if not any(True for _ in literals(node)):
            atoms = self._computed(node, run)
        quote = is_word and any(isinstance(atom.content, str) and not _PLAIN.match(atom.content) for atom in atoms)
        if quote:
            yield Segment("'", "", 0, 0, False), ()
        for atom in atoms:
            start, end = self._script.file_span(atom.start, atom.end)
            path = self._script.source.path
            if isinstance(atom.content, str):
                text = atom.content.replace("'", "") if quote else atom.content
                is_exact = atom.exact and end - start == len(text.encode("utf-8", "surrogatepass"))
                yield Segment(text, path, start, end, is_exact), ()
            else:
                yield Segment(None, path, start, end, False), self._may_be(atom.content, run)
        if quote:
            yield Segment("'", "", 0, 0, False), ()

    def _computed(self, node: cst.BaseExpression, run: Run) -> list[Atom]:
        start, end = self._tree.span(node)
        found = self._evaluator.paths(node, run.scope, run.order)[0]
        return [Atom(piece.content, start, end, False) for piece in flattened(found).parts]

    def _may_be(self, content: Content, run: Run) -> tuple[Text, ...]:
        if isinstance(content, Hole) and isinstance(content.source, cst.BaseExpression):
            return self._evaluator.paths(content.source, run.scope, run.order)
        return (joined(content),)

"""The uses of paths in a Python tree: what each is for, and which words a command has.

Imports libcst; import this module only when there is a Python tree to look at.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from splitlint.analysis.model.holes import Hole
from splitlint.analysis.model.texts import joined
from splitlint.analysis.model.values import NO_TEXT, Beside, Content, Real, Text
from splitlint.analysis.python.commands import Commands, RunCommand
from splitlint.analysis.python.python_path import COMMAND, COMPARED, MESSAGE, PATH, PRINTED, PythonPath
from splitlint.analysis.python.scope import Candidate, Collector, dotted
from splitlint.analysis.python.strings import Atom, Strings, literals, words
from splitlint.analysis.python.templates import MOST
from splitlint.analysis.python.values import Evaluator
from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax.embedded import Script
from splitlint.syntax.python import PythonTree

_LOGS = ("print", "debug", "info", "warning", "warn", "error", "exception", "critical", "log")
_MESSAGE_CALLS = frozenset((*_LOGS, "fail", "add_argument", "subtest"))
_MESSAGE_KEYWORDS = frozenset(("help", "description", "epilog", "msg", "message", "_replace_msg"))
_COMPARING = frozenset(("startswith", "endswith", "index", "find", "count", "removeprefix", "removesuffix"))
_WRITERS = frozenset(("write_text", "write_bytes", "touch", "mkdir", "symlink_to", "hardlink_to", "makedirs", "mknod"))
_WRITES_SECOND = frozenset(("copy", "copy2", "copyfile", "copytree", "move", "symlink", "link", "rename", "replace"))
_SHELL_WRITERS = frozenset(("touch", "mkdir", "truncate", "tee"))


class PythonUses(NamedTuple):
    """The paths that a script puts together, in its order, and the commands that it runs."""

    paths: tuple[PythonPath, ...]
    commands: tuple[RunCommand, ...]


def uses_of(tree: PythonTree, script: Script) -> PythonUses:
    """What a tree does with paths."""
    collector = Collector()
    tree.module.visit(collector)
    strings = Strings(tree, script)
    reader = _Reader(tree, script, strings, collector)
    found = [use for candidate in collector.candidates for use in reader.uses(candidate)]
    commands = Commands(tree, script, strings, Evaluator(strings, collector.imports))
    run = tuple(one for run in collector.runs if (one := commands.of(run)) is not None)
    return PythonUses(tuple(sorted(found, key=lambda use: (use.start, use.end))), run)


class _Reader:
    def __init__(self, tree: PythonTree, script: Script, strings: Strings, collector: Collector) -> None:
        self._tree = tree
        self._script = script
        self._strings = strings
        self._imports = collector.imports
        self._following = Evaluator(strings, collector.imports)
        self._plain = Evaluator(strings, collector.imports, follow=False)

    def uses(self, candidate: Candidate) -> Iterator[PythonPath]:
        parent = candidate.around[-1] if candidate.around else None
        if isinstance(parent, (cst.Expr, cst.ConcatenatedString, cst.FormattedString)):
            return  # a docstring, or a part of a string
        function, argument, keyword = _passed_to(candidate, self._imports)
        if function.startswith("re."):
            return
        use = _use(candidate, function, keyword)
        if _is_command(candidate.node):
            yield from self._command(candidate, use, function)
            return
        writes = _writes(candidate, function, argument, keyword)
        start, end = self._tree.span(candidate.node)
        variable, leading = self._leading(candidate)
        kind = type(candidate.node).__name__
        for path in self._following.paths(candidate.node, candidate.scope, candidate.order):
            if not all(isinstance(piece.content, Hole) for piece in path.parts):
                span = self._script.file_span(start, end)
                yield PythonPath(path, *span, kind, use, function, writes, leading, variable)

    def _leading(self, candidate: Candidate) -> tuple[str, Text]:
        """A followed variable at the start of the expression, and the path that it already is."""
        if isinstance(candidate.node, cst.Name):
            return candidate.node.value, NO_TEXT  # what a `+=` makes of a variable
        first = _first(self._plain.paths(candidate.node, candidate.scope, candidate.order)[0])
        while isinstance(first, Real | Beside) and first.target.parts:
            first = _first(first.target)
        if not isinstance(first, Hole) or first.origin != "variable":
            return "", NO_TEXT
        return first.name, self._following.paths(_node(first), candidate.scope, candidate.order)[0]

    def _command(self, candidate: Candidate, use: str, function: str) -> Iterator[PythonPath]:
        """The words of a string with spaces in it."""
        use = COMMAND if use == PATH else use
        kind = type(candidate.node).__name__
        before: list[str] = []
        for word in words(self._strings.literal_atoms(candidate.node)):
            if not any(isinstance(atom.content, str) for atom in word):
                continue
            span = self._script.file_span(word[0].start, word[-1].end)
            leading = self._word_paths(word[:1], candidate)[0] if _is_expression(word[0]) else NO_TEXT
            variable = self._name_of(word[0])
            for path in self._word_paths(word, candidate):
                if any(isinstance(piece.content, str) and "/" in piece.content for piece in path.parts):
                    yield PythonPath(path, *span, kind, use, function, _shell_writes(before), leading, variable)
            before.append("".join(atom.content if isinstance(atom.content, str) else "{}" for atom in word))

    def _name_of(self, atom: Atom) -> str:
        """The variable that an expression in a string is, "" if it is none."""
        return dotted(_node(atom.content), {}) if isinstance(atom.content, Hole) and _is_expression(atom) else ""

    def _word_paths(self, word: list[Atom], candidate: Candidate) -> tuple[Text, ...]:
        out: tuple[Text, ...] = (NO_TEXT,)
        for atom in word:
            texts: tuple[Text, ...] = (joined(atom.content),)
            if isinstance(atom.content, Hole) and _is_expression(atom):
                texts = self._following.paths(_node(atom.content), candidate.scope, candidate.order)
            out = tuple(joined(one, two) for one in out for two in texts)[:MOST]
        return out


def _is_expression(atom: Atom) -> bool:
    return isinstance(atom.content, Hole) and atom.content.origin == "expression"


def _is_command(node: cst.BaseExpression) -> bool:
    """Whether a literal has spaces or what else ends a word in it."""
    for literal in literals(node):
        texts = [literal.raw_value] if isinstance(literal, cst.SimpleString) else []
        if isinstance(literal, cst.FormattedString):
            texts = [part.value for part in literal.parts if isinstance(part, cst.FormattedStringText)]
        if any(character in text for text in texts for character in " \t\n;=:'\"`"):
            return True
    return False


def _passed_to(candidate: Candidate, imports: dict[str, str]) -> tuple[str, int, str]:
    """The function that a candidate is passed to, at which position (-1: it is the object), by which keyword."""
    child: cst.CSTNode = candidate.node
    position, keyword = 0, ""
    for node in reversed(candidate.around):
        match node:
            case cst.Arg():
                keyword = node.keyword.value if node.keyword is not None else ""
            case cst.Call():
                position = -1 if child is node.func else _index(node, child)
                return _function_name(node.func, imports), position, keyword
            case cst.BaseSmallStatement() | cst.BaseCompoundStatement():
                return "", 0, ""
        child = node
    return "", 0, ""


def _index(call: cst.Call, child: cst.CSTNode) -> int:
    return next((i for i, arg in enumerate(call.args) if arg is child), 0)


def _function_name(node: cst.BaseExpression, imports: dict[str, str]) -> str:
    """The dotted name of a function, or the method's name after a dot: `.write_text`."""
    name = dotted(node, imports)
    if name or not isinstance(node, cst.Attribute):
        return name
    return "." + node.attr.value


def _use(candidate: Candidate, function: str, keyword: str) -> str:
    last = function.rpartition(".")[2]
    if isinstance(candidate.node, cst.Call) and _reads(candidate.node):
        return PATH
    if function == "print":
        return MESSAGE if _is_command(candidate.node) else PRINTED
    if last in _MESSAGE_CALLS or keyword in _MESSAGE_KEYWORDS:
        return MESSAGE
    if any(isinstance(node, cst.Raise) for node in candidate.around):
        return MESSAGE
    if isinstance(candidate.around[-1], cst.Assert) and candidate.around[-1].msg is candidate.node:
        return MESSAGE
    if last in _COMPARING:
        return COMPARED
    parent = candidate.around[-1]
    if isinstance(parent, cst.Comparison) and isinstance(parent.comparisons[0].operator, (cst.In, cst.NotIn)):
        return COMPARED
    return PATH


def _reads(call: cst.Call) -> bool:
    """Whether a call looks into a folder for what it gives."""
    return isinstance(call.func, cst.Attribute) and call.func.attr.value in ("glob", "iglob", "rglob")


def _writes(candidate: Candidate, function: str, position: int, keyword: str) -> bool:
    last = function.rpartition(".")[2]
    if last in _WRITERS:
        return position <= 0
    if last in _WRITES_SECOND:
        return position == 1 or keyword == "dst"
    if last != "open":
        return False
    call = next((node for node in reversed(candidate.around) if isinstance(node, cst.Call)), None)
    at = 0 if position < 0 else 1
    modes = [arg.value for i, arg in enumerate(call.args if call else ()) if i == at or _keyword(arg) == "mode"]
    return any(isinstance(mode, cst.SimpleString) and set(mode.raw_value) & set("wax+") for mode in modes)


def _keyword(arg: cst.Arg) -> str:
    return arg.keyword.value if arg.keyword is not None else ""


def _shell_writes(before: list[str]) -> bool:
    """Whether a word after these words of a command names something that is created."""
    return any(word.rpartition("/")[2] in _SHELL_WRITERS for word in before[-6:])


def _first(text: Text) -> Content:
    return text.parts[0].content if text.parts else ""


def _node(hole: Hole) -> cst.CSTNode:
    """The syntax that a hole stands for."""
    assert isinstance(hole.source, cst.CSTNode)
    return hole.source

"""Which words of a command are paths, and in which folder they are looked for: `tar -C x`, `make -C x`, `env -C x`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tree_sitter import Node

from splitlint.analysis.model.values import Value
from splitlint.analysis.shell.commands import Command
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern

#: A folder that a command goes into: the word that names it, and what stands in the word before the name.
Into = tuple[Node, str]

#: Commands whose words are no paths.
_NO_PATHS = frozenset(
    {":", "alias", "break", "case", "continue", "echo", "eval", "exit", "export", "false", "hash", "kill", "local",
     "log", "printf", "read", "return", "set", "shift", "sleep", "trap", "true", "type", "unset", "xargs", "cpio"}
)  # fmt: skip
#: Commands whose first operand is no path.
_PATTERN_FIRST = frozenset({"awk", "egrep", "fd", "fgrep", "gawk", "grep", "jq", "rg", "sed", "zgrep"})
_FINDERS = frozenset({"find", "fd"})
_TAR = frozenset({"tar", "bsdtar", "gtar"})
#: Short options of tar that take a value.
_TAR_VALUES = "fCTXbgHKLNVIF"
_TAR_WORDS = frozenset({"--file", "--files-from", "--exclude-from", "--transform", "--exclude", "--format", "--owner"})
_TAR_WRITES = lazy_pattern(r"-?[A-Za-z]*[cruA][A-Za-z]*\Z")
_EXPRESSION = lazy_pattern(r"[-(!,]|\\\(|\\!")


class Operand(NamedTuple):
    """A word of a command that may be a path, and the folders that the command goes into before it looks for it."""

    word: Node
    folders: tuple[Into, ...]


def operands(command: Command) -> Iterator[Operand]:
    """The words of a command that may be paths."""
    if command.name in _TAR:
        yield from _of_tar(command)
        return
    if command.name in _NO_PATHS or not command.name:
        return
    folders = command.folders
    texts = command.texts
    if command.name in ("make", "gmake"):
        folders = (*folders, *(into for _, into in _options(command, texts, ("-C",), "--directory")))
    skipped = 1 if command.name in _PATTERN_FIRST and not any(text in ("-e", "-f") for text in texts) else 0
    for word, text in zip(command.arguments, texts, strict=True):
        if command.name == "find" and _EXPRESSION.match(text) and text not in ("-L", "-H", "-P"):
            return
        if (text.startswith("-") and len(text) > 1) or text.isdecimal():
            continue
        if skipped:
            skipped -= 1
            continue
        yield Operand(word, folders)


def searches_here(command: Command) -> bool:
    """Whether a command goes over the folder that it runs in, without saying so: `find -name x`."""
    return command.name in _FINDERS and not any(True for _ in operands(command))


def is_gone_into(command: Command, number: int) -> bool:
    """Whether an argument only says where a command that packs files looks for them: `tar -C x`."""
    return command.name in _TAR and any(at == number for at, _ in _tar_words(command)[1])


def _options(command: Command, texts: Sequence[str], short: tuple[str, ...], long: str) -> Iterator[tuple[int, Into]]:
    """The values of an option that names a folder, with the number of the word that they stand in."""
    for number, text in enumerate(texts):
        if text in (*short, long) and number + 1 < len(texts):
            yield number + 1, (command.arguments[number + 1], "")
        elif text.startswith(f"{long}="):
            yield number, (command.arguments[number], f"{long}=")
        else:
            for one in short:
                if text.startswith(one) and len(text) > len(one) and not text.startswith("--"):
                    yield number, (command.arguments[number], one)


def _of_tar(command: Command) -> Iterator[Operand]:
    texts = command.texts
    flags = [text for number, text in enumerate(texts) if not number or text.startswith("-")]
    if any(_TAR_WRITES.match(flag) or flag in ("--create", "--append", "--update") for flag in flags):
        yield from _tar_words(command)[0]


def _tar_words(command: Command) -> tuple[list[Operand], list[tuple[int, Into]]]:
    """The operands of tar, each with the `-C` in front of it; and the words that these name, with their numbers."""
    found: list[Operand] = []
    gone: list[tuple[int, Into]] = []
    waiting: list[str] = []
    for number, (word, text) in enumerate(zip(command.arguments, command.texts, strict=True)):
        if waiting:
            if waiting.pop(0) == "C":
                gone.append((number, (word, "")))
        elif text.startswith("--directory="):
            gone.append((number, (word, "--directory=")))
        elif text == "--directory":
            waiting.append("C")
        elif text in _TAR_WORDS:
            waiting.append("-")
        elif text.startswith("-") and len(text) > 1:
            at = next((at for at, letter in enumerate(text) if at and letter in _TAR_VALUES), None)
            if text.startswith("--") or at is None:
                continue
            if at == len(text) - 1:
                waiting.append(text[at])
            elif text[at] == "C":
                gone.append((number, (word, text[: at + 1])))
        elif number == 0:
            waiting.extend(letter for letter in text if letter in _TAR_VALUES)
        else:
            found.append(Operand(word, (*command.folders, *(into for _, into in gone))))
    return found, gone


class GivenValues:
    """By command, and by the names of commands."""

    def __init__(self, given: Iterable[tuple[Command | None, Value]]) -> None:
        self._found: dict[str | int, dict[Value, None]] = {}
        self._together: dict[frozenset[str], tuple[Value, ...]] = {}
        for command, value in given:
            if command is not None:
                self._found.setdefault(command.name, {}).setdefault(value)
                self._found.setdefault(command.node.id, {}).setdefault(value)

    def to_all(self, names: frozenset[str]) -> tuple[Value, ...]:
        """What commands of some names are given anywhere in the script."""
        known = self._together.get(names)
        if known is None:
            values = (value for name in sorted(names) for value in self._found.get(name, ()))
            known = self._together[names] = tuple(dict.fromkeys(values))
        return known

    def to(self, command: Command) -> tuple[Value, ...]:
        """What one command is given."""
        return tuple(self._found.get(command.node.id, ()))

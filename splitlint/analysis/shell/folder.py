"""A folder that a script is in, what it remembers of others, and which of its functions leave it."""

from __future__ import annotations

from tree_sitter import Node

from splitlint.analysis.shell.facts import Facts
from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax import shell

#: Statements that run in a shell of their own.
OWN_WORLDS = frozenset({"subshell", "pipeline", "command_substitution", "process_substitution"})
MOVERS = ("cd", "pushd", "popd")


class Folder:
    """A folder that a script went into: the word that says so, from the folder `above`.

    The word without `prefix`, for `--directory=x`. Two folders are the same where they are one object.
    """

    __slots__ = ("above", "depth", "prefix", "word")

    def __init__(self, above: Folder | None, word: Node | None, prefix: str = "") -> None:
        self.above = above
        self.word = word
        self.prefix = prefix
        self.depth: int = above.depth + 1 if above is not None else 0


#: The folder that a script starts in.
START = Folder(None, None)


class State(NamedTuple):
    """The folder, None where it is not known; the one before; those that `popd` goes back to."""

    folder: Folder | None
    previous: Folder | None = None
    stack: tuple[Folder | None, ...] = ()


#: Nobody knows where the script is.
LOST = State(None)


def is_one_name(folder: Folder) -> bool:
    """Whether a folder is written as one name, so that it stands in the folder above."""
    if folder.word is None:
        return False
    text = shell.node_text(folder.word).strip("\"'").rstrip("/")
    return bool(text) and not set(text) & set("/$`") and "__nix_" not in text and text not in (".", "..")


def moving_functions(facts: Facts) -> frozenset[str]:
    """The functions after which the script may be somewhere else."""
    names = {node.id: name for name, node in facts.functions.items()}

    def callers(called: str) -> set[str]:
        found = set()
        for node in facts.calls.get(called, ()):
            for around in facts.ancestors(node):
                if around.type in OWN_WORLDS:
                    break
                if around.type == "function_definition":
                    found.add(names.get(around.id, ""))
                    break
        return found

    moving: set[str] = set()
    waiting: list[str] = list(MOVERS)
    while waiting:
        for name in callers(waiting.pop()) - moving:
            moving.add(name)
            waiting.append(name)
    return frozenset(moving)

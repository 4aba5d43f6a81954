"""The shell commands that stand in files of other languages: CI files, make and just recipes, images, documents.

Each block is a script of its own with exact positions in its file. What another language puts into a command
(`${{ matrix.x }}`, `$(MAKEVAR)`, `{{ var }}`) reads as a shell variable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum

from splitlint.files.source import Source
from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax import blocks_prose, blocks_recipes, blocks_yaml
from splitlint.syntax.embedded import Script, script_of_file, script_of_pieces
from splitlint.syntax.nix_text import Piece


class Kind(Enum):
    """What a block is: a script file, a step of a CI job, the recipes of a file, an example in a document."""

    SCRIPT = "script"
    STEP = "step"
    RECIPES = "recipes"
    EXAMPLE = "example"


class Block(NamedTuple):
    """Shell commands in a file. Blocks of one `place` run in one folder, in the order in which they stand."""

    script: Script
    kind: Kind
    place: str = ""


#: Suffix or name of a file, the kind of its blocks, and what cuts it.
_CUTTERS: dict[str, tuple[Kind, Callable[[bytes], Iterator[tuple[list[Piece], str]]]]] = {
    **dict.fromkeys(("yml", "yaml"), (Kind.STEP, blocks_yaml.cut)),
    **dict.fromkeys(("Makefile", "GNUmakefile", "makefile", "mk", "make"), (Kind.RECIPES, blocks_recipes.cut_make)),
    **dict.fromkeys(("justfile", "Justfile", "just"), (Kind.RECIPES, blocks_recipes.cut_just)),
    **dict.fromkeys(("Dockerfile", "Containerfile"), (Kind.RECIPES, blocks_recipes.cut_image)),
    **dict.fromkeys(("md", "mdx"), (Kind.EXAMPLE, blocks_prose.cut_markdown)),
    **dict.fromkeys(("adoc", "rst", "org"), (Kind.EXAMPLE, blocks_prose.cut_markup)),
}
_WHOLE = frozenset({"sh", "bash", "zsh", "bats"})


def shell_blocks(source: Source) -> tuple[Block, ...]:
    """The shell commands in a file that is not Nix, in order; none in a file of another kind. Never raises."""
    name = source.path.rpartition("/")[2]
    suffix = name.rpartition(".")[2]
    if source.language == "shell" or suffix in _WHOLE:
        return (Block(script_of_file(source), Kind.SCRIPT),)
    found = _CUTTERS.get(name) or (_CUTTERS.get(suffix) if "." in name else None)
    if found is None:
        return ()
    kind, cut = found
    return tuple(Block(script_of_pieces(pieces, source), kind, place) for pieces, place in cut(source.data) if pieces)

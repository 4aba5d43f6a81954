"""Command lines that build something with Nix: what they build, which link is made to it, whether its path is printed.

`nix build`, `nix-build` and those who wrap them (`nom`); `nix path-info` and `nix eval --raw` print the path too.
Only installables that are nixpkgs' own for sure have a value: `nixpkgs#x`, `-A x` of `<nixpkgs>`, options of a
NixOS system (`.#nixosConfigurations.host.config.x`), expressions that import `<nixpkgs>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tree_sitter import Node

from splitlint.analysis.model.families import World
from splitlint.analysis.model.texts import HOLE_MARK, flat
from splitlint.analysis.model.values import UNKNOWN, Package, Text, Value
from splitlint.analysis.shell.commands import Command
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass
from splitlint.syntax import shell

Spell = Callable[[Node], Text]

#: Options of Nix that take a value, and those that take two.
_TAKE_ONE = """
    --extra-experimental-features --experimental-features -o --out-link -f --file -I --include -A --attr -E --expr -j
    --max-jobs --cores --system --builders --store --eval-store --profile --log-format --inputs-from --update-input
    --apply --timeout --reference-lock-file --output-lock-file --add-root --max-silent-time
"""
_TAKES = {
    **dict.fromkeys(_TAKE_ONE.split(), 1),
    **dict.fromkeys(("--option", "--override-input", "--arg", "--argstr"), 2),
}
_NIXPKGS_FLAKE = re.compile(
    r"(?:flake:)?nixpkgs(?:/[\w.-]+)?|github:nixos/nixpkgs(?:/[^#]*)?|(?:git\+)?https://github\.com/nixos/nixpkgs[^#]*"
    r"|channel:nix(?:os|pkgs)-[\w.-]+",
    re.IGNORECASE,
)
_NIXPKGS_FILE = re.compile(
    r"<nix(?:pkgs|os)[\w-]*(?:/nixos)?>|channel:nix(?:os|pkgs)-[\w.-]+|(?:.*/)?nixpkgs/?|\S*/nixpkgs/archive/\S*",
    re.IGNORECASE,
)
_RELEASE = re.compile(r"\b(?:nixos|release|nixpkgs)-(\d\d\.\d\d)\b")
_UNKNOWN_PART = "__unknown"
_NAME = lazy_pattern(r"[\w'+-]+")


@dataclass(frozen=True, slots=True)
class Installable:
    """One thing that a command builds.

    `text` is how it is written, `word` the word of the command; `plain` says that a suffix put behind the word chooses
    an output. `link` is the link that is made to it, "" if none is.
    """

    value: Value
    text: str
    word: Node
    plain: bool
    link: str = ""


@dataclass(frozen=True, slots=True)
class Build:
    """A command that builds: its installables, whether it prints their paths, the nixpkgs it asks for ("24.05")."""

    command: Command
    installables: tuple[Installable, ...]
    prints: bool
    release: str = ""


@dataclass
class _CommandLine:
    """What the words of a command say."""

    options: list[tuple[str, Node]]
    operands: list[Node]
    flags: set[str]

    def last(self, *names: str) -> Node | None:
        return next((word for name, word in reversed(self.options) if name in names), None)


def build_of(command: Command, spell: Spell, world: World) -> Build | None:
    """The build that a command is, None if it is none. `spell` gives the text of a word."""
    read = _READERS.get(command.name)
    if read is None:
        return None
    words, verb = _after_verb(command.arguments) if read is _nix else (command.arguments, "build")
    if verb not in ("build", "path-info", "eval"):
        return None
    line = _parsed(words)
    # The flake or default.nix of the folder: nobody knows what that is, but its link is made.
    found = tuple(read(line, spell, world)) or (Installable(UNKNOWN, "", command.node, False),)
    if verb == "build" and not line.flags & {"--no-link", "--no-out-link"}:
        link = line.last("-o", "--out-link", "--add-root")
        found = tuple(_linked(found, written(link) if link is not None else "result", classic=read is not _nix))
    prints = read is _nix_build or verb != "build" or bool(line.flags & {"--print-out-paths", "--json"})
    release = _RELEASE.search(" ".join(shell.node_text(word) for word in command.arguments))
    return Build(command, found, prints, release[1] if release is not None else "")


def _after_verb(words: Sequence[Node]) -> tuple[tuple[Node, ...], str]:
    """`nix --option a b build x`: the words other than the verb, and the verb."""
    at = 0
    while at < len(words):
        text = shell.node_text(words[at])
        if not text.startswith("-"):
            return (*words[:at], *words[at + 1 :]), text
        at += 1 + _TAKES.get(text, 0)
    return tuple(words), ""


def _parsed(words: Sequence[Node]) -> _CommandLine:
    line = _CommandLine([], [], set())
    at = 0
    while at < len(words):
        text = shell.node_text(words[at])
        takes = _TAKES.get(text, 0)
        if text.startswith("-"):
            line.flags.add(text)
            if takes and at + takes < len(words):
                line.options.append((text, words[at + 1]))
            at += takes
        elif words[at].type != "file_redirect":
            line.operands.append(words[at])
        at += 1
    return line


def _linked(found: Sequence[Installable], first: str, classic: bool) -> Iterator[Installable]:
    """The installables with their links: `result`, then `result-1` of `nix build` and `result-2` of `nix-build`."""
    for number, one in enumerate(found):
        link = first if not number else f"{first}-{number + 1 if classic else number}"
        shape = one.value.shape
        output = shape.output if isinstance(shape, Package) else None
        if output not in (None, "out"):
            link += f"-{output}"
        yield Installable(one.value, one.text, one.word, one.plain, link)


def _nix(line: _CommandLine, spell: Spell, world: World) -> Iterator[Installable]:
    expression = line.last("--expr", "-E")
    if expression is not None and not line.operands:
        yield _of_expression(expression, spell, world)
        return
    file = line.last("-f", "--file")
    for word in line.operands:
        text = _spelled(word, spell)
        if file is not None:
            value = _of_file(_spelled(file, spell), text, world) if expression is None else UNKNOWN
        else:
            value = _of_flake(text, world)
        yield Installable(value, written(word), word, "^" not in text)


def _nix_build(line: _CommandLine, spell: Spell, world: World) -> Iterator[Installable]:
    expression = line.last("-E", "--expr")
    if expression is not None:
        yield _of_expression(expression, spell, world)
        return
    if "-E" in line.flags or "--expr" in line.flags:
        return
    file = line.operands[0] if line.operands else None
    attributes = [word for name, word in line.options if name in ("-A", "--attr")]
    for word in attributes:
        value = _of_file(_spelled(file, spell), _spelled(word, spell), world) if file is not None else UNKNOWN
        yield Installable(value, written(word), word, True)
    if not attributes and file is not None:
        yield Installable(UNKNOWN, written(file), file, False)


def _other(line: _CommandLine, spell: Spell, world: World) -> Iterator[Installable]:
    for word in line.operands[:1]:
        yield Installable(UNKNOWN, written(word), word, False)


_READERS: dict[str, Callable[[_CommandLine, Spell, World], Iterator[Installable]]] = {
    "nix": _nix,
    "nom": _nix,
    "nix-build": _nix_build,
    "nom-build": _nix_build,
    "nixos-rebuild": _other,
}


def _spelled(word: Node, spell: Spell) -> str:
    return flat(spell(word))


def written(word: Node) -> str:
    """A word as it is written, without quotes: `"$dir/frob"` and `${dir}/frob` are both `$dir/frob`."""
    return without_quotes(shell.node_text(word))


def without_quotes(text: str) -> str:
    """The text of a word without its quotes, variables without their braces, and no `./` in front."""
    bare = re.sub(r"\$\{(\w+)\}", r"$\1", text.replace('"', "").replace("'", ""))
    return re.sub(r"\A(?:\./|\$PWD/|\$\(pwd\)/|`pwd`/)+", "", bare)


def _of_flake(text: str, world: World) -> Value:
    reference, sign, path = text.partition("#")
    path, chosen, outputs = path.partition("^")
    if not sign or (chosen and outputs != "out"):
        return UNKNOWN
    names = _names(path)
    if names[:1] == ["nixosConfigurations"] and len(names) > 3 and names[2] in ("config", "pkgs"):
        return _global(names[2:], world)
    return _of_names(names, world) if _NIXPKGS_FLAKE.fullmatch(reference) else UNKNOWN


def _of_file(file: str, path: str, world: World) -> Value:
    path, chosen, outputs = path.partition("^")
    if not _NIXPKGS_FILE.fullmatch(file) or (chosen and outputs != "out"):
        return UNKNOWN
    return _of_names(_names(path), world)


def _names(path: str) -> list[str]:
    """The names of an attribute path; a part of a name that is not known may be anything."""
    return path.replace(HOLE_MARK, _UNKNOWN_PART).replace('"', "").split(".")


def _of_names(names: list[str], world: World) -> Value:
    if names[:1] in (["legacyPackages"], ["packages"]):
        names = names[2:]
    if names[:1] == ["config"]:
        return _global(names, world)
    return _global(["pkgs", *(names[1:] if names[:1] == ["pkgs"] else names)], world)


def _global(names: list[str], world: World) -> Value:
    """What an attribute path from a global root is."""
    if not all(map(_NAME.fullmatch, names)):
        return UNKNOWN
    root = "(import <nixpkgs> { })" if names[0] == "pkgs" else names[0]
    value = _value_of(".".join([root, *(f'"{name}"' for name in names[1:])]), world)
    unsure = names[0] == "config" or any(_UNKNOWN_PART in name for name in names)
    return value.at_most(Confidence.MEDIUM) if unsure else value


def _of_expression(word: Node, spell: Spell, world: World) -> Installable:
    """`-E 'with import <nixpkgs> { }; frob_6'`"""
    text = _spelled(word, spell)
    known = re.search(r"<nixpkgs|nixpkgs\b", text) and HOLE_MARK not in text
    value = _value_of(text, world).at_most(Confidence.MEDIUM) if known else UNKNOWN
    return Installable(value, written(word), word, False)


def _value_of(expression: str, world: World) -> Value:
    """What a Nix expression on a command line denotes."""
    from splitlint.analysis.nix.analyse import value_of_source

    return value_of_source(Source("expression", expression.encode()), world)

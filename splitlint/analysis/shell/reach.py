"""What relative paths and paths through links lead to: the folder that the script has gone into, links that it made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from splitlint.analysis.model.values import Piece, Unknown, Value
from splitlint.analysis.shell.commands import Command, command_of, seen_through
from splitlint.analysis.shell.facts import Facts
from splitlint.analysis.shell.folder import START, Folder
from splitlint.analysis.shell.operands import Into, operands, searches_here
from splitlint.analysis.shell.spelling import MOST, Spelling, few, is_known, together
from splitlint.analysis.shell.words import Words
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import shell

if TYPE_CHECKING:
    from splitlint.analysis.shell.folders import Folders

_GOES = (b"cd ", b"pushd")
_GOES_FOR_ONE = (b"-C", b"tar ", b"--directory", b"--chdir", b" -D", b"--wd")
_LINKS = (b"ln ", b"cp ", b"mount ")
_SYMBOLIC = lazy_pattern(r"-[A-Za-z]*s[A-Za-z]*\Z|--symbolic\Z")
_RECURSIVE = lazy_pattern(r"-[A-Za-z]*[rRa][A-Za-z]*\Z|--recursive\Z|--archive\Z")
_BOUND = lazy_pattern(r"(?:-o)?(?:.*,)?r?bind\b|--r?bind\Z|-B\Z|-R\Z")
_PUTS = frozenset({"cp", "install", "ln", "mkdir", "mv", "rsync"})
_MOST_LINKS = 400


class Reached(NamedTuple):
    """A path: the part that a folder or link stands for, and the part that the word adds to it."""

    base: Spelling
    rest: Spelling


def _folders(facts: Facts) -> Folders:
    from splitlint.analysis.shell.folders import Folders

    return Folders(facts)


class Reach:
    """Paths in one script."""

    def __init__(self, facts: Facts, words: Words) -> None:
        self._facts = facts
        self._words = words
        self._spelled: dict[int, tuple[Spelling, ...]] = {}
        self._marks: dict[object, str] = {}
        goes_for_one = any(word in facts.text for word in _GOES_FOR_ONE)
        goes = goes_for_one or any(word in facts.text for word in _GOES)
        self._folders = _folders(facts) if goes else None
        self._links: dict[str, list[tuple[int, Spelling]]] = {}
        if any(word in facts.text for word in _LINKS):
            self._find_links()
        #: Whether a path can lead to a value that does not stand in it.
        self.leads_to_values = bool(self._links) or goes_for_one or self._goes_into_value()

    def _goes_into_value(self) -> bool:
        folders = self._folders.all() if self._folders is not None else ()
        return any(any(map(is_known, spelling)) for folder in folders for spelling in self._of_folder(folder))

    def where(self, node: Node) -> tuple[Spelling, ...]:
        """What the folder may be called in which a node's statement runs; nothing where that is not known."""
        folder = self._folders.at(node) if self._folders is not None else None
        return () if folder is None or folder is START else self._of_folder(folder)

    def of_command(self, command: Command) -> Iterator[tuple[Node, Reached]]:
        """The words of a command with what they lead to by way of a folder or a link."""
        for one in operands(command):
            for found in self._of_operand(command, one.word, one.folders):
                yield one.word, found
        if searches_here(command) and self._folders is not None:
            folder = self._inside(self._folders.at(command.node), command.folders)
            for base in self._of_folder(folder) if folder is not None else ():
                yield command.node, Reached(base, (Piece("/."),))

    def of_word(self, node: Node) -> Iterator[Reached]:
        """What a word that is no command's leads to: one of a `for` loop, the file of a redirection."""
        yield from self._of_operand(None, node, ())

    def _of_operand(self, command: Command | None, word: Node, folders: tuple[Into, ...]) -> Iterator[Reached]:
        folder: Folder | None = START
        if self._folders is not None:
            folder = self._inside(self._folders.at(word if command is None else command.node), folders)
        for spelling in self._words.spellings(word):
            yield from self._of_spelling(spelling, folder, word.start_byte)

    def _of_spelling(self, spelling: Spelling, folder: Folder | None, before: int) -> Iterator[Reached]:
        if not _is_relative(spelling):
            yield from self._followed(spelling, before)
            return
        for base in self._of_folder(folder) if folder is not None else ():
            whole = _below(base, spelling)
            linked = list(self._followed(whole, before))
            if linked:
                yield from linked
            elif base:
                yield Reached(whole[: len(base)], whole[len(base) :])

    def _inside(self, folder: Folder | None, into: tuple[Into, ...]) -> Folder | None:
        for word, prefix in into:
            assert self._folders is not None
            folder = self._folders.inside(folder, word, prefix)
        return folder

    def _of_folder(self, folder: Folder) -> tuple[Spelling, ...]:
        """What a folder may be called: nothing for the one that the script starts in."""
        if folder is START or folder.word is None:
            return ((),)
        known = self._spelled.get(id(folder))
        if known is None:
            self._spelled[id(folder)] = ()
            known = self._spelled[id(folder)] = few(self._names(folder, folder.word))
        return known

    def _names(self, folder: Folder, word: Node) -> Iterator[Spelling]:
        for spelling in self._words.spellings(word):
            name = _without(spelling, folder.prefix)
            if not _is_relative(name):
                linked = [together((one.base, one.rest)) for one in self._followed(name, word.start_byte)]
                yield from linked or [name]
            elif folder.above is not None:
                for base in self._of_folder(folder.above):
                    whole = _below(base, name)
                    linked = [together((one.base, one.rest)) for one in self._followed(whole, word.start_byte)]
                    yield from linked or [whole]

    def _find_links(self) -> None:
        copies: dict[str, int] = {}
        for node in self._facts.commands:
            pair = _link(seen_through(command_of(self._facts, node)))
            if pair is None:
                continue
            targets = self._resolved(pair.target, node)
            if pair.is_copy:
                # A part of a package that is copied is no package.
                targets = [one for one in targets if len(one) == 1]
            known = [(node.end_byte, one) for one in targets if any(map(is_known, one))]
            for key in self._keys(pair.name, node) if known else ():
                if len(self._links) < _MOST_LINKS:
                    self._links.setdefault(key, []).extend(known)
                    copies[key] = node.id if pair.is_copy else -1
        if not self._links:
            return
        for node in self._facts.calls.get("mkdir", ()):
            # In a folder that is there, a link or copy has a name of its own.
            for word in command_of(self._facts, node).arguments:
                for key in self._keys(word, node):
                    self._links.pop(key, None)
        self._drop_mixed({key: node for key, node in copies.items() if node != -1})

    def _drop_mixed(self, copies: dict[str, int]) -> None:
        """Forgets copies to which something else is added: they are not what they were copied from any more."""
        if not copies:
            return
        for node in self._facts.commands:
            command = command_of(self._facts, node)
            put = command.arguments if command.name == "mkdir" else command.arguments[-1:]
            for word in put if command.name in _PUTS else ():
                for key in self._keys(word, node, is_folder=True):
                    ends = [at for at, letter in enumerate(key) if letter == "/"] + [len(key)]
                    for above in (key[:end] for end in ends):
                        if above in copies and copies[above] != node.id:
                            self._links.pop(above, None)

    def _resolved(self, word: Node, at: Node) -> list[Spelling]:
        folder = self._folders.at(at) if self._folders is not None else START
        found: list[Spelling] = []
        for spelling in self._words.spellings(word):
            reached = list(self._of_spelling(spelling, folder, word.start_byte))
            found += [together((one.base, one.rest)) for one in reached] or [spelling]
        return found

    def _keys(self, word: Node, at: Node, *, is_folder: bool = False) -> Iterator[str]:
        """The names of a path that a command makes, or (`is_folder`) into which it puts something."""
        text = shell.node_text(word).strip("\"'")
        if (text.endswith("/") and not is_folder) or text.startswith("-") or text in (".", ".."):
            return
        folder = self._folders.at(at) if self._folders is not None else START
        for spelling in self._words.spellings(word):
            if not _is_relative(spelling):
                yield self._key(spelling).rstrip("/")
            elif folder is not None:
                yield from (self._key(_below(base, spelling)).rstrip("/") for base in self._of_folder(folder))

    def _key(self, spelling: Spelling) -> str:
        """A path as text, with one character for each value; those that are not known are never the same."""
        parts = []
        for piece in spelling:
            content = piece.content
            if isinstance(content, str):
                parts.append(content)
                continue
            name: object = content
            if not isinstance(content, Value) or isinstance(content.shape, Unknown):
                trace = piece.trace
                if trace is None:
                    name = object()
                else:
                    name = trace.variable or (trace.hole if trace.hole is not None else (trace.start, trace.end))
            parts.append(self._marks.setdefault(name, chr(0xF0000 + len(self._marks) % 0xFFFF)))
        return "".join(parts)

    def _followed(self, spelling: Spelling, before: int) -> Iterator[Reached]:
        """What a path leads to through links that were made before."""
        if not self._links:
            return
        key = self._key(spelling).removeprefix("./")
        ends = [at for at, letter in enumerate(key) if letter == "/"] + [len(key)]
        for end in reversed(ends):
            known = self._links.get(key[:end])
            if known is None:
                continue
            rest = _cut(spelling, len(self._key(spelling)) - len(key) + end)
            for since, target in known[:MOST]:
                if since <= before:
                    yield Reached(target, rest)
            return


class _Link(NamedTuple):
    """A link to `target`, or a copy of it, by the words that name both."""

    target: Node
    name: Node
    is_copy: bool


def _link(command: Command) -> _Link | None:
    """The link or copy that a command makes; None if it makes none, or more than one."""
    wanted = {"ln": _SYMBOLIC, "cp": _RECURSIVE, "mount": _BOUND}.get(command.name)
    texts = command.texts
    if wanted is None or not any(wanted.match(text) for text in texts):
        return None
    if any(text in ("-t", "--target-directory") or text.startswith("--target-directory=") for text in texts):
        return None
    named = [word for word, text in zip(command.arguments, texts, strict=True) if not text.startswith("-")]
    if command.name == "mount":
        named = [word for word in named if not _BOUND.match(shell.node_text(word))]
    return _Link(named[0], named[1], command.name == "cp") if len(named) == 2 else None


def _is_relative(spelling: Spelling) -> bool:
    """Whether a path begins in the folder that the script is in; one that begins with something unknown does not."""
    first = next((piece.content for piece in spelling if piece.content != ""), "")
    return isinstance(first, str) and bool(first) and not first.startswith(("/", "~", "-"))


def _below(base: Spelling, path: Spelling) -> Spelling:
    """A relative path behind the folder that it is in."""
    head, *rest = (piece for piece in path if piece.content != "")
    text = str(head.content)
    while text.startswith("./") and len(text) > 2:
        text = text[2:].lstrip("/")
    while base and text.startswith("..") and text[2:3] in ("", "/"):
        shorter = _parent(base)
        if shorter is None:
            break
        base, text = shorter, text[3:].lstrip("/")
    if not base:
        return (Piece(text, trace=head.trace), *rest)
    if not text:
        return (*base, *rest)
    last = base[-1]
    if isinstance(last.content, str) and last.content.endswith("/"):
        base = (*base[:-1], Piece(last.content.rstrip("/"), trace=last.trace))
    return (*base, Piece("/" + text, trace=head.trace), *rest)


def _parent(base: Spelling) -> Spelling | None:
    """The folder that a path is in, None where its last name is not written."""
    last = base[-1].content
    name = last.rstrip("/").rpartition("/")[2] if isinstance(last, str) else ""
    if not name or name in (".", "..") or name == last:
        return None
    head = str(last).rstrip("/")[: -len(name)].rstrip("/")
    return (*base[:-1], Piece(head, trace=base[-1].trace)) if head else base[:-1]


def _without(spelling: Spelling, prefix: str) -> Spelling:
    """A word without the option that its value is written behind."""
    if not prefix or not spelling or not isinstance(spelling[0].content, str):
        return spelling
    text = spelling[0].content.removeprefix(prefix)
    return (Piece(text, trace=spelling[0].trace), *spelling[1:]) if text else spelling[1:]


def _cut(spelling: Spelling, at: int) -> Spelling:
    """What is behind the character `at` of a path, in which each value counts as one."""
    rest: list[Piece] = []
    for piece in spelling:
        length = len(piece.content) if isinstance(piece.content, str) else 1
        if at <= 0:
            rest.append(piece)
        elif at < length and isinstance(piece.content, str):
            rest.append(Piece(piece.content[at:], trace=piece.trace))
        at -= length
    return tuple(rest)

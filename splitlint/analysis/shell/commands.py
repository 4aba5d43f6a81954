"""Which command a word is handed to, seen through `sudo`, `env A=B`, `xargs`, `find -exec` and their like."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from tree_sitter import Node

from splitlint.analysis.shell.facts import Facts
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass
from splitlint.syntax import shell

#: Commands that run another: their options that take a value, and how many words stand before the other command.
_WRAPPERS: dict[str, tuple[str, int]] = {
    "builtin": ("", 0),
    "chroot": ("", 1),
    "command": ("", 0),
    "doas": ("uC", 0),
    "env": ("uCS", 0),
    "exec": ("a", 0),
    "fakeroot": ("", 0),
    "ionice": ("cnp", 0),
    "nice": ("n", 0),
    "nohup": ("", 0),
    "setsid": ("", 0),
    "stdbuf": ("ioe", 0),
    "sudo": ("ugCDhpRTU", 0),
    "time": ("fo", 0),
    "timeout": ("ks", 1),
    "unshare": ("", 0),
    "xargs": ("aEdIiLnPs", 0),
}
#: Options of those that name the folder to run it in.
_FOLDERS = {"env": ("-C", "--chdir"), "sudo": ("-D", "--chdir"), "doas": (), "unshare": ("--wd",)}
_EXECUTIONS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_ASSIGNS = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_]*=")
_HOLDERS = frozenset(
    {"command", "declaration_command", "unset_command", "test_command", "for_statement", "case_statement"}
)


@dataclass(frozen=True)
class Command:
    """A command as it is run: its name without folders, the words handed to it, its redirections.

    `[`, `[[`, `for` and `case` count as commands. `name` is "" where it is not known. `node` is the statement's node,
    also where the command is run by another one in it; `through` names those, outermost first, `folders` the words
    that say where they run it, each with what stands in the word before the folder's name.
    """

    name: str
    arguments: tuple[Node, ...]
    redirects: tuple[Node, ...]
    node: Node
    through: tuple[str, ...] = ()
    folders: tuple[tuple[Node, str], ...] = ()

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The arguments as they are written."""
        return tuple(map(shell.node_text, self.arguments))

    @cached_property
    def text(self) -> str:
        """All of the statement."""
        return shell.node_text(self.node)

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        return sorted((word.start_byte, number) for number, word in enumerate(self.arguments))

    def argument_at(self, offset: int) -> int | None:
        """The number of the argument that has the script's byte `offset`, None if none has."""
        at = bisect_right(self._places, (offset, len(self.arguments))) - 1
        if at < 0:
            return None
        number = self._places[at][1]
        return number if offset < self.arguments[number].end_byte else None


def command_at(facts: Facts, node: Node) -> Command | None:
    """The command that a word, or a node in a word, is handed to; None in an assignment of its own."""
    child = node
    for around in facts.ancestors(node):
        kind = around.type
        if kind in ("command_substitution", "process_substitution"):
            return None
        if kind in _HOLDERS:
            if kind in ("for_statement", "case_statement") and child.type in ("do_group", "case_item"):
                return None
            return _at(command_of(facts, around), node.start_byte)
        if kind == "redirected_statement":
            body = around.child_by_field_name("body")
            if body is None or body.type not in _HOLDERS:
                return None
            whole = command_of(facts, body)
            return seen_through(whole) if whole.argument_at(node.start_byte) is None else _at(whole, node.start_byte)
        child = around
    return None


def command_of(facts: Facts, node: Node) -> Command:
    """The command that a `command` node (or `[`, `for`, `case`) is, before looking through wrappers."""
    known = facts.kept.get(node.id)
    if not isinstance(known, Command):
        known = facts.kept[node.id] = _command_of(facts, node)
    return known


def _command_of(facts: Facts, node: Node) -> Command:
    redirects = _redirects(facts, node)
    extra = tuple(word for redirect in redirects for word in shell.redirect_words(redirect))
    if node.type == "for_statement":
        return Command("for", tuple(node.children_by_field_name("value")), redirects, node)
    if node.type == "case_statement":
        return Command("case", tuple(node.children_by_field_name("value")), redirects, node)
    if node.type == "test_command":
        return Command(node.children[0].type, tuple(node.named_children), redirects, node)
    if node.type in ("declaration_command", "unset_command"):
        return Command(node.children[0].type, tuple(node.named_children), redirects, node)
    name = node.child_by_field_name("name")
    arguments = tuple(node.children_by_field_name("argument"))
    return Command(_base(name) if name is not None else "", arguments + extra, redirects, node)


def seen_through(command: Command) -> Command:
    """The command that really runs: `sudo env A=B modprobe x` is `modprobe x`."""
    for _ in range(8):
        inner = _unwrapped(command)
        if inner is None:
            return command
        command = inner
    return command


def _at(command: Command, offset: int) -> Command:
    """The command that the word at `offset` is an argument of, inside wrappers and `find -exec`."""
    for _ in range(8):
        inner = _unwrapped(command) or _executed(command, offset)
        if inner is None or (inner.argument_at(offset) is None and not _names(command, inner, offset)):
            return command
        command = inner
    return command


def _names(command: Command, inner: Command, offset: int) -> bool:
    """Whether the word at `offset` is the inner command's name."""
    number = command.argument_at(offset)
    first = len(command.arguments) - len(inner.arguments) - 1
    return number is not None and number == first


def _unwrapped(command: Command) -> Command | None:
    if command.name not in _WRAPPERS:
        return None
    with_value, words = _WRAPPERS[command.name]
    goes = _FOLDERS.get(command.name, ())
    folders = list(command.folders)
    at, arguments = 0, command.arguments
    while at < len(arguments):
        text = command.texts[at]
        if text.startswith("-") and text not in ("-", "--"):
            takes_value = text in goes or (not text.startswith("--") and text[-1] in with_value and len(text) == 2)
            if text in goes and at + 1 < len(arguments):
                folders.append((arguments[at + 1], ""))
            else:
                folders.extend((arguments[at], f"{one}=") for one in goes if text.startswith(f"{one}="))
            at += 2 if takes_value else 1
        elif _ASSIGNS.match(text) or text in ("-", "--"):
            at += 1
        elif words:
            words -= 1
            at += 1
        else:
            through = (*command.through, command.name)
            rest = arguments[at + 1 :]
            return Command(_base(arguments[at]), rest, command.redirects, command.node, through, tuple(folders))
    return None


def _executed(command: Command, offset: int) -> Command | None:
    """The command behind the `-exec` of `find` that the word at `offset` belongs to."""
    if command.name != "find":
        return None
    number = command.argument_at(offset)
    if number is None:
        return None
    texts = command.texts
    starts = [at for at in range(number) if texts[at] in _EXECUTIONS]
    if not starts:
        return None
    first = starts[-1] + 1
    ends = (at for at in range(first, len(texts)) if texts[at] in ("+", ";", "\\;", "';'", '";"'))
    end = next(ends, len(texts))
    if not first <= number < end:
        return None
    inner = command.arguments[first + 1 : end]
    through = (*command.through, "find -exec")
    return Command(_base(command.arguments[first]), inner, (), command.node, through, command.folders)


def _base(name: Node) -> str:
    """The last part of a command's name: `modprobe` of `${pkgs.kmod}/bin/modprobe`; "" if that is computed."""
    text = shell.node_text(name).strip("\"'")
    last = text.rsplit("/", 1)[-1]
    return "" if "$" in last or "`" in last or "__nix_" in last else last


def _redirects(facts: Facts, node: Node) -> tuple[Node, ...]:
    own = tuple(child for child in node.children if child.type.endswith("_redirect"))
    around = facts.parents.get(node.id)
    if around is None or around.type != "redirected_statement":
        return own
    outer = []
    for child in around.children_by_field_name("redirect"):
        outer.append(child)
        if child.type == "heredoc_redirect":
            outer += [inner for inner in child.children if inner.type == "file_redirect"]
    return own + tuple(outer)

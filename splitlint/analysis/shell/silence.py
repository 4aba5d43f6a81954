"""Why nobody would notice that a path in a shell script is not there.

Each answer is a short English phrase that goes before ": the build succeeds, but ..". How the commands behave was
measured on files that are missing.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from splitlint.analysis.model.values import Text
from splitlint.analysis.shell.commands import Command, command_at, command_of
from splitlint.analysis.shell.facts import Facts
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import shell

#: The answer where only the message of a failure is lost: it still stops a script under `set -e`.
HIDDEN = "`2>/dev/null` hides the error"
_FILE_TESTS = lazy_pattern(r"-[a-hkprstuwxGLNOS]\Z")
_LINK_OPTION = lazy_pattern(r"-[A-Za-z]*s[A-Za-z]*\Z|--symbolic\Z")
_COPIERS = frozenset({"cp", "rsync", "tar", "cpio", "du", "chmod", "chown", "grep", "lndir", "copy", "mksquashfs"})
_TO_LAST = frozenset({"cp", "rsync", "lndir", "copy", "mksquashfs"})
_TARGET_OPTIONS = frozenset({"-t", "--target-directory"})
_SEARCHERS = frozenset({"find", "fd", "nuke-refs"})
_LEAVERS = frozenset({"exit", "return", "false", "die", "fail", "abort", "error", "fatal", "bail", "panic"})
_FORCE_OPTION = lazy_pattern(r"-[A-Za-z]*f")
_GLOB = lazy_pattern(r"[*?]|\[[^\]]+\]")
_LOST_IN = frozenset({"declaration_command", "command", "for_statement", "case_statement", "test_command"})


def silence(facts: Facts, node: Node, path: Text, pipefail: bool) -> str | None:
    """The reason at a word (or a node in it) that a value, followed by `path`, is read from; None if it is loud.

    `pipefail`: whether a failure on the left of a pipe counts, as it does in stdenv's phases.
    """
    command = command_at(facts, node)
    around = _around(facts, node, pipefail)
    if command is None:
        return around
    if command.name in ("[", "[[", "test"):
        return _of_test(facts, node) if around is not None else None
    return _of_command(facts, command, node, path) or around


def _of_command(facts: Facts, command: Command, node: Node, path: Text) -> str | None:
    number = command.argument_at(node.start_byte)
    if number is None:
        return None
    name, texts = command.name, command.texts
    if name == "for":
        return _of_loop(facts, command.node) if _GLOB.search(texts[number]) else None
    is_last = number == len(texts) - 1 and number > 0 and not texts[number - 1].startswith("-")
    if name == "ln" and any(_LINK_OPTION.match(text) for text in texts) and not is_last:
        return "`ln -s` makes a dangling link" if path.parts else "`ln -s` succeeds whatever it points to"
    if name == "rm" and any(_FORCE_OPTION.match(text) for text in texts):
        return "`rm -f` ignores what is missing"
    if _is_bare(path) and not (is_last and name in _TO_LAST) and texts[number - 1] not in _TARGET_OPTIONS:
        if name in _SEARCHERS:
            return f"`{name}` finds nothing and succeeds"
        if name in _COPIERS:
            return f"`{name}` succeeds with what is left there"
    if facts.has_nullglob and _GLOB.search(texts[number]):
        return "with `nullglob` the glob expands to nothing"
    return None


def _of_loop(facts: Facts, loop: Node) -> str | None:
    """A glob that matches nothing: passed over with nullglob, or where the body tests what it is given."""
    name, body = loop.child_by_field_name("variable"), loop.child_by_field_name("body")
    if name is None or body is None:
        return None
    tested = re.search(rf"-[a-z]\s+\"?\$\{{?{re.escape(shell.node_text(name))}\b", shell.node_text(body))
    if tested or facts.has_nullglob:
        return "the glob of the loop matches nothing"
    return None


def _of_test(facts: Facts, node: Node) -> str:
    word = node
    for outer in facts.ancestors(node):
        if outer.type not in shell.WORDS:
            break
        word = outer
    before = facts.text[max(0, word.start_byte - 40) : word.start_byte].split()
    operator = before[-1].decode("utf-8", "replace") if before else ""
    return f"`[ {operator} ]` is false" if _FILE_TESTS.match(operator) else "the test is false"


def _is_bare(path: Text) -> bool:
    """Whether the whole of a value is meant: nothing, `/`, `/.` or `/*` follows."""
    return all(isinstance(part.content, str) and part.content.strip("/.*") == "" for part in path.parts)


def _around(facts: Facts, node: Node, pipefail: bool) -> str | None:
    """What the statements around a word do to its failure; the strongest reason first."""
    hidden: str | None = None
    child = node
    for around in facts.ancestors(node):
        kind = around.type
        reason: str | None = None
        if kind == "function_definition":
            break
        if kind == "list":
            reason = _of_list(facts, around, child)
        elif kind == "pipeline":
            reason = _of_pipeline(around, child, pipefail)
        elif kind in ("if_statement", "elif_clause"):
            reason = "the `if` takes the other branch" if facts.is_condition(around, child) else None
        elif kind == "while_statement":
            reason = "the loop ends" if child.type != "do_group" else None
        elif kind == "negated_command":
            reason = "`!` inverts the failure"
        elif kind in ("command_substitution", "process_substitution"):
            reason = _of_substitution(facts, around)
        elif kind == "redirected_statement" and hidden is None and _hides_errors(around):
            hidden = HIDDEN
        if reason is not None:
            return reason
        child = around
    return hidden


def _of_list(facts: Facts, around: Node, child: Node) -> str | None:
    if around.children[0].id != child.id:
        return None
    operator = next((one.type for one in around.children if one.type in ("||", "&&")), "")
    right = around.children[-1]
    if operator == "&&":
        around_it = facts.parents.get(around.id)
        if around_it is not None and around_it.type == "command_substitution":
            return None
        return "a failure on the left of `&&` is no error"
    if operator != "||" or is_left_with_failure(facts, right):
        return None
    text = shell.node_text(right)
    what = f"`|| {text}`" if len(text) <= 20 and "\n" not in text else "`||`"
    return f"{what} hides the failure"


def is_left_with_failure(facts: Facts, node: Node) -> bool:
    """Whether a statement ends the script or the function with a failure, as far as its names tell."""
    for one, _ in shell.walk(node):
        if one.type == "command":
            name = command_of(facts, one).name
            if name in _LEAVERS and "exit 0" not in shell.node_text(one) and "return 0" not in shell.node_text(one):
                return True
    return False


def _of_pipeline(around: Node, child: Node, pipefail: bool) -> str | None:
    if pipefail or around.named_children[-1].id == child.id:
        return None
    return "without `pipefail` a failure left of `|` is lost"


def _of_substitution(facts: Facts, around: Node) -> str | None:
    """A substitution's failure counts only where it is all of an assignment."""
    if around.type == "process_substitution":
        return "a failure in `<(...)` is lost"
    for outer in facts.ancestors(around):
        if outer.type in _LOST_IN:
            what = shell.node_text(outer.children[0]) if outer.child_count else ""
            return f"a failure in `$(...)` is lost in `{what.splitlines()[0][:20] if what else outer.type}`"
        if outer.type == "variable_assignment":
            statement = facts.parents.get(outer.id)
            if statement is None or statement.type != "declaration_command":
                return None
    return None


def _hides_errors(statement: Node) -> bool:
    text = b"".join((one.text or b"").replace(b" ", b"") for one in statement.children_by_field_name("redirect"))
    return b"2>/dev/null" in text or b"&>/dev/null" in text or (b">/dev/null" in text and b"2>&1" in text)

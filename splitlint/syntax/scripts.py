"""Which strings of Nix source are shell scripts, by the names around them.

The names are those of nixpkgs: the phases and hooks of stdenv, the trivial builders, the NixOS options that take
commands. A string inside an interpolation of a script (`${optionalString x ''..''}`) is script too.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax import nix

#: Attributes whose text is run by a shell.
_SHELL_ATTRIBUTES = lazy_pattern(
    r"""\w*([pP]hase|Commands?|[hH]ook|Script|[sS]hellInit) | script | command | reload | profile | installer
    | (pre|post)([A-Z]\w*)? | \w*(pre|post)(Install|Build|Configure|Fixup|Patch|Unpack|Check|Start|Stop|Mount)
    | (system|user)?[aA]ctivationScripts? | ExecStart(Pre|Post)?""",
    re.VERBOSE,
)
_OTHER_ATTRIBUTES = frozenset({"testScript", "description", "longDescription", "meta", "luaScript", "pythonScript"})

#: Functions and the argument (from 0) that is a script.
_SHELL_ARGUMENTS = {
    "runCommand": 2,
    "runCommandCC": 2,
    "runCommandLocal": 2,
    "runCommandNoCC": 2,
    "runCommandNoCCLocal": 2,
    "runCommandWith": 1,
    "writeBash": 1,
    "writeBashBin": 1,
    "writeDash": 1,
    "writeDashBin": 1,
    "writeScript": 1,
    "writeScriptBin": 1,
    "writeShellScript": 1,
    "writeShellScriptBin": 1,
    "noDepEntry": 0,
    "fullDepEntry": 0,
    "stringAfter": 1,
}

#: Functions that hand a string on as it is, or put strings together.
_PASSING = frozenset(
    {
        "concatLines", "concatMapStrings", "concatMapStringsSep", "concatStrings", "concatStringsSep", "flip",
        "mkAfter", "mkBefore", "mkDefault", "mkForce", "mkIf", "mkMerge", "mkOrder", "mkOverride", "optional",
        "optionalString", "optionals", "toString",
    }
)  # fmt: skip
_OTHER_LANGUAGES = lazy_pattern(r"python|perl|ruby|node|lua|awk|nix-shell")
#: A line of a longer string that can hardly be anything but a shell's.
_COMMAND_LINE = lazy_pattern(
    r"\n\s*(?:(?:cp|ln|mkdir|rm|install|find|cat|echo|modprobe|insmod|depmod|chmod|mount) +[-$\"'/.]"
    r"|export \w+=|\w+=\$\(|if \[|for \w+ in |set -[eux])"
)
_THROUGH = frozenset(
    {"parenthesized_expression", "binary_expression", "if_expression", "let_expression", "with_expression",
     "assert_expression", "list_expression", "function_expression"}
)  # fmt: skip


def is_shell(string: Node) -> bool | None:
    """Whether a Nix string is a shell script: surely, surely not, or None where its surroundings do not tell."""
    by_shebang = _by_shebang(string)
    if by_shebang is not None:
        return by_shebang
    by_place = _by_place(string)
    if by_place is None and _COMMAND_LINE.search(nix.node_text(string)):
        return True
    return by_place


def _by_place(string: Node) -> bool | None:
    child, around = string, string.parent
    for _ in range(60):
        if around is None:
            return None
        kind = around.type
        if kind == "interpolation":
            outer = around.parent
            return is_shell(outer) if outer is not None and outer.type in nix.STRINGS else None
        if kind == "binding":
            return _by_attribute(around)
        if kind == "apply_expression":
            known = _by_function(around, child)
            if known is not None:
                return known
        elif kind not in _THROUGH:
            return None
        child, around = around, around.parent
    return None


def _by_shebang(string: Node) -> bool | None:
    first = string.named_children[:4]
    text = "".join(nix.node_text(node) for node in first)[:200].lstrip()
    if not text.startswith("#!"):
        return None
    line = text.split("\n", 1)[0].rstrip()
    program = line.split()[-1] if "env " in line or "/env" in line else line.split()[0]
    name = program.rsplit("/", 1)[-1]
    if name.endswith("sh") or re.search(r"[sS]hell\b", line):
        return True
    return False if _OTHER_LANGUAGES.search(line) else None


def _by_attribute(binding: Node) -> bool | None:
    path = binding.child_by_field_name("attrpath")
    names = [name for name in nix.attribute_names(path) if name is not None] if path is not None else []
    if not names:
        return None
    if names[-1] in _OTHER_ATTRIBUTES:
        return False
    if _SHELL_ATTRIBUTES.fullmatch(names[-1]):
        return True
    if names[-1] == "text":
        return _is_shell_text(binding, names)
    return True if any(name.endswith("ctivationScripts") for name in names) else None


def _is_shell_text(binding: Node, names: list[str]) -> bool | None:
    """`text` is a script in `writeShellApplication { }` and in activation scripts, and just text elsewhere."""
    if any(name.endswith("ctivationScripts") for name in names):
        return True
    around = binding.parent
    for _ in range(6):
        if around is None:
            return None
        if around.type == "apply_expression":
            function, _arguments = nix.call_spine(around)
            return True if _last_name(function) == "writeShellApplication" else None
        if around.type == "binding":
            path = around.child_by_field_name("attrpath")
            outer = nix.attribute_names(path) if path is not None else ()
            return True if any(name and name.endswith("ctivationScripts") for name in outer) else None
        around = around.parent
    return None


def _by_function(call: Node, child: Node) -> bool | None:
    """What a call says of its argument `child`; None where one has to look at what is around the call."""
    head, arguments = nix.call_spine(call)
    name = _last_name(head)
    number = next((at for at, argument in enumerate(arguments) if argument.id == child.id), None)
    if number is None or name in _PASSING:
        return None
    if name in _SHELL_ARGUMENTS:
        return number == _SHELL_ARGUMENTS[name]
    if name.startswith(("writePython", "writePerl", "writeRuby", "writeC", "writeHaskell", "writeRust", "writeText")):
        return False
    return None


def _last_name(function: Node) -> str:
    if function.type == "select_expression":
        path = function.child_by_field_name("attrpath")
        names = nix.attribute_names(path) if path is not None else ()
        return (names[-1] if names else None) or ""
    return nix.node_text(function) if function.type == "variable_expression" else ""

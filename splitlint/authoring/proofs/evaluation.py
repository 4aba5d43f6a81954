"""Code evaluated by the real Nix in a stand-in for nixpkgs, as text that shows what it is made of.

Nix runs without a store, without the network, and may read nothing but the stand-in and the code itself.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from tree_sitter import Node

from splitlint.authoring.proofs.options_read import options_read
from splitlint.authoring.proofs.shown_values import plain
from splitlint.startup.named_tuples import NamedTuple
from splitlint.syntax import nix

#: The stand-in, and `judge.nix`, which evaluates jobs.
STAND_IN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nix")
_SECONDS = 120
_TRACE = re.compile(r"^trace: judged (.*)$", re.MULTILINE)
_ERROR = re.compile(r"^ *error: (.+)$", re.MULTILINE)
_MISSING = re.compile(r"undefined variable '([^']+)'|attribute '([^']+)' missing")
_OVERLAYS = {
    ("final", "prev"),
    ("self", "super"),
    ("_final", "prev"),
    ("_self", "super"),
    ("_", "prev"),
    ("_", "super"),
}
_WRAPPER = (
    "names: globals: with names;\n"
    "let inherit (globals) builtins import pathExists readDir readFile __findFile; in (\n{text}\n)\n"
)
Job = TypeVar("Job")


class EvaluationError(Exception):
    """Nix could not be run, or gave no answer."""


class Raw(NamedTuple):
    """What a fragment evaluates to: as text, with the outputs that its string context has by derivation; or why not."""

    text: str = ""
    context: Mapping[str, Sequence[str]] = {}
    error: str = ""


class Fragment(NamedTuple):
    """Code where Nix can import it: the file, what its outermost functions take, the options that it reads."""

    file: str
    heads: tuple[str, ...]
    options: tuple[tuple[str, ...], ...] = ()

    @property
    def attributes(self) -> dict[str, str]:
        """What a job says of it, as Nix expressions."""
        options = f"[ {' '.join(map(strings, self.options))} ]"
        return {"file": string(self.file), "heads": strings(self.heads), "options": options}


def strings(words: Iterable[str]) -> str:
    """A list of strings in Nix."""
    return f"[ {' '.join(map(string, words))} ]"


def string(text: str) -> str:
    """A string in Nix."""
    return json.dumps(text, ensure_ascii=False).replace("${", "\\${")


def attributes(pairs: Mapping[str, str]) -> str:
    """A set in Nix, of expressions by name."""
    return f"{{ {' '.join(f'{name} = {value};' for name, value in pairs.items())} }}"


def command(program: str, *folders: str) -> list[str]:
    """The command that evaluates a program from standard input; it may read these folders only."""
    restricted = ["--readonly-mode", "--store", "dummy://", "--option", "restrict-eval", "true"]
    paths = [word for number, folder in enumerate(folders) for word in ("-I", f"read{number}={folder}")]
    return [program, "--eval", "--strict", "--json", *restricted, *paths, "-"]


def placed(text: str, file: str) -> Fragment:
    """Writes code where Nix can import it: an expression, or bindings of an attribute set."""
    text = plain(text)
    root = nix.parse(text.encode()).root_node
    if root.has_error:
        braced = f"{{\n{text}\n}}"
        braced_root = nix.parse(braced.encode()).root_node
        if not braced_root.has_error:
            text, root = braced, braced_root
    with open(file, "w", encoding="utf-8") as stream:
        stream.write(_WRAPPER.replace("{text}", text))
    return Fragment(file, _heads(root.child_by_field_name("expression")), options_read(root))


def _heads(node: Node | None) -> tuple[str, ...]:
    """What the outermost functions of an expression take."""
    heads: list[str] = []
    while node is not None:
        if node.type == "function_expression":
            name = node.child_by_field_name("universal")
            has_formals = node.child_by_field_name("formals") is not None
            heads.append("formals" if has_formals or name is None else nix.node_text(name))
        elif node.type not in ("let_expression", "with_expression", "assert_expression", "parenthesized_expression"):
            break
        node = node.child_by_field_name("body") or node.child_by_field_name("expression")
    return ("overlay",) if tuple(heads) in _OVERLAYS else tuple(heads)


def outcomes(
    jobs: Sequence[Job],
    run: Sequence[str],
    program: Callable[[Sequence[Job], Sequence[str]], str],
    *,
    strangers: list[str],
    known: Iterable[str] = (),
) -> Iterator[tuple[Job, Raw]]:
    """What each job evaluates to, in their order. An error ends a run of Nix; the next one begins behind what failed.

    `run` is the command, `program` the Nix code for some jobs and the names of strangers. `strangers` gains the names
    that nobody knows, but for those in `known`. Raises EvaluationError.
    """
    never = frozenset(known)
    at = 0
    while at < len(jobs):
        said, status = _ran(run, program(jobs[at:], strangers))
        for traced in _TRACE.findall(said):
            yield jobs[at], _raw(json.loads(traced))
            at += 1
        if status == 0:
            return
        found = _MISSING.search(said)
        name = found[1] or found[2] if found else ""
        if name and name not in strangers and name not in never:
            strangers.append(name)
            continue
        yield jobs[at], Raw(error=_first_error(said))
        at += 1


def _ran(run: Sequence[str], program: str) -> tuple[str, int]:
    settings = {"PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent"}
    try:
        done = subprocess.run(
            run, input=program, capture_output=True, text=True, timeout=_SECONDS, check=False, env=settings
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EvaluationError(f"Nix could not be run: {error}") from error
    return done.stderr, done.returncode


def _raw(result: Mapping[str, object]) -> Raw:
    context = result["context"]
    assert isinstance(context, dict)
    return Raw(str(result["text"]), context)


def _first_error(said: str) -> str:
    """What is wrong; a newer Nix tells on the way to it, under a bare `error:`, what it was evaluating."""
    return next(iter(_ERROR.findall(said)), said)

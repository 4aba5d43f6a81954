"""Fixes of expressions that take one output of a package, and where that is missing, the wrong one instead of it."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.nixpkgs import table
from splitlint.findings.finding import Edit, Fix
from splitlint.fixes.make import edits
from splitlint.fixes.make.job import Job, short
from splitlint.matching.syntax_around import called_name
from splitlint.syntax import nix
from splitlint.syntax.parents import parent_of


def take_whole(job: Job) -> tuple[Fix, ...]:
    """`kind = "fallback"`, `from`: fall back to the whole package instead of its output `from`.

    In an `if`, behind `or`, and in the list of `getFirstOutput`. A condition that is left without a choice goes.
    """
    wrong = job.word("from")
    changes = [change for one in _results(job.package) if (change := _changed(job, one, wrong)) is not None]
    if not changes:
        return ()
    told = f"write `{short(changes[0].text)}`" if changes[0].text else f'remove `"{wrong}"`'
    return (Fix(told, job.safety, tuple(dict.fromkeys(changes))),)


def _results(node: Node) -> Iterator[Node]:
    """The expressions that an expression may give."""
    inner = nix.skip_parentheses(node)
    if inner.type == "if_expression":
        for branch in ("consequence", "alternative"):
            found = inner.child_by_field_name(branch)
            yield from _results(found) if found is not None else ()
    elif inner.type == "let_expression":
        body = inner.child_by_field_name("body")
        yield from _results(body) if body is not None else ()
    elif inner.type == "select_expression" and (default := inner.child_by_field_name("default")) is not None:
        yield from _results(default)
    else:
        yield inner


def _changed(job: Job, node: Node, wrong: str) -> Edit | None:
    if node.type == "apply_expression":
        return _without_name(job, node, wrong)
    whole = _base_of(node, wrong)
    return _instead(job, node, whole) if whole is not None else None


def _base_of(node: Node, last: str) -> str | None:
    """`a.k` for `a.k.last`; None for anything else."""
    path = node.child_by_field_name("attrpath") if node.type == "select_expression" else None
    if path is None or nix.attribute_names(path)[-1] != last:
        return None
    kept = path.children_by_field_name("attr")[-2:-1]
    base = kept[0] if kept else node.child_by_field_name("expression")
    if base is None:
        return None
    # A comment before the last name is not kept, which leaves the fix to people.
    return (node.text or b"")[: base.end_byte - node.start_byte].decode("utf-8", "replace")


def _instead(job: Job, node: Node, whole: str) -> Edit:
    """The package in place of its output; in place of the whole `if`, where the other branch is the same."""
    target = node
    while (parent := parent_of(target)) is not None and parent.type in ("parenthesized_expression", "if_expression"):
        if parent.type == "if_expression":
            branches = [parent.child_by_field_name(name) for name in ("consequence", "alternative")]
            others = [one for one in branches if one is not None and one != target]
            if len(others) != 1 or nix.node_text(nix.skip_parentheses(others[0])) != whole:
                break
        elif (around := parent_of(parent)) is None or around.type != "if_expression":
            break
        target = parent
    return edits.replace(job.source, target, whole)


def _without_name(job: Job, call: Node, wrong: str) -> Edit | None:
    """`getFirstOutput [ "modules" ] k` for `getFirstOutput [ "modules" "dev" ] k`."""
    head, arguments = nix.call_spine(call)
    if (
        called_name(head) not in table.marked("chooses")
        or len(arguments) != 2
        or arguments[0].type != "list_expression"
    ):
        return None
    names = arguments[0].named_children
    found = next((at for at, one in enumerate(names) if nix.literal_string(one) == wrong), None)
    if found is None or found == 0:
        return None
    before, name = names[found - 1], names[found]
    # A comment that ends its line needs the line's end.
    start = before.end_byte if before.type != "comment" else name.start_byte
    return Edit(job.source.path, start, name.end_byte, "")

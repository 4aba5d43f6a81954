"""Rewritings of calls: the same function gets the same arguments in another way."""

from __future__ import annotations

from random import Random

from tree_sitter import Node

from splitlint.syntax import nix
from tests.variants.syntax import Changes, chosen, formals, fresh, is_applied, nodes, replaced, text


def partly_applied(rng: Random, data: bytes, root: Node) -> Changes | None:
    """`f a b` becomes `let g = f a; in g b`, and `f a` becomes `let g = f; in g a`."""
    found = _calls(root)
    node = chosen(rng, found)
    parts = _parts(node) if node is not None else None
    if node is None or parts is None:
        return None
    function, argument = map(text, parts)
    name = fresh(rng, root)
    forms = [
        f"(let {name} = {function}; in {name} {argument})",
        f"(({name}: {name} {argument}) ({function}))",
        f"(builtins.head (map ({function}) [ ({argument}) ]))",
    ]
    return [replaced(node, rng.choice(forms))]


def flipped(rng: Random, data: bytes, root: Node) -> Changes | None:
    """`f a b` becomes `lib.flip f b a`."""
    if "lib" not in formals(root):
        return None
    found = []
    for node in _calls(root):
        parts = _parts(node)
        inner = _parts(parts[0]) if parts is not None else None
        # The stand-in asks which options are conditions by how they are written.
        if parts is not None and inner is not None and "optional" not in text(inner[0]):
            found.append((node, inner[0], inner[1], parts[1]))
    if not found:
        return None
    node, function, first, second = rng.choice(found)
    return [replaced(node, f"(lib.flip ({text(function)}) ({text(second)}) ({text(first)}))")]


def with_operator(rng: Random, data: bytes, root: Node) -> Changes | None:
    """`f x` becomes `x |> f` or `f <| x`."""
    node = chosen(rng, _calls(root))
    parts = _parts(node) if node is not None else None
    if node is None or parts is None:
        return None
    function, argument = map(text, parts)
    return [replaced(node, rng.choice([f"(({argument}) |> ({function}))", f"(({function}) <| ({argument}))"]))]


def without_operators(written: str) -> str:
    """A text with calls in place of the operators `|>` and `<|`, which are too new for some Nix."""
    data = written.encode()
    while True:
        found = [node for node in nodes(nix.parse(data).root_node) if _is_pipe(node)]
        if not found:
            return data.decode()
        node = min(found, key=lambda one: one.end_byte - one.start_byte)
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        assert left is not None
        assert right is not None
        function, argument = (right, left) if nix.operator(node) == "|>" else (left, right)
        call = f"(({text(function)}) ({text(argument)}))"
        data = data[: node.start_byte] + call.encode() + data[node.end_byte :]


def _is_pipe(node: Node) -> bool:
    return node.type == "binary_expression" and nix.operator(node) in ("|>", "<|")


def _calls(root: Node) -> list[Node]:
    """The calls of functions that are not themselves what is called."""
    return [node for node in nodes(root) if node.type == "apply_expression" and not is_applied(node)]


def _parts(node: Node) -> tuple[Node, Node] | None:
    """What a call calls, and with what."""
    function, argument = node.child_by_field_name("function"), node.child_by_field_name("argument")
    if node.type != "apply_expression" or function is None or argument is None:
        return None
    return function, argument

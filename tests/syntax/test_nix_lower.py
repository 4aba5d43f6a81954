"""Typed nodes stand where tree-sitter's do, mean what Nix means, and are made of anything.

SPLITLINT_TREES may name folders, separated by colons, whose files are read besides those of corpus/.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tree_sitter import Node as TreeNode

from splitlint.syntax import nix
from splitlint.syntax.nix_tree.bindings import AttrSet, Binding, Inherited, Let
from splitlint.syntax.nix_tree.lower import lower
from splitlint.syntax.nix_tree.lowering import DEEPEST
from splitlint.syntax.nix_tree.nodes import (
    Apply,
    Assert,
    Attribute,
    Binary,
    Broken,
    HasAttr,
    If,
    Lambda,
    List,
    Literal,
    Name,
    Node,
    Select,
    Unary,
    With,
    walk,
)
from splitlint.syntax.nix_tree.strings import Fragment, Str

CORPUS = Path(__file__).parents[2] / "corpus"
TREES = "SPLITLINT_TREES"
_KINDS: dict[str, type[Node]] = {
    "variable_expression": Name,
    "integer_expression": Literal,
    "float_expression": Literal,
    "uri_expression": Literal,
    "hpath_expression": Literal,
    "spath_expression": Literal,
    "path_expression": Literal,
    "string_expression": Str,
    "indented_string_expression": Str,
    "list_expression": List,
    "attrset_expression": AttrSet,
    "rec_attrset_expression": AttrSet,
    "let_attrset_expression": AttrSet,
    "let_expression": Let,
    "with_expression": With,
    "assert_expression": Assert,
    "if_expression": If,
    "function_expression": Lambda,
    "apply_expression": Apply,
    "select_expression": Select,
    "has_attr_expression": HasAttr,
    "unary_expression": Unary,
    "binary_expression": Binary,
}
Spans = Counter[tuple[type[Node], int, int]]


def lowered(text: str) -> Node:
    data = text.encode()
    return lower(nix.parse(data).root_node, data)


def tree_nodes(root: TreeNode) -> Iterator[tuple[TreeNode, TreeNode | None]]:
    """The named nodes of a tree, each with its parent."""
    pending: list[tuple[TreeNode, TreeNode | None]] = [(root, None)]
    while pending:
        node, parent = pending.pop()
        yield node, parent
        pending.extend((child, node) for child in node.named_children)


def is_attribute_name(node: TreeNode, parent: TreeNode | None) -> bool:
    """Whether a string is a name that an attribute path states, as it is or between `${` and `}`."""
    if node.type != "string_expression" or parent is None:
        return False
    if any(child.type == "interpolation" for child in node.named_children):
        return False
    return parent.type in ("attrpath", "inherited_attrs") or (
        parent.type == "interpolation"
        and parent.parent is not None
        and parent.parent.type in ("attrpath", "inherited_attrs")
    )


def is_merged(node: TreeNode, parent: TreeNode | None) -> bool:
    """Whether an application or a chain of operators goes on in its parent."""
    if parent is None or parent.type != node.type:
        return False
    if node.type == "apply_expression":
        return parent.child_by_field_name("function") == node
    return (
        node.type == "binary_expression"
        and nix.operator(node) == nix.operator(parent)
        and (nix.operator(node) in ("+", "++", "//"))
    )


def spans_of_tree(root: TreeNode) -> Spans:
    """What typed nodes a tree is to become, with their spans."""
    found: Spans = Counter()
    for node, parent in tree_nodes(root):
        kind = _KINDS.get(node.type)
        if kind is None or is_attribute_name(node, parent) or is_merged(node, parent):
            continue
        if node.type == "path_expression" and any(child.type == "interpolation" for child in node.named_children):
            kind = Str
        if node.type == "let_attrset_expression":
            found[Select, node.start_byte, node.end_byte] += 1
        found[kind, node.start_byte, node.end_byte] += 1
    return found


def has_errors(root: TreeNode) -> bool:
    """Whether there is an error besides the comma at the end of formals, which the grammar takes for one."""
    return root.has_error and any(
        (node.is_error or node.is_missing) and (parent is None or parent.type not in ("formal", "formals"))
        for node, parent in tree_nodes(root)
    )


def fragments(node: Node) -> list[Fragment]:
    return [part for part in node.parts if isinstance(part, Fragment)] if isinstance(node, Str) else []


def check_file(path: Path) -> bool:
    """Asks whether the nodes of a file stand where the tree's do. False where the file has errors, or nothing in it."""
    data = path.read_bytes()
    root = nix.parse(data).root_node
    nodes = list(walk(lower(root, data)))
    for node in nodes:
        assert 0 <= node.start <= node.end <= len(data), path
        for fragment in fragments(node):
            if fragment.verbatim:
                assert data[fragment.start : fragment.end].decode("utf-8", "replace") == fragment.text, path
    if has_errors(root) or root.child_by_field_name("expression") is None:
        return False
    assert Counter((type(node), node.start, node.end) for node in nodes) == spans_of_tree(root), path
    return True


def test_nodes_of_the_corpus_stand_where_the_trees_do() -> None:
    files = sorted(CORPUS.rglob("*.nix"))
    assert len(files) >= 100
    assert sum(map(check_file, files)) == len(files)


def test_nodes_of_other_trees_stand_where_the_trees_do() -> None:
    folders = [folder for folder in os.environ.get(TREES, "").split(":") if folder]
    if not folders:
        pytest.skip(f"{TREES} names no folders")
    files = [path for folder in folders for path in sorted(Path(folder).rglob("*.nix")) if path.is_file()]
    assert files
    clean = sum(map(check_file, files))
    assert clean >= 0.95 * len(files), f"{clean} of {len(files)} files are free of errors"


def told(node: Node) -> str:
    """A node as an expression in prefix form, with every parenthesis."""
    match node:
        case Name(name=name):
            return name
        case Literal(text=text):
            return text
        case Str(parts=parts):
            inner = [part.text if isinstance(part, Fragment) else "${" + told(part.expression) + "}" for part in parts]
            return '"' + "".join(inner) + '"'
        case List(items=items):
            return "[" + " ".join(map(told, items)) + "]"
        case Select(base=base, path=path, default=default):
            rest = "" if default is None else " " + told(default)
            return f"(. {told(base)} {attributes(path)}{rest})"
        case HasAttr(base=base, path=path):
            return f"(? {told(base)} {attributes(path)})"
        case Apply(function=function, arguments=arguments):
            return "(" + " ".join(map(told, (function, *arguments))) + ")"
        case Lambda(argument=argument, formals=formals, is_open=is_open, body=body):
            taken = ""
            if formals is not None:
                names = [one.name if one.default is None else f"{one.name}?{told(one.default)}" for one in formals]
                taken = "{" + ",".join([*names, *["..."] * is_open]) + "}"
            return f"(: {taken}{'@' if taken and argument else ''}{argument} {told(body)})"
        case AttrSet(entries=entries, is_recursive=recursive):
            return "{" + "rec " * recursive + " ".join(map(entry, entries)) + "}"
        case Let(entries=entries, body=body):
            return "(let " + " ".join([*map(entry, entries), told(body)]) + ")"
        case With(environment=environment, body=body):
            return f"(with {told(environment)} {told(body)})"
        case Assert(condition=condition, body=body):
            return f"(assert {told(condition)} {told(body)})"
        case If(condition=condition, consequence=consequence, alternative=alternative):
            return f"(if {told(condition)} {told(consequence)} {told(alternative)})"
        case Binary(operator=operator, operands=operands):
            return f"({operator} " + " ".join(map(told, operands)) + ")"
        case Unary(operator=operator, operand=operand):
            return f"({operator} {told(operand)})"
    return "<" + " ".join(told(one) for one in node.children()) + ">"


def attributes(path: tuple[Attribute, ...]) -> str:
    return ".".join(one if isinstance(one, str) else "${" + told(one) + "}" for one in path)


def entry(one: Binding | Inherited) -> str:
    if isinstance(one, Binding):
        return f"{attributes(one.path)}={told(one.value)}"
    return one.name + ("" if one.source is None else f"<-{told(one.source)}")


MEANINGS = {
    # Nothing binds looser than a pipe.
    "a |> f": "(f a)",
    "f <| a": "(f a)",
    "a |> f |> g": "(g (f a))",
    "g <| f <| a": "(g (f a))",
    "a == b |> f": "(f (== a b))",
    "a |> f == b": "((== f b) a)",
    "a -> b |> f": "(f (-> a b))",
    "a || b && c |> f": "(f (|| a (&& b c)))",
    "a // b |> f c |> g": "(g ((f c) (// a b)))",
    "a ++ b |> map f ++ g": "((++ (map f) g) (++ a b))",
    "f <| a // b": "(f (// a b))",
    "!a |> f": "(f (! a))",
    "a ? b |> f": "(f (? a b))",
    "(a |> f) + b": "(+ (f a) b)",
    "a |> (x: x + 1) |> f": "(f ((: x (+ x 1)) a))",
    # The other operators, as Nix's manual orders them.
    "a -> b -> c": "(-> a (-> b c))",
    "a || b -> c": "(-> (|| a b) c)",
    "a == b && c != d || e": "(|| (&& (== a b) (!= c d)) e)",
    "a // b == c": "(== (// a b) c)",
    "!a ? b.c": "(! (? a b.c))",
    "!a && b": "(&& (! a) b)",
    "a + b // c": "(// (+ a b) c)",
    "a - b - c": "(- (- a b) c)",
    "a - b + c - d": "(- (+ (- a b) c) d)",
    "a + b * c + d": "(+ a (* b c) d)",
    "a * b ++ c": "(* a (++ b c))",
    "-a + b": "(+ (- a) b)",
    "a < b == c": "(== (< a b) c)",
    # Chains are one node, what stands in parentheses is not part of them.
    "a + b + c": "(+ a b c)",
    "a ++ b ++ c ++ d": "(++ a b c d)",
    "a // b // c": "(// a b c)",
    "a + (b + c)": "(+ a (+ b c))",
    # Applications.
    "f a b c": "(f a b c)",
    "(f a) b": "((f a) b)",
    "f (g a) { }": "(f (g a) {})",
    "f a.b or c d": "(f (. a b c) d)",
    # Attribute paths.
    "a.b.c": "(. a b.c)",
    'a."b c".d': "(. a b c.d)",
    'a.${"b"}.${c}.d': "(. a b.${c}.d)",
    "a . b\n.c": "(. a b.c)",
    "a /* b. */ . /* c */ b": "(. a b)",
    'a."x${b}"': '(. a ${"x${b}"})',
    "{ a.b = 1; a.c.d = 2; }": "{a.b=1 a.c.d=2}",
    '{ inherit a "b"; inherit (c) d e; }': "{a b d<-c e<-c}",
    "rec { a = b; }": "{rec a=b}",
    "let { body = a; a = 1; }": "(. {rec body=a a=1} body)",
    # Functions.
    "x: y: x": "(: x (: y x))",
    "{ a, b ? c, ... }@d: a": "(: {a,b?c,...}@d a)",
    "d@{ a, b, }: a": "(: {a,b}@d a)",
    "{ }: a": "(: {} a)",
    # Strings.
    '"a${b}c"': '"a${b}c"',
    '"a\\nb\\${c}"': '"a\nb${c}"',
    '"$${a}"': '"$${a}"',
    "''\n  a\n    ''${b}\n  c''": '"a\n  ${b}\nc"',
    "''a''": '"a"',
    "''  ''": '""',
    "./a/${b}/c": '"./a/${b}/c"',
    "<a/b>": "<a/b>",
    "https://example.org/a": "https://example.org/a",
}


@pytest.mark.parametrize("text", MEANINGS)
def test_what_an_expression_becomes(text: str) -> None:
    assert told(lowered(text)) == MEANINGS[text]


def test_the_span_of_an_operator_holds_the_parentheses_of_its_operands() -> None:
    for text in ("(a) + (b)", "(a) == (b)", "(a) ++ b + (c)", "(a) |> (f)", "(f) <| (a)", "(a) |> f |> (g)"):
        node = lowered(text)
        assert (node.start, node.end) == (0, len(text)), text


BROKEN = {
    "{ a = ; b = 1; }": ["1"],
    "{ a = 1; b = [ 2 (3 ]; c = 4; }": ["1", "2", "4"],
    "let a = 1; in": ["1"],
    '{ a = 1; b = "': ["1"],
    "{ a = 1; b..c = 2; = 3; d = 4; }": ["1", "2"],
    ") 1": ["1"],
    "if a then 1": ["1"],
    "{ a, b": [],
    "a.": [],
    "": [],
    "# nothing": [],
}


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_sound_in_a_broken_file_is_kept(text: str) -> None:
    numbers = {node.text for node in walk(lowered(text)) if isinstance(node, Literal)}
    assert set(BROKEN[text]) <= numbers


#: What stands before, in and after something that is nested many times over.
NESTED = {
    "parentheses": ("(", "a", ")"),
    "lists": ("[ ", "a", " ]"),
    "sets": ("{ a = ", "a", "; }"),
    "functions": ("a: ", "a", ""),
    "formals": ("{ a ? ", "a", " }: a"),
    "let": ("let a = 1; in ", "a", ""),
    "let, in the binding": ("let a = ", "1", "; in a"),
    "with": ("with a; ", "a", ""),
    "if": ("if a then ", "a", " else a"),
    "else": ("if a then a else ", "a", ""),
    "strings": ('"${', "a", '}"'),
    "attribute paths": ("a.${", "a", "}"),
    "questions": ("a ? ${", "a", "}"),
    "arguments": ("f (", "a", ")"),
    "negations": ("!", "a", ""),
    "sums": ("(a + ", "a", ")"),
    "pipes": ("(a |> ", "a", ")"),
    "open parentheses": ("(", "a", ""),
    "open lists": ("[ (", "a", ""),
}


@pytest.mark.parametrize("kind", NESTED)
def test_two_thousand_of_anything_in_one_another(kind: str) -> None:
    before, inner, after = NESTED[kind]
    nodes = list(walk(lowered(before * 2000 + inner + after * 2000)))
    assert nodes
    if kind in ("lists", "functions", "else"):
        assert len(nodes) >= DEEPEST
        assert isinstance(nodes[-1], Broken | Name)


@pytest.mark.parametrize("kind", ["sets", "let, in the binding"])
def test_what_is_bound_is_read_however_deep_it_is(kind: str) -> None:
    before, inner, after = NESTED[kind]
    nodes = list(walk(lowered(before * 2000 + inner + after * 2000)))
    assert not any(isinstance(node, Broken) for node in nodes)
    assert sum(isinstance(node, AttrSet | Let) for node in nodes) == 2000


@pytest.mark.parametrize("operator", ["+", "++", "//"])
def test_a_chain_of_two_thousand_operands_is_one_node(operator: str) -> None:
    node = lowered(f" {operator} ".join(["a"] * 2000))
    assert isinstance(node, Binary)
    assert len(node.operands) == 2000


def test_a_chain_of_two_thousand_operators_of_several_kinds() -> None:
    node = lowered("a" + " + b ++ c - d" * 700)
    assert isinstance(node, Binary)
    assert (node.operator, node.start) == ("-", 0)


def test_two_thousand_pipes() -> None:
    assert sum(isinstance(node, Apply) for node in walk(lowered("a" + " |> f" * 2000))) == 2000


def test_two_thousand_arguments() -> None:
    node = lowered("f" + " a" * 2000)
    assert isinstance(node, Apply)
    assert len(node.arguments) == 2000
    assert node.ends[-1] == node.end


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("[ 1 ] |> f", False),
        ("f <| g <| [ 1 ]", False),
        ("{ a = x |> f; b = [ (y |> g) ]; }", False),
        ("{ a = x |> ; }", True),
        ("{ a = x | f; }", True),
        ("{ a = 1 b = 2; }", True),
        ("[ 1 ]", False),
    ],
)
def test_the_bar_of_a_pipe_is_no_syntax_error(code: str, broken: bool) -> None:
    root = nix.parse(code.encode()).root_node
    assert (root.has_error and nix.is_broken(root)) is broken

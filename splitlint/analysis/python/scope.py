"""What a Python module binds where, and which of its expressions may be paths: one walk over the tree.

Imports libcst; import this module only when there is a Python tree to look at.
"""

from __future__ import annotations

import libcst as cst

from splitlint.startup.records import dataclass, field

#: Functions (after import aliases) and methods whose value is made of their arguments' paths.
OS_PATH = ("join", "dirname", "realpath", "abspath", "normpath", "expanduser", "expandvars")
#: Bare names too: `from pathlib import *`, and snippets without their imports.
PATH_CLASSES = frozenset(
    f"{module}{pure}{kind}Path" for module in ("pathlib.", "") for pure in ("", "Pure") for kind in ("", "Posix")
)
PATH_FUNCTIONS = PATH_CLASSES | {f"os.path.{name}" for name in OS_PATH} | {"os.readlink", "os.fspath", "str"}
#: Functions and methods that are given a command to run: of a test's machine, of `os` and of `subprocess`.
RUNNERS = frozenset(
    (
        *("succeed", "fail", "execute", "wait_until_succeeds", "wait_until_fails", "must_succeed", "must_fail"),
        *("system", "popen", "run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput"),
    )
)
PATH_METHODS = frozenset(("format", "join", "joinpath", "with_name", "glob", "rglob"))
OPERATORS = (cst.Add, cst.Divide, cst.Modulo)


@dataclass(slots=True, eq=False)
class Assigned:
    """One binding of a name: `value` is None where it is bound to something that is not an expression.

    `added`: it is put behind the old value (`+=`), `below`: as a path (`/=`). `each`: one of the elements of `value`.
    `sure`: every way through the scope up to here passes it.
    """

    order: int
    value: cst.BaseExpression | None
    scope: Scope
    sure: bool
    added: bool = False
    below: bool = False
    each: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class or function: its bindings by name, and what it returns."""

    parent: Scope | None
    kind: str
    names: dict[str, list[Assigned]] = field(default_factory=dict)
    functions: dict[str, Scope] = field(default_factory=dict)
    parameters: list[str] = field(default_factory=list)
    defaults: dict[str, cst.BaseExpression] = field(default_factory=dict)
    returns: list[cst.BaseExpression] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """An expression that may be a path: with its scope, its place in the walk, and the nodes around it."""

    node: cst.BaseExpression
    scope: Scope
    order: int
    around: tuple[cst.CSTNode, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A call that runs the command `argument`: a string, or a list of its words."""

    argument: cst.BaseExpression
    scope: Scope
    order: int


class Collector(cst.CSTVisitor):
    """Fills `module`, `imports` (alias to dotted name), `candidates` and `runs`."""

    def __init__(self) -> None:
        super().__init__()
        self.module = Scope(None, "module")
        self.imports: dict[str, str] = {}
        self.candidates: list[Candidate] = []
        self.runs: list[Run] = []
        self._scope = self.module
        self._around: list[cst.CSTNode] = []
        self._order = 0
        self._branches = [0]
        self._inside = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._order += 1
        if isinstance(node, (cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.EmptyLine, cst.Annotation)):
            return False
        if isinstance(node, cst.BaseExpression) and not self._inside and self._is_path(node):
            self.candidates.append(Candidate(node, self._scope, self._order, tuple(self._around[-6:])))
            self._inside = len(self._around) + 1
        self._around.append(node)
        match node:
            case cst.FunctionDef() | cst.ClassDef():
                self._open(node)
            case cst.If() | cst.Try() | cst.For() | cst.While() | cst.IfExp():
                self._branches[-1] += 1
            case cst.Import() | cst.ImportFrom():
                self._import(node)
            case cst.Call():
                self._note_run(node)
        match node:
            case cst.For():
                self._bind(node.target, node.iter, each=True)
            case cst.WithItem(asname=cst.AsName(name=name)):
                self._bind(name, None)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        node = original_node
        if isinstance(node, (cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.EmptyLine, cst.Annotation)):
            return
        if self._inside == len(self._around):
            self._inside = 0
        self._around.pop()
        self._order += 1
        match node:
            case cst.FunctionDef() | cst.ClassDef():
                self._scope = self._scope.parent or self.module
                self._branches.pop()
            case cst.If() | cst.Try() | cst.For() | cst.While() | cst.IfExp():
                self._branches[-1] -= 1
            case cst.Assign():
                for target in node.targets:
                    self._bind(target.target, node.value)
            case cst.AnnAssign(value=cst.BaseExpression() as value):
                self._bind(node.target, value)
            case cst.AugAssign():
                self._bind(node.target, node.value, operator=node.operator)
                if isinstance(node.target, cst.Name):
                    around = (*self._around[-5:], node)
                    self.candidates.append(Candidate(node.target, self._scope, self._order + 1, around))
            case cst.NamedExpr():
                self._bind(node.target, node.value)
            case cst.CompFor():
                self._bind(node.target, node.iter, each=True)
            case cst.Return(value=cst.BaseExpression() as value) if self._scope.kind == "function":
                self._scope.returns.append(value)

    def _note_run(self, call: cst.Call) -> None:
        name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
        if not isinstance(name, cst.Name) or name.value not in RUNNERS:
            return
        takes_many = name.value in ("succeed", "fail")
        for number, arg in enumerate(call.args):
            keyword = arg.keyword.value if arg.keyword is not None else ""
            is_command = not keyword and not arg.star and (takes_many or not number)
            if is_command or keyword in ("args", "cmd", "command"):
                self.runs.append(Run(arg.value, self._scope, self._order))

    def _is_path(self, node: cst.BaseExpression) -> bool:
        match node:
            case cst.SimpleString() | cst.ConcatenatedString() | cst.FormattedString():
                return True
            case cst.BinaryOperation():
                return isinstance(node.operator, OPERATORS)
            case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))) if name in PATH_METHODS:
                return not any(isinstance(arg.value, cst.GeneratorExp) for arg in node.args)
            case cst.Call():
                return dotted(node.func, self.imports) in PATH_FUNCTIONS
        return False

    def _open(self, node: cst.FunctionDef | cst.ClassDef) -> None:
        kind = "function" if isinstance(node, cst.FunctionDef) else "class"
        scope = Scope(self._scope, kind)
        self._scope.functions[node.name.value] = scope
        if isinstance(node, cst.FunctionDef):
            for one in (*node.params.posonly_params, *node.params.params, *node.params.kwonly_params):
                scope.parameters.append(one.name.value)
                if one.default is not None:
                    scope.defaults[one.name.value] = one.default
        self._scope = scope
        self._branches.append(0)

    def _bind(
        self,
        target: cst.BaseExpression | cst.BaseAssignTargetExpression,
        value: cst.BaseExpression | None,
        *,
        operator: cst.BaseAugOp | None = None,
        each: bool = False,
    ) -> None:
        if isinstance(target, (cst.Tuple, cst.List)):
            values: list[cst.BaseExpression | None] = [None] * len(target.elements)
            if not each and isinstance(value, (cst.Tuple, cst.List)) and len(value.elements) == len(values):
                values = [element.value for element in value.elements]
            for element, one in zip(target.elements, values, strict=True):
                self._bind(element.value, one)
            return
        name = dotted(target, {})
        if not name:
            return
        assigned = Assigned(self._order, value, self._scope, not self._branches[-1], each=each)
        assigned.added = isinstance(operator, cst.AddAssign)
        assigned.below = isinstance(operator, cst.DivideAssign)
        self._owner(name).names.setdefault(name, []).append(assigned)

    def _owner(self, name: str) -> Scope:
        """Where a name is kept: `self.x` with the class, so that its other methods find it."""
        if not name.startswith(("self.", "cls.")):
            return self._scope
        scope: Scope | None = self._scope
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        return scope or self._scope

    def _import(self, node: cst.Import | cst.ImportFrom) -> None:
        if isinstance(node.names, cst.ImportStar):
            return
        prefix = ""
        if isinstance(node, cst.ImportFrom):
            prefix = dotted(node.module, {}) + "." if node.module is not None else "."
        for alias in node.names:
            name = dotted(alias.name, {})
            if alias.asname is not None:
                self.imports[dotted(alias.asname.name, {})] = prefix + name
            elif prefix:
                self.imports[name] = prefix + name


def dotted(node: cst.CSTNode, imports: dict[str, str]) -> str:
    """`p.join` as `os.path.join` after `import os.path as p`; "" for what is not a dotted name."""
    names: list[str] = []
    while isinstance(node, cst.Attribute):
        names.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return ""
    names.append(imports.get(node.value, node.value))
    return ".".join(reversed(names))


def function_named(name: str, scope: Scope) -> Scope | None:
    """The function of this file that a name calls: `f`, or a method as `self.f`."""
    place: Scope | None = scope
    method = name.removeprefix("self.")
    while place is not None:
        if place.kind == "class" and method != name and method in place.functions:
            return place.functions[method]
        found = place.functions.get(name) if place.kind != "class" else None
        if found is not None:
            return found if found.kind == "function" else None
        place = place.parent
    return None

"""What paths a Python expression can be, variables and functions of the file followed.

Imports libcst; import this module only when there is a Python tree to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

import libcst as cst

from splitlint.analysis.model.holes import HOLE, Hole
from splitlint.analysis.model.partial_paths import below, bounded, parent
from splitlint.analysis.model.texts import joined
from splitlint.analysis.model.values import NO_TEXT, Real, Text
from splitlint.analysis.python.scope import PATH_CLASSES, Assigned, Scope, dotted, function_named
from splitlint.analysis.python.strings import Strings
from splitlint.analysis.python.templates import MOST, Paths, formatted, percent

DEEPEST = 24
MOST_STEPS = 100_000
#: The place in a scope where all that is bound in it is.
AT_THE_END = 1 << 60
_UNKNOWN, _NONE = joined(HOLE), joined(Hole("None"))
_OS_PATH = ("abspath", "normpath", "expanduser", "expandvars")
_TAKES = (
    *("next", "iter", "sorted", "list", "tuple", "set", "max", "min", "reversed", "str", "shlex.quote"),
    *("textwrap.dedent", "dedent", "inspect.cleandoc", "bytes"),
)
_SAME = frozenset((*(f"os.path.{name}" for name in _OS_PATH), "os.fspath", "glob.glob", "glob.iglob", *_TAKES))
_STRIPS = ("strip", "rstrip", "lower", "replace", "rsplit", "split", "splitlines", "removesuffix", "removeprefix")
_SAME_METHODS = frozenset((*_STRIPS, "encode", "decode", "as_posix", "absolute", "expanduser", "pop"))
_METHODS = _SAME_METHODS | {
    "format",
    "join",
    "joinpath",
    "with_name",
    "glob",
    "rglob",
    "resolve",
    "readlink",
    "iterdir",
}


class Evaluator:
    """Expressions to paths, at most `MOST` for each. `follow=False` leaves the file's variables as holes."""

    def __init__(self, strings: Strings, imports: dict[str, str], follow: bool = True) -> None:
        self._strings = strings
        self._imports = imports
        self._follow = follow
        self._busy: set[tuple[int, int]] = set()
        self._arguments: list[tuple[Scope, dict[str, Paths]]] = []
        self._known: dict[tuple[int, bool], Paths] = {}
        self._bound: dict[tuple[int, str, int], list[Text]] = {}
        self._cuts = 0
        self._steps = 0

    def paths(self, node: cst.CSTNode, scope: Scope, order: int) -> Paths:
        """The paths that `node` can be at the place `order` of the walk in `scope`; a hole where nothing is known."""
        place = (id(node), order == AT_THE_END)
        if not self._arguments and place in self._known:
            return self._known[place]
        key = (id(node), len(self._arguments))
        self._steps += 1
        if key in self._busy or len(self._busy) > DEEPEST or self._steps > MOST_STEPS:
            self._cuts += 1
            return (_UNKNOWN,)
        before = self._cuts
        self._busy.add(key)
        try:
            found = islice(dict.fromkeys(self._paths(node, scope, order)), MOST)
            paths = tuple(map(bounded, found)) or (_UNKNOWN,)
        finally:
            self._busy.discard(key)
        # What was cut short on the way here may go further from elsewhere.
        if not self._arguments and self._cuts == before:
            self._known[place] = paths
        return paths

    def _paths(self, node: cst.CSTNode, scope: Scope, order: int) -> Iterable[Text]:
        match node:
            case cst.SimpleString():
                return (self._strings.literal(node),)
            case cst.ConcatenatedString():
                return self._product(scope, order, node.left, node.right)
            case cst.FormattedString():
                return self._formatted(node, scope, order)
            case cst.Name() | cst.Attribute():
                return self._named(node, scope, order)
            case cst.BinaryOperation():
                return self._operation(node, scope, order)
            case cst.Call():
                return self._call(node, scope, order)
            case cst.Subscript():
                return self._subscript(node, scope, order)
            case cst.IfExp():
                return (*self.paths(node.body, scope, order), *self.paths(node.orelse, scope, order))
            case cst.BooleanOperation():
                return (*self.paths(node.left, scope, order), *self.paths(node.right, scope, order))
            case cst.NamedExpr():
                return self.paths(node.value, scope, order)
            case cst.Await():
                return self.paths(node.expression, scope, order)
            case cst.ListComp() | cst.GeneratorExp() | cst.SetComp():
                return self.paths(node.elt, scope, order)
            case cst.Tuple() | cst.List() | cst.Set():
                return [one for element in node.elements[:MOST] for one in self.paths(element.value, scope, order)]
            case cst.Integer():
                return (joined(node.value),)
        return ()

    def _product(self, scope: Scope, order: int, *nodes: cst.CSTNode) -> Paths:
        """The nodes' texts one after another, in every combination."""
        out: Paths = (NO_TEXT,)
        for node in nodes:
            out = tuple(joined(one, two) for one in out for two in self.paths(node, scope, order))[:MOST]
        return out

    def _formatted(self, node: cst.FormattedString, scope: Scope, order: int) -> Paths:
        out: Paths = (NO_TEXT,)
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                texts: Paths = (self._strings.formatted_text(part, node),)
            elif isinstance(part, cst.FormattedStringExpression):
                texts = self.paths(part.expression, scope, order)
            out = tuple(joined(one, two) for one in out for two in texts)[:MOST]
        return out

    def _operation(self, node: cst.BinaryOperation, scope: Scope, order: int) -> Iterable[Text]:
        lefts = self.paths(node.left, scope, order)
        match node.operator:
            case cst.Add():
                return tuple(joined(a, b) for a in lefts for b in self.paths(node.right, scope, order))
            case cst.Divide():
                return tuple(below(a, b) for a in lefts for b in self.paths(node.right, scope, order))
            case cst.Modulo():

                def each(value: cst.BaseExpression) -> Paths:
                    return self.paths(value, scope, order)

                return [one for left in lefts for one in percent(left, node.right, each)]
        return ()

    def _named(self, node: cst.Name | cst.Attribute, scope: Scope, order: int) -> Iterable[Text]:
        hole = self._strings.hole_at(node)
        if hole is not None:
            return (joined(hole),)
        if isinstance(node, cst.Attribute) and node.attr.value in ("parent", "stem", "name", "parents"):
            bases = self.paths(node.value, scope, order)
            return [parent(base) if node.attr.value == "parent" else joined(Hole(node.attr.value)) for base in bases]
        name = dotted(node, {})
        if not name:
            return (joined(Hole(node.attr.value if isinstance(node, cst.Attribute) else "")),)
        if not self._follow:
            return (joined(Hole(name, "variable", source=node)),)
        return self._looked_up(name, scope, order)

    def _looked_up(self, name: str, scope: Scope, order: int) -> Iterable[Text]:
        place: Scope | None = scope
        while place is not None:
            bound = place.names.get(name, ())
            if place.kind == "class" and name.startswith(("self.", "cls.")):
                bound = (*place.names.get(name.partition(".")[2], ()), *bound)
            before = [one for one in bound if place is not scope or one.order < order]
            if before:
                return self._assigned(name, before, place)
            if self._arguments and place is self._arguments[-1][0] and name in self._arguments[-1][1]:
                return self._arguments[-1][1][name]
            if name in place.parameters:
                default = place.defaults.get(name)
                known = self.paths(default, place.parent or place, order) if default is not None else ()
                return (*(one for one in known if one != _NONE), joined(Hole(name, "argument")))
            place = place.parent
        return (joined(Hole(name)),)

    def _assigned(self, name: str, bound: Sequence[Assigned], place: Scope) -> list[Text]:
        """What the bindings give: from the last one back to one that is surely passed, at most `MOST`."""
        key = (id(place), name, len(bound))
        if not self._arguments and key in self._bound:
            return self._bound[key]
        before = self._cuts
        found = [path if path != _UNKNOWN else joined(Hole(name)) for path in self._assigned_here(name, bound, place)]
        if not self._arguments and self._cuts == before:
            self._bound[key] = found
        return found

    def _assigned_here(self, name: str, bound: Sequence[Assigned], place: Scope) -> Iterable[Text]:
        out: dict[Text, None] = {}
        for index in range(len(bound) - 1, -1, -1):
            one = bound[index]
            if one.value is None:
                out[joined(Hole(name))] = None
            elif one.added or one.below:
                put = below if one.below else joined
                old = self._assigned(name, bound[:index], place) or [joined(Hole(name))]
                return [put(a, b) for a in old[:MOST] for b in self.paths(one.value, one.scope, one.order)]
            else:
                out.update(dict.fromkeys(self._values(one)))
            if one.sure or len(out) >= MOST:
                break
        return islice(out, MOST)

    def _values(self, one: Assigned) -> Iterable[Text]:
        assert one.value is not None
        if one.each and not isinstance(one.value, (cst.Tuple, cst.List, cst.Set, cst.Call, cst.Name, cst.Attribute)):
            return (_UNKNOWN,)
        return self.paths(one.value, one.scope, one.order)

    def _call(self, node: cst.Call, scope: Scope, order: int) -> Iterable[Text]:
        function = dotted(node.func, self._imports)
        args = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
        if function in _SAME or function in PATH_CLASSES or function in ("os.path.join", "posixpath.join"):
            return self._together(node.args, scope, order) if args else (_UNKNOWN,)
        if function in ("os.path.realpath", "os.readlink") and args:
            return [joined(Real(one)) for one in self.paths(args[0], scope, order)]
        if function == "os.path.dirname" and args:
            return [parent(one) for one in self.paths(args[0], scope, order)]
        if function in ("os.environ.get", "os.getenv") and args:
            default = self.paths(args[1], scope, order) if len(args) > 1 else ()
            return (*self._environment(args[0], scope, order), *default)
        if isinstance(node.func, cst.Attribute):
            method = self._method(node, node.func, args, scope, order)
            if method is not None:
                return method
        return self._local_call(node, scope, order)

    def _together(self, args: Sequence[cst.Arg], scope: Scope, order: int) -> Paths:
        """The arguments joined as paths."""
        out: Paths = (NO_TEXT,)
        for arg in args:
            if arg.keyword is not None:
                continue
            texts: Paths = (joined("*"),) if arg.star else self.paths(arg.value, scope, order)
            out = tuple(below(one, two) for one in out for two in texts)[:MOST]
        return out

    def _method(
        self, node: cst.Call, func: cst.Attribute, args: Sequence[cst.BaseExpression], scope: Scope, order: int
    ) -> Iterable[Text] | None:
        method = func.attr.value
        if method not in _METHODS:
            return None
        bases = self.paths(func.value, scope, order)
        match method:
            case "format":

                def each(value: cst.BaseExpression) -> Paths:
                    return self.paths(value, scope, order)

                return [one for base in bases for one in formatted(base, node.args, each)]
            case "join" if bases == (joined("/"),) and args:
                elements = args[0].elements if isinstance(args[0], (cst.List, cst.Tuple)) else ()
                return self._together([cst.Arg(value=one.value) for one in elements], scope, order)
            case "joinpath" | "glob":
                return [below(base, one) for base in bases for one in self._together(node.args, scope, order)]
            case "rglob":
                inside = [below(joined("**"), one) for one in self._together(node.args, scope, order)]
                return [below(base, one) for base in bases for one in inside]
            case "with_name" if args:
                return [below(parent(base), one) for base in bases for one in self.paths(args[0], scope, order)]
            case "resolve" | "readlink":
                return [joined(Real(base)) for base in bases]
            case "iterdir":
                return [below(base, joined("*")) for base in bases]
            case name if name in _SAME_METHODS:
                return bases
        return None

    def _local_call(self, node: cst.Call, scope: Scope, order: int) -> Iterable[Text]:
        """What a function of this file returns for these arguments."""
        name = dotted(node.func, {})
        target = function_named(name, scope) if self._follow else None
        unknown = joined(Hole(name) if self._follow else Hole(name, "variable", source=node))
        if target is None or len(self._arguments) >= 3:
            return (unknown,)
        parameters = target.parameters[1:] if name.startswith("self.") else target.parameters
        given: dict[str, Paths] = {}
        for index, arg in enumerate(node.args):
            key = arg.keyword.value if arg.keyword is not None else parameters[index] if index < len(parameters) else ""
            if key and not arg.star:
                given[key] = self.paths(arg.value, scope, order)
        self._arguments.append((target, given))
        try:
            found = [one for value in target.returns[:MOST] for one in self.paths(value, target, AT_THE_END)]
        finally:
            self._arguments.pop()
        return [one for one in found if one != _NONE] or (unknown,)

    def _subscript(self, node: cst.Subscript, scope: Scope, order: int) -> Iterable[Text]:
        element = node.slice[0].slice if len(node.slice) == 1 else None
        if not isinstance(element, cst.Index):
            return self.paths(node.value, scope, order)
        if dotted(node.value, self._imports) == "os.environ":
            return self._environment(element.value, scope, order)
        if isinstance(node.value, cst.Attribute) and node.value.attr.value == "parents":
            return [parent(one) for one in self.paths(node.value.value, scope, order)]
        if isinstance(element.value, (cst.Integer, cst.UnaryOperation)):
            return self.paths(node.value, scope, order)
        return (joined(Hole(self._literally(element.value, scope, order))),)

    def _environment(self, key: cst.BaseExpression, scope: Scope, order: int) -> Paths:
        return (joined(Hole(self._literally(key, scope, order), "environment")),)

    def _literally(self, key: cst.BaseExpression, scope: Scope, order: int) -> str:
        """What is known of the text of a key."""
        parts = self.paths(key, scope, order)[0].parts
        return "".join(part.content for part in parts if isinstance(part.content, str))

"""What a script file is given as variables by the derivations of the repository that run it.

`builder = ./x.sh`, `source ${./x.sh}`, `substituteAll { src = ./x.sh; .. }`, `replaceVars ./x.sh { .. }`,
`builtins.readFile ./x.sh`, `substitute ${./x.sh} $out --subst-var-by name ${value}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from splitlint.analysis.eval.bindings import Bound
from splitlint.analysis.eval.environment import is_worked_out
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.families import World
from splitlint.analysis.model.places import Reason
from splitlint.analysis.model.values import (
    Attrs,
    Call,
    Given,
    Listing,
    Literal,
    Package,
    PackageSet,
    Shape,
    Text,
    Thunk,
    Tree,
    Unknown,
    Value,
)
from splitlint.analysis.nix.analyse import analyse
from splitlint.analysis.nix.record import Called
from splitlint.analysis.project.repository import Repository
from splitlint.analysis.shell.words import Environment
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence
from splitlint.startup.patterns import lazy_pattern

_MOST_CALLERS = 8
_MOST_VALUES = 2_000
_MOST_NAMES = 60
_DEEPEST = 4


def environment_of(source: Source, world: World, repository: Repository | None) -> Environment:
    """The variables of a script file; one that nobody gives is a package by its name alone, and not sure at all."""
    given: list[Attrs] | None = None

    @cache
    def value(name: str) -> Value | None:
        nonlocal given
        if given is None:
            given = list(_givers(source, world, repository)) if repository is not None else []
        known = _given(given, name)
        if known is not None:
            return known
        family = world.by_name(name)
        if family is None:
            return None
        reason = Reason(f"the variable is called `{name}`", source.path, 0, 0)
        return Value(Package(family.name), Confidence.LOW, (reason,))

    return value


def reads_package(script: bytes, env: Environment) -> bool:
    """Whether a script reads a variable or `@mark@` that may be a package of a family."""
    names = {found[1] or found[2] for found in _READ.finditer(script)}
    return any((value := env(name.decode())) is not None and may_be_package(value) for name in sorted(names))


_READ = lazy_pattern(rb"\$\{?[!#]?([A-Za-z_][A-Za-z0-9_]*)|@([A-Za-z_][A-Za-z0-9_]*)@")


def may_be_package(value: Value) -> bool:
    """Whether a value is a package, a set of them or another tree that is known, or a text in which one stands."""
    for shape in (option.shape for option in alternatives(value)):
        if isinstance(shape, Package | PackageSet | Tree):
            return True
        if isinstance(shape, Text) and any(
            isinstance(part.content, Value) and may_be_package(part.content) for part in shape.parts
        ):
            return True
    return False


def _givers(source: Source, world: World, repository: Repository) -> Iterator[Attrs]:
    """The sets of attributes in other files that a script file sees as variables."""
    for path in repository.mentions(source.path)[:_MOST_CALLERS]:
        unit = repository.unit(path)
        if unit is None or unit.source is None:
            continue
        caller = Source(path, unit.source.data, NIX)
        file = analyse(caller, world, repository, positions=_literals(repository, source.path))
        search = _Search(source.path)
        for call in file.calls:
            yield from _scopes(call, search, source.data)


def _literals(repository: Repository, target: str) -> Callable[[Source], list[int]]:
    """Where a Nix file names a script."""
    return lambda source: [start for start, _ in repository.path_literals(source.data, source.path, target)]


def _scopes(call: Called, search: _Search, script: bytes) -> Iterator[Attrs]:
    """The sets among the arguments of a call that the script, which it is given, sees as variables."""
    if any(search.finds(thunk) for thunk in call.arguments):
        for thunk in call.arguments:
            yield from (option.shape for option in alternatives(thunk()) if isinstance(option.shape, Attrs))
            yield from (Attrs(put) for text in _texts(thunk) if (put := _put_by_commands(text, script)))


class _Search:
    """Looks for the path of a file in values: each is looked through once, and no more of them than `_MOST_VALUES`.

    Where a path is written a visit has worked it out: what nobody has asked for yet is not asked for here.
    """

    __slots__ = ("_depths", "_left", "_path")

    def __init__(self, path: str) -> None:
        self._path = path
        self._left = _MOST_VALUES
        #: The shapes in which it was not found, by identity, and how deeply these were looked into.
        self._depths: dict[int, tuple[Shape, int]] = {}

    def finds(self, thunk: Thunk, depth: int = _DEEPEST) -> bool:
        """Whether a value is the path, or holds it."""
        if depth == 0 or self._left <= 0 or not _was_visited(thunk):
            return False
        self._left -= 1
        return any(self._is_in(option.shape, depth) for option in alternatives(thunk()))

    def _is_in(self, shape: Shape, depth: int) -> bool:
        if isinstance(shape, Literal):
            return shape.kind == "path" and shape.text == self._path
        known = self._depths.get(id(shape))
        if known is not None and known[1] >= depth:
            return False
        self._depths[id(shape)] = (shape, depth)
        return any(self.finds(one, depth - 1) for one in _parts(shape))


def _was_visited(thunk: Thunk) -> bool:
    """Whether the expression that gives a thunk its value has been worked out."""
    if isinstance(thunk, Bound):
        return thunk.is_forced or thunk.entry.value in thunk.environment.memo
    return is_worked_out(thunk)


def _parts(shape: Shape) -> Iterable[Thunk]:
    """What a value holds: the values in a text, the elements of a list, attributes, arguments."""
    if isinstance(shape, Text):
        return (Given(part.content) for part in shape.parts if isinstance(part.content, Value))
    if isinstance(shape, Listing):
        return shape.items
    if isinstance(shape, Call):
        return shape.arguments
    # What has more attributes is a set of packages, and nobody's arguments.
    return tuple(shape.names.values()) if isinstance(shape, Attrs) and len(shape.names) <= _MOST_NAMES else ()


def _texts(thunk: Thunk) -> Iterator[Text]:
    """The texts that a value is, or has as attributes."""
    for shape in (option.shape for option in alternatives(thunk())):
        if isinstance(shape, Text):
            yield shape
        elif isinstance(shape, Attrs):
            for one in _parts(shape):
                yield from (option.shape for option in alternatives(one()) if isinstance(option.shape, Text))


def _put_by_commands(text: Text, script: bytes) -> dict[str, Thunk]:
    """What commands write for the `@marks@` of a script: `substitute`, `substituteInPlace` and `sed`."""
    put: dict[str, Thunk] = {}
    for before, part, after in zip(text.parts, text.parts[1:], (*text.parts[2:], None), strict=False):
        if isinstance(before.content, str) and isinstance(part.content, Value):
            name = _PUT.search(before.content)
            rest = after.content if after is not None else ""
            if name is None or not isinstance(rest, str) or _GOES_ON.match(rest):
                continue
            mark = name["by"] or name["mark"] or name["sed"]
            if f"@{mark}@".encode() in script:
                put[mark] = Given(part.content)
    return put


_PUT = lazy_pattern(
    r"""--subst-var-by\s+["']?(?P<by>\w+)["']?\s+["']?$"""
    r"""|--replace(?:-fail|-warn|-quiet)?\s+["']?@(?P<mark>\w+)@["']?\s+["']?$"""
    r"""|\bs([|,#!~%:;])@(?P<sed>\w+)@\3$"""
)
#: What makes a longer word of a value.
_GOES_ON = lazy_pattern(r"[\w./-]")


def _given(scopes: list[Attrs], name: str) -> Value | None:
    values: list[Value] = []
    for scope in scopes:
        thunk = scope.names.get(name) or _in_env(scope, name)
        if thunk is not None:
            value = thunk()
            if thunk.place is not None:
                value = value.because(Reason(f"`{name}` is passed to the script here", *thunk.place))
            values.append(value)
    known = tuple(value for value in values if not isinstance(value.shape, Unknown))
    return union(known) if known else None


def _in_env(scope: Attrs, name: str) -> Thunk | None:
    env = scope.names.get("env")
    shape = env().shape if env is not None else None
    return shape.names.get(name) if isinstance(shape, Attrs) else None

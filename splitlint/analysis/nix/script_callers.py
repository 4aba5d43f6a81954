"""What a script file is given as variables by the derivations of the repository that run it.

`builder = ./x.sh`, `source ${./x.sh}`, `substituteAll { src = ./x.sh; .. }`, `replaceVars ./x.sh { .. }`,
`builtins.readFile ./x.sh`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

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
        for call in file.calls:
            yield from _scopes(call, source.path)


def _literals(repository: Repository, target: str) -> Callable[[Source], list[int]]:
    """Where a Nix file names a script."""
    return lambda source: [start for start, _ in repository.path_literals(source.data, source.path, target)]


def _scopes(call: Called, path: str) -> Iterator[Attrs]:
    """The sets among the arguments of a call that the script at `path`, which it is given, sees as variables."""
    holders = [
        option.shape for thunk in call.arguments for option in alternatives(thunk()) if isinstance(option.shape, Attrs)
    ]
    if any(_names(thunk, path, _DEEPEST) for thunk in call.arguments):
        yield from holders


def _names(thunk: Thunk, path: str, depth: int) -> bool:
    """Whether a value is, or holds, the path of a file."""
    if depth == 0:
        return False
    for option in alternatives(thunk()):
        shape = option.shape
        if isinstance(shape, Literal):
            if shape.kind == "path" and shape.text == path:
                return True
        elif isinstance(shape, Text):
            contents = (part.content for part in shape.parts if isinstance(part.content, Value))
            if any(_names(Given(content), path, depth - 1) for content in contents):
                return True
        elif isinstance(shape, Listing | Call):
            inner = shape.items if isinstance(shape, Listing) else shape.arguments
            if any(_names(one, path, depth - 1) for one in inner):
                return True
        elif isinstance(shape, Attrs) and any(_names(one, path, depth - 1) for one in list(shape.names.values())[:60]):
            return True
    return False


def _given(scopes: list[Attrs], name: str) -> Value | None:
    values: list[Value] = []
    for scope in scopes:
        thunk = scope.names.get(name) or _in_env(scope, name)
        if thunk is not None:
            value = thunk()
            if thunk.place is not None:
                value = value.because(Reason(f"`{name}` is given to the script here", *thunk.place))
            values.append(value)
    known = tuple(value for value in values if not isinstance(value.shape, Unknown))
    return union(known) if known else None


def _in_env(scope: Attrs, name: str) -> Thunk | None:
    env = scope.names.get("env")
    shape = env().shape if env is not None else None
    return shape.names.get(name) if isinstance(shape, Attrs) else None

"""A Nix file to what is known of it: uses of packages, overrides, values at its places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property

from splitlint.analysis.eval.engine import MOST_STEPS, MOST_STEPS_OF_CALLERS, Engine
from splitlint.analysis.eval.environment import Unit
from splitlint.analysis.model.families import World
from splitlint.analysis.model.places import Reason
from splitlint.analysis.model.uses import EVERYTHING, Asked, Override, Use
from splitlint.analysis.model.values import Member, Package, Value
from splitlint.analysis.nix.extract import Extraction
from splitlint.analysis.nix.interest import SMALL, Interest
from splitlint.analysis.nix.places import Places
from splitlint.analysis.nix.record import Called, Composed, Recorder, Set, Silent
from splitlint.analysis.nix.script_uses import ScriptUses
from splitlint.analysis.nix.scripts import Scripts
from splitlint.analysis.nix.visit import Visit
from splitlint.analysis.project.others import OtherFiles
from splitlint.analysis.project.repository import Repository, parsed
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence
from splitlint.syntax.embedded import Script
from splitlint.syntax.nix_tree.nodes import List

#: Callers larger than this are visited only around the places where they call.
_LARGE = 1 << 15
_MOST_CALLERS = 10
_MOST_CALLS = 8
_DEEPEST_CALLERS = 3

#: The bytes of a Nix file at which something of interest is written; None for all of it.
Positions = Callable[[Source], "Iterable[int] | None"]

_open: ContextVar[list[Engine] | None] = ContextVar("open", default=None)


@contextmanager
def let_go() -> Iterator[None]:
    """Lets go, at its end, of what was worked out meanwhile; else the collector would have to find it."""
    engines: list[Engine] = []
    before = _open.set(engines)
    try:
        yield
    finally:
        _open.reset(before)
        for engine in engines:
            engine.listener = Silent()
            engine.forget()


class NixFile:
    """What one evaluation knows of a file."""

    def __init__(
        self,
        unit: Unit,
        places: Places,
        extraction: Extraction,
        scripts: Scripts,
        script_uses: ScriptUses,
        interest: Interest,
    ) -> None:
        self.unit = unit
        self.engine = extraction.engine
        self.places = places
        self.others = extraction.others
        self._extraction = extraction
        self._scripts = scripts
        self._script_uses = script_uses
        self._interest = interest

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every use of a package, of its attributes, or of a named tree, that stands in the file."""
        return self._used(EVERYTHING)

    @cached_property
    def asked_uses(self) -> tuple[Use, ...]:
        """Those of the uses about which somebody asks: most functions and attributes are nobody's business."""
        return self._used(self._extraction.asked)

    def _used(self, asked: Asked) -> tuple[Use, ...]:
        scripted = self._scripted
        return tuple(dict.fromkeys((*self._extraction.uses(self._scripts.places, asked), *scripted)))

    @cached_property
    def _scripted(self) -> tuple[Use, ...]:
        return tuple(self._script_uses.uses())

    @cached_property
    def overrides(self) -> tuple[Override, ...]:
        """Every attribute of a package that is overridden here."""
        from splitlint.analysis.nix.overrides import overrides

        return tuple(overrides(self._extraction.recorder, self._extraction.path))

    def in_world(self, world: World) -> NixFile:
        """The same file in another world."""
        source = self.unit.source
        assert source is not None
        return analyse(source, world, self.others.repository)

    @property
    def calls(self) -> list[Called]:
        """Every call of a function that is known by its name, here and in the files that call this one."""
        return self._extraction.recorder.calls

    @property
    def attributes(self) -> list[Set]:
        """Every attribute that is given a value, here and in the files that call this one."""
        return self._extraction.recorder.attributes

    @property
    def texts(self) -> list[Composed]:
        """Every text with values in it that was put together."""
        return self._extraction.recorder.texts

    def python_scripts(self) -> Iterator[Script]:
        """The Python in the file, as one text each, with places in the file."""
        return self._script_uses.python_scripts()

    @property
    def incomplete(self) -> tuple[str, ...]:
        """Which bounds were hit, so that not all of the file was looked at."""
        return tuple(self.engine.incomplete)

    def was_visited(self, start: int, end: int) -> bool:
        """Whether the binding around these bytes was visited: else it has nothing to do with any package."""
        binding = self.places.binding_of(start, end)
        return binding is None or self._interest.has_visited(self.unit, binding)

    def observed(self, value: Value) -> Value:
        """What other files say that an option or a package outside of this file is; the value itself if they do not."""
        return self._extraction.observed(value)

    def is_disproved(self, value: Value) -> bool:
        """Whether something shows that a parameter, or a package of `pkgs`, is not what its name says."""
        shape = value.shape
        return isinstance(shape, Package) and (shape.claim or shape.root) in self.engine.disproved

    def shown(self, value: Value) -> Value:
        """A value that is thought to be a package by its name alone, surer where something else shows it.

        It is less sure where something shows that these `pkgs` are not nixpkgs'.
        """
        if self.is_disproved(value):
            return value.at_most(Confidence.LOW)
        shape = value.shape
        owner = shape.owner.shape if isinstance(shape, Member) and shape.owner is not None else shape
        claim = owner.claim if isinstance(owner, Package) else ""
        known = self.engine.claims.get(claim) if claim else None
        if known is None or value.confidence > Confidence.LOW or claim in self.engine.disproved:
            return value
        said, place = known
        raised = Value(value.shape, Confidence.MEDIUM, value.reasons)
        family = self.engine.world.family(getattr(value.shape, "family", ""))
        noun = family.noun if family is not None else "package"
        if place is None:
            return raised
        reason = Reason(f"`{said}` shows that it is a {noun}", *place)
        return Value(raised.shape, raised.confidence, (*raised.reasons, reason))


def analyse(
    source: Source,
    world: World,
    repository: Repository | None = None,
    *,
    asked: Asked = EVERYTHING,
    positions: Positions | None = None,
    read: Callable[[str], bytes | None] | None = None,
) -> NixFile:
    """Evaluates a file, after the files that call it.

    `asked`: what somebody will ask about. `positions`: where in a file something of interest is written; all of it is
    visited by default. `read` is asked for files that are not related, if given.
    """
    repository = repository or Repository(lambda: (source.path,), lambda path: None)
    others = OtherFiles(repository, read)
    recorder = Recorder()
    engine = Engine(world, others, recorder)
    others.machine = engine
    engines = _open.get()
    if engines is not None:
        engines.append(engine)
    unit = repository.unit_of(source)
    others.adopt(unit)
    callers = _callers(repository, source.path)
    interest = Interest(_positions(repository, dict(callers), positions))
    visit = Visit(engine, recorder, interest, source.path)
    for path, target in callers:
        engine.allow(MOST_STEPS_OF_CALLERS)
        _visit_caller(visit, others, path, target)
    visit.leave_callers()
    engine.incomplete.clear()
    engine.allow(MOST_STEPS)
    visit.file(unit)
    visit.uncalled()
    places = Places(engine, unit, visit.bodies)
    extraction = Extraction(engine, recorder, others, source.path, asked)

    def source_of(path: str) -> Source | None:
        found = others.unit(path)
        return found.source if found is not None else None

    scripts = Scripts(recorder, engine)
    return NixFile(unit, places, extraction, scripts, ScriptUses(extraction, scripts, source_of), interest)


def _positions(
    repository: Repository, callers: Mapping[str, str], positions: Positions | None
) -> Callable[[Unit], Iterable[int] | None]:
    """Where something of interest is written: in a caller where it names the file that it calls."""

    def of(unit: Unit) -> Iterable[int] | None:
        source = unit.source
        if source is None or len(source.data) <= SMALL:
            return None
        target = callers.get(unit.path)
        if target is not None:
            literals = repository.path_literals(source.data, source.path, target)
            return [start for start, _ in literals[:_MOST_CALLS]]
        return positions(source) if positions is not None else None

    return of


def _callers(repository: Repository, path: str) -> list[tuple[str, str]]:
    """The files that name a file, and those that name these, with the file that they name: the outermost first.

    In a tree that holds nixpkgs nobody but the nearest matters: what is above is nixpkgs' own.
    """
    found: dict[str, str] = {}
    waiting = [(0, path)]
    deepest = 1 if repository.holds_nixpkgs else _DEEPEST_CALLERS
    while waiting and len(found) < _MOST_CALLERS:
        depth, one = waiting.pop(0)
        if depth >= deepest:
            continue
        for other in repository.mentions(one):
            if other != path and other not in found and len(found) < _MOST_CALLERS:
                found[other] = one
                waiting.append((depth + 1, other))
    return list(reversed(found.items()))


def _visit_caller(visit: Visit, others: OtherFiles, path: str, target: str) -> None:
    """Visits a file that calls another: all of it, or of a large one the bindings in which it names the other.

    Of a list of files, as NixOS has one of its modules, those elements that are more than a path.
    """
    unit = others.unit(path)
    if unit is None or unit.source is None:
        return
    is_list = isinstance(unit.root, List)
    if len(unit.source.data) <= _LARGE and not unit.is_nixpkgs and not is_list:
        visit.file(unit)
        visit.uncalled()
        return
    places = Places(visit.engine, unit, visit.bodies)
    for start, end in others.repository.path_literals(unit.source.data, path, target)[:_MOST_CALLS]:
        for node, environment in places.around(start, end):
            visit.place(node, environment)


def value_of_source(source: Source, world: World) -> Value:
    """What an expression of its own denotes."""
    engine = Engine(world, None, Silent())
    return engine.root_value(parsed(source))

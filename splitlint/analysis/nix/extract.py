"""What happened while a file was evaluated, to uses of packages that stand in that file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from splitlint.analysis.eval.elements import items_of
from splitlint.analysis.eval.engine import Engine
from splitlint.analysis.eval.selection.global_names import observed
from splitlint.analysis.model import paths
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.literals import truth
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import flat, literal_text
from splitlint.analysis.model.uses import Absent, Argument, Asked, Attribute, Command, Sink, Use, Written
from splitlint.analysis.model.values import (
    Attrs,
    Call,
    Derivation,
    Given,
    Global,
    Listing,
    Member,
    Package,
    Piece,
    Text,
    Thunk,
    Tree,
    Value,
)
from splitlint.analysis.nix import takers
from splitlint.analysis.nix.put_back import is_put_back
from splitlint.analysis.nix.record import Recorder
from splitlint.analysis.project.others import OtherFiles
from splitlint.startup.named_tuples import NamedTuple

_DEEPEST = 4
_MOST_NAMES = 60
#: The argument of builders that join trees, `buildEnv`, that names outputs of the packages besides the first.
_MORE_OUTPUTS = "extraOutputsToInstall"


class Below(NamedTuple):
    """A package in a text: its value, where it is put in, the path that follows, whether the text ends with that."""

    value: Value
    place: Place
    path: str
    ends: bool


class Extraction:
    """The uses in one file (`path`)."""

    def __init__(
        self,
        engine: Engine,
        recorder: Recorder,
        others: OtherFiles,
        path: str,
        asked: Asked,
    ) -> None:
        self.engine = engine
        self.recorder = recorder
        self.others = others
        self.path = path
        self.asked = asked
        #: Whether what scripts do with any value is asked about.
        self.asks_anything = asked.anything(Command(""))

    def uses(self, scripted: frozenset[Place], asked: Asked) -> Iterator[Use]:
        """The uses outside of scripts. `scripted`: places that scripts tell of, and better.

        Of functions and attributes only those that `asked` names as receivers.
        """
        taken = takers.uses(self.engine.world, self.recorder, self.path, self.asked.sinks)
        yield from (use for use in taken if not self.is_put_back(use.value, use.path))
        yield from self._missed()
        for use in (*self._arguments(asked), *self._attributes(asked), *self._texts(scripted)):
            if not takers.is_taken(use.value) and not self.is_put_back(use.value, use.path):
                yield use

    def _missed(self) -> Iterator[Use]:
        """Attributes that are not there any more, where they are asked for."""
        told = {one.within for one in self.recorder.missing if one.within is not None and one.within != one.place}
        for one in self.recorder.missing:
            if one.place is not None and one.place.path == self.path and one.place not in told:
                yield Use(one.value, "", Absent(one.how), one.place)

    def _arguments(self, asked: Asked) -> Iterator[Use]:
        for call in list(self.recorder.calls):
            if not asked.receiver(Argument(call.name)):
                continue
            given = call.arguments
            if call.row is not None and call.row.facts.conditional and truth(given[0]()) is False:
                given = given[:-1]
            for number, thunk in enumerate(given):
                sink = Argument(call.name, number)
                yield from self._given(thunk, sink, call.site.place, _DEEPEST)
        for one in list(self.recorder.overrides):
            families = {
                package.shape.family for package in alternatives(one.package) if isinstance(package.shape, Package)
            }
            for family in sorted(families) if one.how == "override" else ():
                sink = Argument(f"{family}.override")
                if asked.receiver(sink):
                    yield from self._given(Given(one.given), sink, one.site.place, _DEEPEST)

    def _attributes(self, asked: Asked) -> Iterator[Use]:
        for one in list(self.recorder.attributes):
            names = one.trail[1:] if one.at_root and one.trail[:1] == ("config",) else one.trail
            sink = Attribute(names, is_option=one.at_root)
            place = one.value.place
            if place is not None and place.path == self.path and asked.receiver(sink):
                yield from self._given(one.value, sink, place, 1)

    def _given(
        self, thunk: Thunk, sink: Argument | Attribute, call: Place | None, depth: int, company: tuple[Thunk, ...] = ()
    ) -> Iterator[Use]:
        """The uses of what a thunk gives: itself, what its text holds, its elements and attributes."""
        value = thunk()
        place = thunk.place
        if self.asked.anything(sink) and place is not None and place.path == self.path:
            for option in alternatives(value):
                if not isinstance(option.shape, Package | Tree | Member):
                    yield Use(option, "", sink, place, company=company)
        for option in alternatives(value):
            shape = option.shape
            if isinstance(shape, Global):
                option = self.observed(option) if self._matters(sink) else option
                for one in alternatives(option):
                    yield from self._direct(one, sink, place, call, company)
            elif isinstance(shape, Package | Tree | Member):
                yield from self._direct(option, sink, place, call, company)
            elif isinstance(shape, Text):
                for below in self.below(shape):
                    if below.place.path == self.path:
                        span = _apart(call, below.place)
                        yield Use(below.value, below.path, sink, below.place, span, company=company)
            elif depth > 0:
                yield from self._inside(shape, sink, call, depth)

    def _inside(self, shape: object, sink: Argument | Attribute, call: Place | None, depth: int) -> Iterator[Use]:
        if isinstance(shape, Listing):
            listed: Argument | Attribute
            if isinstance(sink, Argument):
                listed = Argument(sink.function, sink.position, sink.attribute, True, sink.through)
            else:
                listed = Attribute(sink.names, True, sink.is_option)
            for item in shape.items:
                yield from self._given(item, listed, call, depth - 1, shape.items)
        elif isinstance(shape, Attrs) and isinstance(sink, Argument):
            if shape.base is not None:
                # `f [ k ] // { a = 1; }` holds what `f [ k ]` does.
                yield from self._inside(shape.base.shape, sink, call, depth)
            for name, inner in islice(shape.names.items(), _MOST_NAMES):
                if inner.place is not None and inner.place.path != self.path:
                    continue
                below = Argument(sink.function, sink.position, (*sink.attribute, name), sink.in_list, sink.through)
                yield from self._given(inner, below, call, depth - 1)
        elif isinstance(shape, Call) and isinstance(sink, Argument) and not sink.through:
            onward = Argument(sink.function, sink.position, sink.attribute, sink.in_list, (shape.function,))
            for inner in shape.arguments:
                items = items_of(inner())
                for item in items or (inner,):
                    yield from self._given(item, onward, call, depth - 1, items)
        elif isinstance(shape, Derivation) and not sink.in_list and self.lacking(shape):
            for inner in shape.joined:
                yield from self._given(inner, sink, call, depth - 1, shape.joined)

    def _matters(self, sink: Sink) -> bool:
        if isinstance(sink, Argument):
            return sink.function.rpartition(".")[2] in self.asked.sinks
        return isinstance(sink, Attribute) and bool(sink.names) and sink.names[-1] in self.asked.sinks

    def _direct(
        self, value: Value, sink: Sink, place: Place | None, call: Place | None, company: tuple[Thunk, ...]
    ) -> Iterator[Use]:
        if not isinstance(value.shape, Package | Tree | Member):
            return
        written = place is not None and place != call
        if isinstance(value.shape, Member) and value.shape.place is not None:
            # Where it is read, whatever was made of it on the way.
            place = value.shape.place
        where = place or call
        if where is not None and where.path == self.path:
            yield Use(value, "", sink, where, _apart(call, where), company=company, is_written=written)

    def below(self, text: Text) -> Iterator[Below]:
        """The packages in a text, with the paths that follow them."""
        for number, part in enumerate(text.parts):
            content = part.content
            if not isinstance(content, Value) or part.place is None:
                continue
            found = None
            for option in self._packages(content, text.parts[number + 1 : number + 2]):
                if found is None:
                    after = flat(Text(text.parts[number + 1 : number + 41]))
                    before = flat(Text(text.parts[max(0, number - 20) : number])).rpartition("\n")[2]
                    found = paths.word(after, before)
                variants, ends = found
                for variant in variants:
                    self.show(option, variant, part.place)
                    yield Below(option, part.place, variant, ends)

    def _packages(self, content: Value, after: tuple[Piece, ...]) -> Iterator[Value]:
        for option in alternatives(content):
            shape = option.shape
            if isinstance(shape, Package | Tree | Member):
                yield option
            elif isinstance(shape, Text):
                for part in shape.parts:
                    if isinstance(part.content, Value):
                        yield from self._packages(part.content, after)
            elif isinstance(shape, Derivation) and shape.joined:
                for one in self.lacking(shape):
                    yield from self._packages(one, after)
            elif isinstance(shape, Global) and _is_folder_below(after):
                yield from (one for one in alternatives(self.observed(option)) if isinstance(one.shape, Package))

    def lacking(self, joined: Derivation) -> tuple[Value, ...]:
        """The trees that a derivation puts together, unless what has left one of them is among them too."""
        values = tuple(one for thunk in joined.joined for one in alternatives(thunk()))
        for one in values:
            shape = one.shape
            family = self.engine.world.family(shape.family) if isinstance(shape, Package) else None
            if isinstance(shape, Tree):
                return ()
            if isinstance(shape, Package) and family is not None:
                outputs = {shape.output, *_added_outputs(joined)}
                if outputs & family.new_outputs:
                    return ()
        return values

    def is_put_back(self, value: Value, path: str) -> bool:
        """Whether an override of the package itself puts what is looked for back where it was."""
        return is_put_back(self.engine.world, value, path)

    def show(self, value: Value, path: str, place: Place) -> None:
        """A path below a parameter, or a package of `pkgs`, that tells what it is."""
        shape = value.shape
        family = self.engine.world.family(shape.family) if isinstance(shape, Package) and path else None
        if not isinstance(shape, Package) or family is None or not (shape.claim or shape.root.startswith("pkgs.")):
            return
        if paths.matches(path, family.against_paths):
            self.engine.disproved.add(shape.claim or shape.root)
        if shape.claim and paths.matches(path, family.evidence_paths):
            name = shape.claim.rpartition(":")[2]
            self.engine.evidence(shape.claim, f"${{{name}}}/{family.evidence_paths[0]}", place)

    def observed(self, value: Value) -> Value:
        """What the repository says that a name outside of the file is, now that somebody looks below it."""
        return observed(self.engine, value)

    def _texts(self, scripted: frozenset[Place]) -> Iterator[Use]:
        """The uses in texts that are no scripts; where a text goes on in another one, those of the longer one."""
        found: dict[tuple[Place, Value], dict[tuple[str, bool], Place | None]] = {}
        for composed in list(self.recorder.texts):
            for below in self.below(composed.text):
                if below.place.path == self.path and below.place not in scripted:
                    entry = found.setdefault((below.place, below.value), {})
                    entry.setdefault((below.path, below.ends), composed.place)
        for (place, value), entries in found.items():
            for (path, ends), where in entries.items():
                longer = any(other != path and other.startswith(path) for other, _ in entries)
                if not (ends and longer):
                    yield Use(value, path, Written(), place, _apart(where, place))


def _added_outputs(joined: Derivation) -> set[str | None]:
    """The outputs of each of its packages that a derivation puts in besides the first."""
    added = joined.attributes.names.get(_MORE_OUTPUTS) if joined.attributes is not None else None
    return {literal_text(item()) for item in items_of(added())} if added is not None else set()


def _is_folder_below(after: tuple[Piece, ...]) -> bool:
    text = after[0].content if after else None
    return isinstance(text, str) and text.startswith("/")


def _apart(used: Place | None, written: Place) -> Place | None:
    """Where a value is used, if it is not written there."""
    return used if used is not None and not _holds(used, written) else None


def _holds(outer: Place, inner: Place) -> bool:
    return outer.path == inner.path and outer.start <= inner.start and inner.end <= outer.end

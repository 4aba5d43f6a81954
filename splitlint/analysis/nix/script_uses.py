"""What the scripts in a Nix file do with packages, as uses that stand in that file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from splitlint.analysis.eval.elements import items_of
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import flat
from splitlint.analysis.model.uses import Use
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Derivation,
    Global,
    Listing,
    Member,
    Package,
    PackageSet,
    Piece,
    Text,
    Thunk,
    Tree,
    Value,
)
from splitlint.analysis.nix.extract import Extraction
from splitlint.analysis.nix.scripts import NixScript, Scripts
from splitlint.analysis.nix.takers import is_taken
from splitlint.analysis.shell.as_uses import as_uses
from splitlint.analysis.shell.inner import all_uses
from splitlint.analysis.shell.uses import ShellMeaning, ShellUse
from splitlint.files.source import Source
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax.embedded import Script, Segment, script_of_segments, text_of_segments

_READ = lazy_pattern(r"\$\{?[!#]?([A-Za-z_][A-Za-z0-9_]*)|@([A-Za-z_][A-Za-z0-9_]*)@")


class ScriptUses:
    """The uses in the scripts of one file. `source_of` gives the files that their texts are written in."""

    def __init__(self, extraction: Extraction, scripts: Scripts, source_of: Callable[[str], Source | None]) -> None:
        self._extraction = extraction
        self._scripts = scripts
        self._source_of = source_of

    def uses(self) -> Iterator[Use]:
        """What the scripts do with packages that stand in the file."""
        for use in self._all():
            self._extraction.show(use.value, use.path, use.place)
            if not is_taken(use.value) and not self._extraction.is_put_back(use.value, use.path):
                yield use

    def python_scripts(self) -> Iterator[Script]:
        """The Python that is written in the file, as one text each, with places in the file."""
        for text in self._scripts.python:
            if self._extraction.path in _written_in(text):
                yield self._assembled(text)[0]

    def _all(self) -> Iterator[Use]:
        for script in self._scripts.shell:
            if self._is_given_package(script.text) or self._reads_package(script):
                yield from self._of_shell(script)
        for text in self._scripts.python:
            if self._is_given_package(text):
                yield from self._of_python(text)

    def _is_given_package(self, text: Text) -> bool:
        """Whether a package is put into a text, and any of it is written in the file."""
        if not any(part.place is not None and part.place.path == self._extraction.path for part in text.parts):
            return False
        return any(self._may_be_package(part.content) for part in text.parts if isinstance(part.content, Value))

    def _may_be_package(self, content: Value) -> bool:
        """Whether somebody may ask about a use of a value: not of a name about which no file says anything."""
        for one in alternatives(content):
            shape = one.shape
            if isinstance(shape, Package | Tree | Member) or (isinstance(shape, Derivation) and shape.joined):
                return True
            if isinstance(shape, Global) and (self._extraction.asks_anything or self._is_defined(one)):
                return True
        return False

    def _is_defined(self, name: Value) -> bool:
        return any(not isinstance(one.shape, Global) for one in alternatives(self._extraction.observed(name)))

    def _reads_package(self, script: NixScript) -> bool:
        """Whether a script reads a variable that its derivation gives a package to."""
        if script.environment is None:
            return False
        names = {found[1] or found[2] for found in _READ.finditer(flat(script.text))}
        values = (self._variable(script.environment, name) for name in sorted(names))
        return any(value is not None and _holds_package(value) for value in values)

    def _variable(self, environment: Attrs, name: str) -> Value | None:
        """What a derivation gives its script as a variable; a list as one of its words."""
        thunk = _thunk(environment, name)
        if thunk is None:
            return None
        value = thunk()
        items = items_of(value) if any(isinstance(one.shape, Listing) for one in alternatives(value)) else None
        if items is not None:
            return union(tuple(self._seen(item()) for item in items)) if items else None
        return self._seen(value)

    def _of_shell(self, script: NixScript) -> Iterator[Use]:
        shell, holes = self._assembled(script.text, is_shell=True)
        environment = script.environment

        @cache
        def variable(name: str) -> Value | None:
            return self._variable(environment, name) if environment is not None else None

        meaning = ShellMeaning(shell, lambda number: self._value(holes[number]), variable)
        for inner, use in all_uses(meaning):
            place = _place_of(use, holes, environment)
            if place is not None and place.path == self._extraction.path:
                is_written = not _is_joined(_content(use, holes, environment))
                span = Place(shell.source.path, *use.span)
                yield from as_uses(inner, use, place, span, script.when, is_written=is_written)
        meaning.forget()

    def _of_python(self, text: Text) -> Iterator[Use]:
        from splitlint.analysis.python.as_uses import uses_in

        script, holes = self._assembled(text)

        def hole(number: int) -> tuple[Value, Place | None]:
            place = holes[number].place
            is_here = place is not None and place.path == self._extraction.path
            return self._value(holes[number]), place if is_here else None

        return uses_in(script, hole)

    def _assembled(self, text: Text, *, is_shell: bool = False) -> tuple[Script, list[Piece]]:
        """A text as one script with places, and what stands in its holes."""
        segments = [_segment(part) for part in text.parts]
        holes = [part for part in text.parts if not isinstance(part.content, str)]
        source = self._source_of(self._home(text)) or Source(self._extraction.path, b"")
        assemble = script_of_segments if is_shell else text_of_segments
        return assemble(segments, source), holes

    def _home(self, text: Text) -> str:
        """The file that a script is told to be in: the one that is checked, if any of it stands there."""
        written = _written_in(text)
        if self._extraction.path in written:
            return self._extraction.path
        return written[0] if written else self._extraction.path

    def _value(self, piece: Piece) -> Value:
        return self._seen(piece.content) if isinstance(piece.content, Value) else UNKNOWN

    def _seen(self, value: Value) -> Value:
        """A value that somebody looks into: what the repository says that it is, each of several trees put together."""
        found = (self._extraction.observed(one) for one in alternatives(value))
        return union(tuple(inner for one in found for inner in self._joined(one)))

    def _joined(self, value: Value) -> tuple[Value, ...]:
        shape = value.shape
        if isinstance(shape, Derivation) and shape.joined:
            return (value, *self._extraction.lacking(shape))
        return (value,)


def _written_in(text: Text) -> list[str]:
    """The files in which the parts of a text are written."""
    return [place.path for part in text.parts for place in (part.via, part.place) if place is not None]


def _segment(part: Piece) -> Segment:
    path, start, end = part.via or part.place or ("", 0, 0)
    if isinstance(part.content, str):
        return Segment(part.content, path, start, end, part.verbatim)
    return Segment(None, path, start, end, False)


def _content(use: ShellUse, holes: list[Piece], environment: Attrs | None) -> Value:
    """What is written where the value of a use comes from."""
    if use.hole is not None:
        content = holes[use.hole].content
        return content if isinstance(content, Value) else UNKNOWN
    thunk = _thunk(environment, use.outside) if environment is not None and use.outside is not None else None
    return thunk() if thunk is not None else UNKNOWN


def _is_joined(value: Value) -> bool:
    """Whether a value is several trees that a derivation puts together."""
    return any(isinstance(one.shape, Derivation) and one.shape.joined for one in alternatives(value))


def _place_of(use: ShellUse, holes: list[Piece], environment: Attrs | None) -> Place | None:
    """Where the value of a use is written."""
    if use.hole is not None:
        return holes[use.hole].place
    if use.outside is None or environment is None:
        return None
    return _place_of_variable(environment, use.outside, use.value)


def _holds_package(value: Value) -> bool:
    for one in alternatives(value):
        if isinstance(one.shape, Package | PackageSet | Tree) or _is_joined(one):
            return True
        if isinstance(one.shape, Text) and any(
            isinstance(part.content, Value) and _holds_package(part.content) for part in one.shape.parts
        ):
            return True
    return False


def _thunk(environment: Attrs, name: str) -> Thunk | None:
    """What a derivation's attributes, or those of its `env`, say of a variable."""
    thunk = environment.names.get(name)
    if thunk is not None:
        return thunk
    env = environment.names.get("env")
    inner = env().shape if env is not None else None
    return inner.names.get(name) if isinstance(inner, Attrs) else None


def _place_of_variable(environment: Attrs, name: str, value: Value) -> Place | None:
    """Where a derivation's attribute is given its value; of a list or text, the element that is meant."""
    thunk = _thunk(environment, name)
    if thunk is None:
        return None
    meant = {one.shape for one in alternatives(value)}
    for item in items_of(thunk()):
        if any(one.shape in meant for one in alternatives(item())):
            return item.place
    for option in alternatives(thunk()):
        if isinstance(option.shape, Text):
            for part in option.shape.parts:
                content = part.content
                found = alternatives(content) if isinstance(content, Value) else ()
                if part.place is not None and any(one.shape in meant for one in found):
                    return part.place
    return thunk.place

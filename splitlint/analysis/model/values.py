"""What an expression denotes, as far as splitlint can tell, and why it thinks so.

A `Value` is a shape, how sure we are, and the chain of reasons. Shapes are small frozen classes; the families and
names in them come from the packs (`rules/*/pack.toml`), so that nothing here knows about any package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from splitlint.findings.finding import Confidence
from splitlint.startup.records import dataclass, field, replace

_MOST_REASONS = 8


class Place(NamedTuple):
    """A stretch of a file: byte offsets, from and to."""

    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a proof, with the place that shows it (byte offsets in `path`)."""

    text: str
    path: str
    start: int
    end: int


class Thunk(Protocol):
    """A value that is worked out when it is called for. `place` is the expression that gives it, if it is written."""

    def __call__(self) -> Value: ...

    @property
    def place(self) -> Place | None: ...


class Given:
    """A thunk of a value that is known already."""

    __slots__ = ("place", "value")

    def __init__(self, value: Value, place: Place | None = None) -> None:
        self.value = value
        self.place = place

    def __call__(self) -> Value:
        return self.value


@dataclass(frozen=True, slots=True)
class Made:
    """The call that made a package: the maker's dotted name and what it was given."""

    function: str
    arguments: tuple[Thunk, ...]


class Taken(NamedTuple):
    """A parameter that takes any tree: the function, the parameter's name, where the caller wrote what is passed."""

    function: str
    name: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Package:
    """A package of a family. `output` is None for the whole package, else the output chosen.

    `custom` says that nixpkgs did not build it, so that it has no such outputs to choose from.
    `overridden` says that its attributes went through `overrideAttrs` or the like, `attributes` what they are now.
    `root` is the global name it was proved from (`config.boot.kernelPackages.kernel`), or "".
    `taken`: it is seen as the parameter of a function that takes any tree, so that the caller is judged.
    `claim` names the parameter by whose name alone it is thought to be one, "" if more is known.
    Two packages of nixpkgs are the same value, wherever they come from.
    """

    family: str
    output: str | None = None
    custom: bool = False
    overridden: bool = field(default=False, compare=False)
    root: str = field(default="", compare=False)
    claim: str = field(default="", compare=False)
    taken: Taken | None = field(default=None, repr=False, compare=False)
    made: Made | None = field(default=None, repr=False, compare=False)
    attributes: Attrs | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PackageSet:
    """The set of packages that a family's package is a member of (`linuxPackages`).

    `member` is the package in it where the set was made from a known one (`linuxPackagesFor k`).
    """

    family: str
    root: str = field(default="", compare=False)
    member: Value | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute of a family's package that is no output: `kernel.makeFlags`, `kernel.version`.

    `items` are the elements that matter of one that is a list, `element` is the text of such an element. `place` is
    where it is read.
    """

    family: str
    name: str
    owner: Value | None = field(default=None, repr=False, compare=False)
    element: str = ""
    items: tuple[Thunk, ...] = field(default=(), repr=False, compare=False)
    place: Place | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Tree:
    """A named place that stands for another tree (`config.system.modulesTree`, the toplevel)."""

    place: str


@dataclass(frozen=True, slots=True)
class Global:
    """A name in the world outside the file: `pkgs.vmTools`, `lib.getOutput`, `config.boot`, `builtins`.

    The first element is one of `pkgs`, `lib`, `builtins`, `config`, `options`, or `?` where only a last name is known.
    """

    path: tuple[str, ...]

    @property
    def dotted(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Hole:
    """Text that is not known. In a path it matches any characters within one segment or more."""


HOLE = Hole()


class Piece(NamedTuple):
    """A part of a text, and where it is written. `verbatim`: a string that stands there byte for byte.

    `via` is the interpolation by which it came into the text, where that is not where it is written.
    `optional`: it may be missing (`optionalString c ".."`).
    """

    content: str | Value | Hole
    place: Place | None = None
    verbatim: bool = False
    via: Place | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A string: literal pieces with their escapes undone, values put into it, holes."""

    parts: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """A list: its known elements in order; `open` if it may have others, or lack some of them."""

    items: tuple[Thunk, ...]
    open: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Attrs:
    """An attribute set: thunks by name; `open` if it may have others, `base` what those are read from, if known.

    `place` is the set's own syntax, if it is written somewhere. Of the names, those in `optional` may be missing.
    """

    names: Mapping[str, Thunk]
    open: bool = False
    base: Value | None = None
    place: Place | None = None
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function written in Nix: the `Lambda` node and the environment that it was made in."""

    node: object = field(repr=False)
    environment: object = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Native:
    """A function of the engine that still waits for arguments: its name, how many it takes, those it has."""

    name: str
    arity: int
    run: Callable[..., Value] = field(repr=False)
    given: tuple[Thunk, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True, eq=False)
class Derivation:
    """What a builder made that is no package of a family: its dotted name and, if known, the attributes it got.

    Also evidence *against* being a package of a family.
    """

    maker: str
    attributes: Attrs | None = field(default=None, repr=False)
    joined: tuple[Thunk, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """The result of calling a function whose inside we do not look at, or know nothing about."""

    function: str
    arguments: tuple[Thunk, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class Union:
    """One of several values (`if`, `or`, merged options), most likely first."""

    options: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A boolean, number, null, path or URI. `text` is "" where it is one, but not known which.

    A path is resolved against the folder of the file that it is written in.
    """

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """There is no value, but an end of evaluation: `throw "not supported"`."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known."""


Shape = (
    Package
    | PackageSet
    | Member
    | Tree
    | Global
    | Text
    | Listing
    | Attrs
    | Closure
    | Native
    | Derivation
    | Call
    | Union
    | Literal
    | Failure
    | Unknown
)
#: What a reason is worth being kept for.
_PROVED = (Package, PackageSet, Member, Tree, Text, Derivation, Union)


@dataclass(frozen=True, slots=True)
class Value:
    """A shape with how sure we are of it and why, the latest step first."""

    shape: Shape
    confidence: Confidence = Confidence.HIGH
    reasons: tuple[Reason, ...] = field(default=(), compare=False)

    def because(self, reason: Reason) -> Value:
        """The same value with one more step of proof; a chain longer than 8 steps grows no further."""
        shape = self.shape
        if not isinstance(shape, _PROVED) or len(self.reasons) >= _MOST_REASONS or reason in self.reasons:
            return self
        if isinstance(shape, Union):
            shape = Union(tuple(option.because(reason) for option in shape.options))
        return Value(shape, self.confidence, (reason, *self.reasons))

    def at_most(self, confidence: Confidence) -> Value:
        """The same value, no surer than `confidence`."""
        if self.confidence <= confidence:
            return self
        shape = self.shape
        if isinstance(shape, Union):
            shape = Union(tuple(option.at_most(confidence) for option in shape.options))
        return Value(shape, confidence, self.reasons)

    def as_shape(self, shape: Shape) -> Value:
        """Another shape proved by the same steps."""
        return Value(shape, self.confidence, self.reasons)


UNKNOWN = Value(Unknown(), Confidence.LOW)
FAILURE = Value(Failure())
TRUE = Value(Literal("boolean", "true"))
FALSE = Value(Literal("boolean", "false"))
MAYBE = Value(Literal("boolean"))
NULL = Value(Literal("null", "null"))


def boolean(known: bool | None) -> Value:
    """A boolean, or one of which it is not known which it is."""
    return MAYBE if known is None else TRUE if known else FALSE


def truth(value: Value) -> bool | None:
    """What a boolean surely is, None where that is not known; alternatives that all fail alike count as one."""
    found = {_truth(one) for one in alternatives(value) if not isinstance(one.shape, Failure)}
    return found.pop() if len(found) == 1 else None


def _truth(value: Value) -> bool | None:
    shape = value.shape
    if isinstance(shape, Literal) and shape.kind == "boolean" and shape.text and value.confidence is Confidence.HIGH:
        return shape.text == "true"
    return None


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values it may be: itself, or the options of a union."""
    return value.shape.options if isinstance(value.shape, Union) else (value,)


def unwrapped(value: Value) -> Value:
    """The value itself, or the one value that a text consists of."""
    shape = value.shape
    if isinstance(shape, Text) and len(shape.parts) == 1 and isinstance(inner := shape.parts[0].content, Value):
        return inner if inner.reasons or not value.reasons else Value(inner.shape, inner.confidence, value.reasons)
    return value


_MOST_OPTIONS = 12


def union(values: tuple[Value, ...]) -> Value:
    """One value for several alternatives: equal ones are one; unknown ones are dropped but cost confidence.

    Errors (`throw`) are dropped. A list of which only some elements are known stands for all alternatives of its kind.
    """
    flat = [one for value in values for one in alternatives(value) if not isinstance(one.shape, Failure)]
    if not flat:
        return FAILURE if values else UNKNOWN
    known: list[Value] = []
    for one in flat:
        if isinstance(one.shape, Unknown):
            continue
        same = next((number for number, other in enumerate(known) if other.shape == one.shape), None)
        if same is None:
            known.append(one)
        elif isinstance(one.shape, Literal | Text):
            # Where one of them may be something else, so may the whole.
            known[same] = min(known[same], one, key=lambda value: value.confidence)
        elif one.confidence > known[same].confidence:
            known[same] = one
    if not known:
        return UNKNOWN
    if any(isinstance(one.shape, Unknown) for one in flat):
        known = [one.at_most(Confidence.MEDIUM) for one in known]
    if len(known) == 1:
        return known[0]
    return Value(Union(tuple(known[:_MOST_OPTIONS])), max(one.confidence for one in known))


def text_of(value: Value, place: Place | None = None) -> Text:
    """What a value becomes inside a string: its own pieces if it is text, else itself as one piece."""
    shape = value.shape
    if isinstance(shape, Text):
        return shape
    if isinstance(shape, Unknown | Failure | Closure | Native | Listing):
        return Text((Piece(HOLE, place),))
    if isinstance(shape, Literal) and shape.kind in ("number", "boolean", "null"):
        return Text((Piece(shape.text or HOLE, place),))
    return Text((Piece(value, place),))


def literal_text(value: Value) -> str | None:
    """The text that a value is, None unless all of it is known."""
    shape = value.shape
    if isinstance(shape, Text) and all(isinstance(part.content, str) and not part.optional for part in shape.parts):
        return "".join(str(part.content) for part in shape.parts)
    if isinstance(shape, Literal) and shape.kind in ("uri", "number") and shape.text:
        return shape.text
    if isinstance(shape, Member) and shape.element:
        return shape.element
    return None


def known_text(value: Value) -> str | None:
    """The text that a value surely is, None unless all of it is known.

    An element of a package's attribute is its text, however sure it is that it is that package.
    """
    if isinstance(value.shape, Member) and value.shape.element:
        return value.shape.element
    return literal_text(value) if value.confidence is Confidence.HIGH else None


def number(value: Value) -> int | None:
    """The integer that a value surely is, None where it is not known or no integer."""
    shape = value.shape
    if isinstance(shape, Literal) and shape.kind == "number" and value.confidence is Confidence.HIGH:
        text = shape.text.removeprefix("-")
        return int(shape.text) if text.isdecimal() else None
    return None


def integer(known: int | None) -> Value:
    """A number; one that does not fit into Nix's 64 bits is not known."""
    return Value(Literal("number", str(known) if known is not None and -(1 << 63) <= known < 1 << 63 else ""))


def unsure(value: Value) -> Value:
    """The same value, but something else may be meant: of a condition or a number, nothing is known then."""
    return value.at_most(Confidence.MEDIUM)


def plain(text: str, place: Place | None = None) -> Value:
    """A text that is known."""
    return Value(Text((Piece(text, place),) if text else ()))


def merged_text(contents: Iterable[str | Value | Hole]) -> Text:
    """A text of these, without places; literal pieces side by side are one."""
    parts: list[Piece] = []
    for content in contents:
        inner = content.shape.parts if isinstance(content, Value) and isinstance(content.shape, Text) else None
        for one in (part.content for part in inner) if inner is not None else (content,):
            last = parts[-1].content if parts else None
            if isinstance(one, str) and isinstance(last, str):
                parts[-1] = Piece(last + one)
            elif one != "":
                parts.append(Piece(one))
    return Text(tuple(parts))


HOLE_MARK = "\x00"


def flat(text: Text) -> str:
    """A text as a string in which HOLE_MARK stands for values and for what is not known."""
    pieces = []
    for part in text.parts:
        content = part.content
        if isinstance(content, str):
            pieces.append(content)
        elif isinstance(content, Value) and isinstance(content.shape, Text):
            pieces.append(flat(content.shape))
        else:
            pieces.append(HOLE_MARK)
    return "".join(pieces)


def packages_in(value: Value) -> Iterator[Value]:
    """The packages and named trees that a value is or that stand in its text."""
    for option in alternatives(value):
        shape = option.shape
        if isinstance(shape, Package | Tree):
            yield option
        elif isinstance(shape, Text):
            for part in shape.parts:
                if isinstance(part.content, Value):
                    yield from packages_in(part.content)


def with_package(value: Value, **changes: object) -> Value:
    """The value with fields of its package changed; any other value as it is."""
    shape = value.shape
    return value.as_shape(replace(shape, **changes)) if isinstance(shape, Package) else value  # type: ignore[arg-type]

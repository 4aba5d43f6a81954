"""What an expression denotes, as far as splitlint can tell, and why it thinks so.

A `Value` is a shape, how sure we are, and the chain of reasons. Shapes are small frozen
classes; the families and names in them come from the packs (`rules/*/pack.toml`), so that
nothing here knows about kernels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from splitlint.findings.finding import Confidence
from splitlint.startup.records import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a proof, with the place that shows it (byte offsets in `path`)."""

    text: str
    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Package:
    """A package of a family. `output` is None for the whole package, else the output chosen.

    `custom` says that nixpkgs did not build it, so that it has no such outputs to choose from.
    `overridden` says that its attributes went through `overrideAttrs` or the like.
    `root` is the global name it was proved from (`config.boot.kernelPackages.kernel`), or "".
    """

    family: str
    output: str | None = None
    custom: bool = False
    overridden: bool = False
    root: str = ""


@dataclass(frozen=True, slots=True)
class PackageSet:
    """The set of packages that a family's package is a member of (`linuxPackages`).

    `member` is the package in it where the set was made from a known one (`linuxPackagesFor k`).
    """

    family: str
    root: str = ""
    member: Value | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute of a family's package that is no output: `kernel.makeFlags`, `kernel.version`."""

    family: str
    name: str


@dataclass(frozen=True, slots=True)
class Tree:
    """A named place that stands for another tree (`config.system.modulesTree`, the toplevel)."""

    place: str


@dataclass(frozen=True, slots=True)
class Global:
    """A name in the world outside the file: `pkgs.vmTools`, `lib.getOutput`, `config.boot`, `builtins`.

    The first element is one of `pkgs`, `lib`, `builtins`, `config`, `options`.
    """

    path: tuple[str, ...]

    @property
    def dotted(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Hole:
    """Text that is not known. In a path it matches any characters within one segment or more."""


HOLE = Hole()


@dataclass(frozen=True, slots=True)
class Text:
    """A string: literal pieces, values put into it, holes.

    Literal pieces have their escapes undone. No two literal pieces stand side by side.
    """

    parts: tuple[str | Value | Hole, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its known elements in order; `open` if it may have others."""

    items: tuple[Value, ...]
    open: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Attrs:
    """An attribute set: thunks by name; `open` if it may have others. `node` is its syntax, if any."""

    names: Mapping[str, Callable[[], Value]]
    open: bool = False
    node: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function: `apply(argument thunk, scope=None) -> Value`; `scope` is what `callPackage` fills from.

    `owner` is the set of packages whose `callPackage` it is, if it is one; `home` is the evaluator of `node`'s file.
    """

    apply: Callable[..., Value] = field(repr=False)
    node: Any = field(default=None, repr=False)
    owner: Value | None = field(default=None, repr=False)
    home: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """The result of calling a global function whose inside we do not look at.

    `makeModulesClosure { .. }` is Call("pkgs.makeModulesClosure", ..); a `mkDerivation` is one too,
    and so is evidence *against* being a package of a family.
    """

    function: str
    arguments: tuple[Callable[[], Value], ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class Union:
    """One of several values (`if`, `or`, merged options), most likely first."""

    options: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, boolean, null, path or anything else that is surely no package."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known."""


Shape = (
    Package | PackageSet | Member | Tree | Global | Text | Listing | Attrs | Function | Call | Union | Literal | Unknown
)


@dataclass(frozen=True, slots=True)
class Value:
    """A shape with how sure we are of it and why, the latest step first."""

    shape: Shape
    confidence: Confidence = Confidence.HIGH
    reasons: tuple[Reason, ...] = ()

    def because(self, reason: Reason) -> Value:
        """The same value with one more step of proof; a chain longer than 8 steps grows no further."""
        if len(self.reasons) >= 8 or (self.reasons and self.reasons[0] == reason):
            return self
        shape = self.shape
        if isinstance(shape, Union):
            shape = Union(tuple(option.because(reason) for option in shape.options))
        return replace(self, shape=shape, reasons=(reason, *self.reasons))

    def at_most(self, confidence: Confidence) -> Value:
        """The same value, no surer than `confidence`."""
        if self.confidence <= confidence:
            return self
        shape = self.shape
        if isinstance(shape, Union):
            shape = Union(tuple(option.at_most(confidence) for option in shape.options))
        return replace(self, shape=shape, confidence=confidence)

    def as_shape(self, shape: Shape) -> Value:
        """Another shape proved by the same steps."""
        return replace(self, shape=shape)


UNKNOWN = Value(Unknown(), Confidence.LOW)


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values it may be: itself, or the options of a union, flattened."""
    if not isinstance(value.shape, Union):
        return (value,)
    return tuple(one for option in value.shape.options for one in alternatives(option))


def is_error(value: Value) -> bool:
    """Whether there is no value, but an end of evaluation: `throw "not supported"`."""
    return isinstance(value.shape, Call) and value.shape.function in ("builtins.throw", "builtins.abort")


def unwrapped(value: Value) -> Value:
    """The value itself, or the one value that a text consists of."""
    if isinstance(value.shape, Text) and len(value.shape.parts) == 1 and isinstance(value.shape.parts[0], Value):
        inner = value.shape.parts[0]
        return inner if inner.reasons or not value.reasons else Value(inner.shape, inner.confidence, value.reasons)
    return value


def union(values: tuple[Value, ...]) -> Value:
    """One value for several alternatives; unknown ones are dropped but cost confidence, errors (`throw`) do not."""
    flat = tuple(one for value in values for one in alternatives(value))
    flat = tuple(one for one in flat if not is_error(one)) or flat
    known = tuple(one for one in flat if not isinstance(one.shape, Unknown))
    if not known:
        return UNKNOWN
    if len(known) < len(flat):
        known = tuple(one.at_most(Confidence.MEDIUM) for one in known)
    if len(known) == 1:
        return known[0]
    return Value(Union(known), max(one.confidence for one in known))


def text_of(value: Value) -> Text:
    """What a value becomes inside a string: its own pieces if it is text, else itself as one piece."""
    match value.shape:
        case Text():
            return value.shape
        case Unknown():
            return Text((HOLE,))
        case Literal(kind="number", text=text):
            return Text((text or HOLE,))
        case _:
            return Text((value,))


def join(texts: tuple[Text, ...]) -> Text:
    """Texts one after another, literal pieces merged."""
    parts: list[str | Value | Hole] = []
    for text in texts:
        for part in text.parts:
            last = parts[-1] if parts else None
            if isinstance(part, str) and isinstance(last, str):
                parts[-1] = last + part
            elif part != "":
                parts.append(part)
    return Text(tuple(parts))

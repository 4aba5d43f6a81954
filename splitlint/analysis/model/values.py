"""What an expression denotes, as far as splitlint can tell, and why it thinks so.

A `Value` is a shape, how sure we are, and the chain of reasons. Shapes are small frozen classes; the families and
names in them come from the packs (`rules/*/pack.toml`), so that nothing here knows about any package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from splitlint.analysis.model.holes import Hole
from splitlint.analysis.model.places import Place, Reason, Taken, Trace
from splitlint.findings.finding import Confidence
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.records import dataclass, field

_MOST_REASONS = 8


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


@dataclass(frozen=True, slots=True)
class Package:
    """A package of a family. `output` is None for the whole package, else the output chosen.

    `custom` says that nixpkgs did not build it, so that it has no such outputs to choose from.
    `overridden` says that its attributes went through `overrideAttrs` or the like, `attributes` what they are now.
    `root` is the global name it was proved from (`config.frobPackages.frob`), or "".
    `taken`: it is seen as the parameter of a function that takes any tree, so that the caller is judged.
    `claim` names the parameter by whose name alone it is thought to be one, "" if more is known.
    `platform` is what it is built for, as the code names it (`riscv64`, `powerpc64le-linux`), "" if it does not.
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
    platform: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PackageSet:
    """The set of packages that a family's package is a member of (`frobPackages`).

    `member` is the package in it where the set was made from a known one (`frobPackagesFor k`), `others` what was put
    over it besides.
    """

    family: str
    root: str = field(default="", compare=False)
    member: Value | None = None
    platform: str = field(default="", repr=False, compare=False)
    others: Attrs | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute of a family's package that is no output: `frob.flags`, `frob.version`.

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
    `platform`: of `pkgs`, as `Package.platform`.
    """

    path: tuple[str, ...]
    platform: str = field(default="", repr=False, compare=False)

    @property
    def dotted(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Real:
    """Where `target` leads when its links are followed."""

    target: Text


@dataclass(frozen=True, slots=True)
class Beside:
    """The folder in which `target` really stands, its links followed."""

    target: Text


class Piece(NamedTuple):
    """A part of a text, and where it is written. `verbatim`: a string that stands there byte for byte.

    `via` is the interpolation by which it came into the text, where that is not where it is written.
    `optional`: it may be missing (`optionalString c ".."`). `trace`: in a shell word, how it came there.
    """

    content: Content
    place: Place | None = None
    verbatim: bool = False
    via: Place | None = None
    optional: bool = False
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A string: literal pieces with their escapes undone, values put into it, holes, what links lead to."""

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


_Packages = Package | PackageSet | Member | Tree | Derivation
_Data = Text | Listing | Attrs | Literal | Union
_Named = Global | Closure | Native | Call
Shape = _Packages | _Data | _Named | Failure | Unknown
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


#: What a part of a text is.
Content = str | Value | Hole | Real | Beside
NO_TEXT = Text(())
UNKNOWN = Value(Unknown(), Confidence.LOW)
FAILURE = Value(Failure())

"""The fact that every language yields: a value is used somewhere, by a path below it, by somebody."""

from __future__ import annotations

from collections.abc import Callable

from splitlint.analysis.model.places import Place, Reason
from splitlint.analysis.model.values import Thunk, Value
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.records import dataclass, field

#: How a value comes to the place where it is used: written there, through a variable of the script, as a derivation's
#: attribute, through a folder that the script has gone into or a link that it has made.
DIRECT, VARIABLE, ATTRIBUTE, FOLDER = "direct", "variable", "attribute", "folder"


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a function, by its number (0-based), or an attribute of it by its names.

    `function` is the dotted name, `?.name` where only the last is known. `in_list`: an element of a list there.
    `through`: what made of it goes on, `pkgs.joinFrobs` in `tools.override { frob = joinFrobs .. }`.
    """

    function: str
    position: int = 0
    attribute: tuple[str, ...] = ()
    in_list: bool = False
    through: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """`pkgs.closureInfo{rootPaths}[]`, as pages write it."""
        number = f"({self.position})" if self.position else ""
        inner = "{" + ".".join(self.attribute) + "}" if self.attribute else ""
        return (
            "".join(f"{one}>" for one in self.through) + self.function + number + inner + ("[]" if self.in_list else "")
        )


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a set. `names` are those above it too, as far as they are known; `is_option` if it is NixOS's."""

    names: tuple[str, ...]
    in_list: bool = False
    is_option: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A word of a command in a script.

    `name` is the command, "" if it is not known; `text` all of it; `before` the word in front, `prefix` what stands in
    the same word before the value; `assigned` the variable that the word is assigned to; `script` the script's text.
    `company`, where all of the value is meant: the other values that the command is given, or for one that puts things
    together, all such commands in the script. `opens`: the command opens what the word names, and does not only
    pass it on as text.
    """

    name: str
    text: str = field(default="", repr=False)
    before: str = ""
    prefix: str = ""
    assigned: str = ""
    script: str = field(default="", repr=False)
    company: tuple[Value, ...] = field(default=(), repr=False, compare=False)
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A text that is no script, as far as that can be told."""


@dataclass(frozen=True, slots=True)
class Program:
    """A path in a program that is no shell script: Python, or another language by its string literals."""

    language: str
    writes: bool = False


#: When a script runs: while something is built, or later, on a machine; "" if that cannot be told.
IN_BUILD, LATER = "build", "later"
#: How an attribute is asked for that is not there: read, read with an `or` behind it, asked for a part of it (`x ? y`).
READ, DEFAULT, ASKED = "read", "default", "asked"


@dataclass(frozen=True, slots=True)
class Absent:
    """The value is an attribute that is not there any more; `how` it is asked for."""

    how: str


Sink = Argument | Attribute | Command | Written | Program | Absent


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a value.

    `value` is a package of a family (or its attribute, or a named tree), `path` what is read below it ("" for itself,
    HOLE_MARK for what is not known). `place` is where the value is written: what a finding underlines and a fix
    changes. `span` is where it is used, if that is elsewhere. `carried` is the part of the path that came with the
    value through a variable. `company` are the other elements of the list that it travels in. `silence` says why
    nobody would notice that it is missing, None if somebody would; `when` when the script runs. `is_written`: `place`
    is an expression that a fix may replace, not the call that computed it. `instead` is what a script takes where it
    finds that the path is not there. `is_checked`: the script asks whether that very path is there, here or before it
    comes here.
    """

    value: Value
    path: str
    sink: Sink
    place: Place
    span: Place | None = None
    way: str = DIRECT
    variable: str = ""
    carried: str = ""
    company: tuple[Thunk, ...] = field(default=(), repr=False, compare=False)
    silence: str | None = None
    when: str = ""
    steps: tuple[Reason, ...] = field(default=(), compare=False)
    is_written: bool = True
    instead: tuple[Value, ...] = field(default=(), repr=False, compare=False)
    is_checked: bool = field(default=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Override:
    """An attribute of a package that is overridden: the package, the attribute's dotted name, where its value is.

    `places` are the expressions that the value consists of: the whole, and what it is put together from. `how` is what
    overrides it: `overrideAttrs`, `overrideDerivation`.
    """

    package: Value
    attribute: str
    places: tuple[Place, ...]
    call: Place
    how: str = "overrideAttrs"


class Asked(NamedTuple):
    """What somebody will ask about; `EVERYTHING` where nobody has said.

    `sinks` are the last names of functions and attributes. `anything` says of whom it is asked what they are given,
    whatever it is; `receiver` whether a function, or an attribute by its names, is asked about at all.
    """

    sinks: frozenset[str] = frozenset()
    anything: Callable[[Sink], bool] = lambda sink: False
    receiver: Callable[[Argument | Attribute], bool] = lambda sink: True


EVERYTHING = Asked()

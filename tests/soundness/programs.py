"""Nix programs made up at random, of which every part has a type, so that most of them evaluate to something.

A program is the body of a function that is given `pkgs`, `lib`, and `u`: a set of values that the program does not
show. What a program consists of is in the tables beside this file, and in the productions here, which bind names.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.soundness.rows import Binding, Row, Type, filled, type_of, unified

_SIMPLE: tuple[str, ...] = ("str", "int", "bool", "str", "[str]", "{str}", "str?", "[int]", "pkg", "{int}", "[{str}]")
_NAMES = ("a", "b", "c", "d", "e", "f", "g")
_KEYS = ("x", "y", "z", "w", "dev", "modules")
_VERSIONS = ("6.12", "25.11", "6.12.3", "6.1", "24.05", "6.12-rc1", "6.12pre", "06.12", "1.a.2")
_STRINGS = ("", "x", "y", "z", "/lib/modules", "modules", "6.12", "25.11", "a-b", "x y", "dev", "1", "a/b.c", "/", "X")

#: What stands around and between the two sides of a pipe until a program is written out.
_BEGIN, _PIPE, _END = "\1", "\2", "\3"


class Program(NamedTuple):
    """A program with pipes, the same without, which older Nix does not know, and the set that it is given as `u`."""

    text: str
    without_pipes: str
    given: str


@dataclass
class Scope:
    """The names that are bound where an expression stands, and those that a `with` brings in."""

    names: Mapping[str, Type] = field(default_factory=dict)
    withs: Mapping[str, Type] = field(default_factory=dict)

    def of(self, wanted: Type) -> list[str]:
        """The names of a type."""
        by_with = [name for name, kind in self.withs.items() if kind == wanted and name not in self.names]
        return [name for name, kind in self.names.items() if kind == wanted] + by_with

    def bound(self, more: Mapping[str, Type]) -> Scope:
        return Scope({**self.names, **more}, self.withs)

    def brought(self, more: Mapping[str, Type]) -> Scope:
        return Scope(self.names, {**self.withs, **more})


class Maker:
    """Makes programs. `rows` is what they are made of."""

    def __init__(self, seed: int, rows: Sequence[Row]) -> None:
        self.random = random.Random(seed)
        #: How often a value that the program does not show is chosen.
        self.doubt = 0.0
        self.by_kind: dict[object, list[Row]] = {}
        for row in rows:
            self.by_kind.setdefault(row.result[0], []).append(row)

    def program(self, depth: int) -> Program:
        """A program that is so deep."""
        given = self.unknowns()
        self.doubt = self.random.choice((0.02, 0.1, 0.3, 0.6))
        text = self.expression(self.simple(), depth, Scope())
        piped = text.replace(_BEGIN, "(").replace(_PIPE, " |> ").replace(_END, ")")
        return Program(piped, _applied(text), given)

    def simple(self) -> Type:
        return type_of(self.random.choice(_SIMPLE))

    def unknowns(self) -> str:
        """What programs read from outside: `u.str`, `u.bool` .."""
        made = {kind: self.literal(type_of(kind)) for kind in ("str", "int", "bool")}
        made["list"] = f"[ {self.literal(type_of('str'))} ]"
        made["set"] = f"{{ {self.random.choice(_KEYS)} = {self.literal(type_of('str'))}; }}"
        return "{ id = x: x; " + " ".join(f"{name} = {text};" for name, text in made.items()) + " }"

    def expression(self, wanted: Type, depth: int, scope: Scope) -> str:
        """An expression of a type, in parentheses where it needs them."""
        names = scope.of(wanted)
        if names and self.random.random() < (0.35 if depth > 0 else 0.8):
            return self.random.choice(names)
        if depth <= 0 or wanted[0] in _WORDS:
            return self.leaf(wanted, scope)
        if self.random.random() < 0.2:
            return self.binder(wanted, depth, scope)
        return self.from_row(wanted, depth, scope)

    def from_row(self, wanted: Type, depth: int, scope: Scope) -> str:
        choices = self.by_kind.get(wanted[0], []) + self.by_kind["var"]
        while True:
            row = self.random.choice(choices)
            # Rows of any type are many: those of a type of its own come as often.
            if row.result[0] == "var" and self.random.random() < 0.6 and wanted[0] in self.by_kind:
                continue
            binding: Binding = {}
            if unified(row.result, wanted, binding) and (row.only is None or binding.get("a") == row.only):
                break
        parts = []
        for part in row.parts:
            if isinstance(part, str):
                parts.append(self.respelled(part))
                continue
            kind = filled(part, binding, self.simple)
            shift = 2 if self.random.random() < 0.3 else 1
            parts.append(self.expression(kind, depth - shift, scope))
        return self.piped("".join(parts))

    def piped(self, text: str) -> str:
        """An expression in parentheses, with its pipe marked."""
        value, bar, function = text.rpartition(" |> ")
        return f"{_BEGIN}{value}{_PIPE}({function}){_END}" if bar else f"({text})"

    def respelled(self, text: str) -> str:
        """A function of the library, named in one of the ways there are."""

        def other(found: re.Match[str]) -> str:
            name = found[1]
            ways = [f"(with lib; {name})", f'lib."{name}"', f"(let inherit (lib) {name}; in {name})"]
            return self.random.choice([f"lib.{name}"] * 4 + ways)

        return re.sub(r"\blib\.([\w']+)(?!\.|[\w'])", other, text)

    def leaf(self, wanted: Type, scope: Scope) -> str:
        names = scope.of(wanted)
        if names and self.random.random() < 0.7:
            return self.random.choice(names)
        if self.random.random() < self.doubt and wanted in _UNKNOWN:
            return _UNKNOWN[wanted]
        if self.random.random() < 0.01:
            return '(throw "no")'
        return self.literal(wanted, scope)

    def literal(self, wanted: Type, scope: Scope | None = None) -> str:
        """The simplest that is of a type."""
        choice = self.random.choice
        match wanted[0]:
            case "str" | "key":
                return f'"{choice(_STRINGS)}"'
            case "raw":
                return choice(("", "/lib", "x", " ", "modules/", "\\n"))
            case "raw-key":
                return choice(("", "x"))
            case "raw-str":
                return f'"{choice(("", "/lib", "x"))}"'
            case "str1":
                return f'"{choice(("x", "/", "a", ".", "-"))}"'
            case "outname":
                return f'"{choice(("dev", "modules", "out", "bin", "lib"))}"'
            case "version":
                return f'"{choice(_VERSIONS)}"'
            case "int" | "index3":
                return choice(("0", "1", "2"))
            case "index2":
                return choice(("0", "1"))
            case "bool":
                return choice(("true", "false"))
            case "pkg":
                return choice(("pkgs.linux", "pkgs.linux_latest", "pkgs.linuxPackages.kernel"))
            case "eq":
                return choice(("null", "1", '"x"', "[ ]", "{ }", "true", '"1"', "[ 1 ]", "{ x = 1; }"))
            case "opt":
                return "null" if self.random.random() < 0.5 else self.inner(wanted[1], scope)
            case "list":
                return f"[ {self.inner(wanted[1], scope)} ]" if self.random.random() < 0.7 else "[ ]"
            case "set":
                key = choice(_KEYS)
                return f"{{ {key} = {self.inner(wanted[1], scope)}; }}" if self.random.random() < 0.7 else "{ }"
            case "fn":
                return f"(n: {self.inner(wanted[2], scope)})"
        raise AssertionError(wanted)

    def inner(self, wanted: object, scope: Scope | None) -> str:
        assert isinstance(wanted, tuple)
        return self.expression(wanted, 0, scope or Scope())

    def binder(self, wanted: Type, depth: int, scope: Scope) -> str:
        """`let`, `with`, functions, recursive sets: what binds names that the rest may read."""
        makers = (self.let, self.with_, self.function, self.formals, self.recursive, self.let_inherit, self.let)
        return self.random.choice(makers)(wanted, depth, scope)

    def fresh(self, number: int) -> dict[str, Type]:
        names = self.random.sample(_NAMES, number)
        return {name: self.simple() for name in names}

    def bindings(self, names: Mapping[str, Type], depth: int, scope: Scope) -> list[str]:
        """`name = value;`, each of which may read those before it, in any order."""
        found, known = [], dict.fromkeys(names, ("nothing",))
        inner = scope.bound(known)
        for name, kind in names.items():
            found.append(f"{name} = {self.expression(kind, depth - 2, inner)};")
            inner = inner.bound({name: kind})
        self.random.shuffle(found)
        return found

    def let(self, wanted: Type, depth: int, scope: Scope) -> str:
        names = self.fresh(self.random.randint(1, 3))
        found = " ".join(self.bindings(names, depth, scope))
        return f"(let {found} in {self.expression(wanted, depth - 1, scope.bound(names))})"

    def let_inherit(self, wanted: Type, depth: int, scope: Scope) -> str:
        names = self.fresh(2)
        given = self.record(names, depth, scope.bound(dict.fromkeys(names, ("nothing",))))
        body = self.expression(wanted, depth - 1, scope.bound(names))
        return f"(let r = {given}; inherit (r) {' '.join(names)}; in {body})"

    def with_(self, wanted: Type, depth: int, scope: Scope) -> str:
        names = self.fresh(2)
        return f"(with {self.record(names, depth, scope)}; {self.expression(wanted, depth - 1, scope.brought(names))})"

    def function(self, wanted: Type, depth: int, scope: Scope) -> str:
        name, kind = next(iter(self.fresh(1).items()))
        body = self.expression(wanted, depth - 1, scope.bound({name: kind}))
        return f"(({name}: {body}) {self.expression(kind, depth - 2, scope)})"

    def formals(self, wanted: Type, depth: int, scope: Scope) -> str:
        """A function that takes names out of a set, some of which have a default."""
        names = self.fresh(3)
        first, second, third = names
        inner = scope.bound(dict.fromkeys(names, ("nothing",)))
        default = self.expression(names[second], depth - 2, inner.bound({first: names[first]}))
        given = {first: names[first], third: names[third]}
        whole = self.random.choice(("", "@g0", "@g0"))
        if self.random.random() < 0.5:
            given[second] = names[second]
        body = self.expression(wanted, depth - 1, scope.bound(names))
        if whole and self.random.random() < 0.4:
            body = f"(if g0 ? {second} then {body} else {self.expression(wanted, depth - 2, scope.bound(names))})"
        argument = self.record(given, depth, scope)
        return f"(({{ {first}, {second} ? {default}, {third}, ... }}{whole}: {body}) {argument})"

    def recursive(self, wanted: Type, depth: int, scope: Scope) -> str:
        names = self.fresh(2)
        found = " ".join(self.bindings(names, depth, scope))
        body = self.expression(wanted, depth - 1, scope.bound(names))
        return f"(rec {{ {found} it = {body}; }}.it)"

    def record(self, names: Mapping[str, Type], depth: int, scope: Scope) -> str:
        """A set that has at least these names."""
        entries = {name: f"{name} = {self.expression(kind, depth - 2, scope)};" for name, kind in names.items()}
        plain = "{ " + " ".join(entries.values()) + " }"
        condition = self.expression(("bool",), depth - 3, scope)
        ways = [plain] * 4 + [
            f"({plain} // lib.optionalAttrs {condition} {{ zz = 1; }})",
            f'(removeAttrs {plain} [ "zz" ])',
            f"(if {condition} then {plain} else {plain})",
            f"(builtins.mapAttrs (n: v: v) {plain})",
            f"(u.id {plain})",
        ]
        if len(entries) > 1:
            first, *rest = entries.values()
            ways.append(f"({{ {first} }} // {{ {' '.join(rest)} }})")
            ways.append(f"(lib.recursiveUpdate {{ {first} }} {{ {' '.join(rest)} }})")
        if not reads_itself(entries):
            ways.append(f"(rec {plain})")
        return self.random.choice(ways)


def reads_itself(entries: Mapping[str, str]) -> bool:
    """Whether an entry names another, so that the set means something else if it is recursive."""
    return any(re.search(rf"\b{name}\b", text.partition("=")[2]) for name in entries for text in entries.values())


def _applied(text: str) -> str:
    """A program with its pipes as applications."""
    pipe = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_PIPE}([^{_BEGIN}{_END}]*){_END}")
    while _BEGIN in text:
        text = pipe.sub(r"(\2 (\1))", text)
    return text


_WORDS = frozenset({"raw", "raw-str", "raw-key", "str1", "outname", "version", "index2", "index3", "eq"})
_UNKNOWN = {
    type_of("str"): "u.str",
    type_of("key"): "u.str",
    type_of("int"): "u.int",
    type_of("bool"): "u.bool",
    type_of("[str]"): "u.list",
    type_of("{str}"): "u.set",
    type_of("index3"): "u.int",
}

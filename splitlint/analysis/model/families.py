"""The world outside a file: which global names are packages, sets of packages and places.

Filled from the packs; the names themselves are data.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from re import Pattern, compile, escape

from splitlint.analysis.model.homes import Home, home_of, leads_to
from splitlint.analysis.model.values import Global, Member, Package, PackageSet, Piece, Shape, Text, Tree
from splitlint.startup.records import dataclass, field

#: Attributes of a package set that lead to another copy of it, for another machine or time.
_DETOURS = frozenset(
    {"buildPackages", "targetPackages", "pkgsBuildBuild", "pkgsBuildHost", "pkgsHostTarget", "pkgsBuildTarget"}
    | {"pkgsHostHost", "pkgsTargetTarget", "pkgsStatic", "pkgsMusl", "pkgsi686Linux", "pkgs", "__splicedPackages"}
)
#: Attributes of a set of packages that give it again with others in it.
EXTENDS = frozenset({"extend", "overrideScope", "overrideScope'"})
#: Attributes of a package that give the package again, changed; those of a set do so, too.
CHANGES = frozenset({"override", "overrideAttrs", "overrideDerivation"})
OVERRIDES = EXTENDS | CHANGES


def name_pattern(globs: tuple[str, ...]) -> Pattern[str]:
    """One pattern for dotted names: `*` stays within one name, `**` does not. Without globs none fits."""
    if not globs:
        return compile(r"(?!)")
    pieces = (escape(glob).replace(r"\*\*", ".+").replace(r"\*", r"[^.]+") for glob in globs)
    return compile("|".join(f"(?:{piece})" for piece in pieces))


class Names:
    """Dotted names that fit one of some globs; the pattern of those with a `*` is made when it is asked."""

    def __init__(self, globs: tuple[str, ...]) -> None:
        self._plain = frozenset(glob for glob in globs if "*" not in glob)
        self._wild = tuple(glob for glob in globs if "*" in glob)
        # Most names begin otherwise, and compiling takes 0.4 ms.
        self._begins = tuple({glob.partition("*")[0] for glob in self._wild})
        self._ends = tuple({glob.rpartition("*")[2] for glob in self._wild})
        self._pattern: Pattern[str] | None = None

    def __contains__(self, dotted: str) -> bool:
        if dotted in self._plain:
            return True
        if not (dotted.startswith(self._begins) and dotted.endswith(self._ends)):
            return False
        if self._pattern is None:
            self._pattern = name_pattern(self._wild)
        return self._pattern.fullmatch(dotted) is not None


@dataclass(frozen=True)
class Family:
    """Packages that are of one kind: what a pack says of them.

    Not `is_package`: sets of facts that nixpkgs has (a platform), of which only what is gone is followed.
    """

    name: str
    noun: str
    roots: tuple[str, ...]
    sets: tuple[str, ...]
    member: str
    names: frozenset[str]
    set_names: frozenset[str]
    makers: tuple[str, ...]
    set_makers: tuple[str, ...]
    outputs: tuple[str, ...]
    evidence: frozenset[str]
    evidence_paths: tuple[str, ...]
    tree_beside: frozenset[str]
    moved: Mapping[str, Home]
    #: The pack that says what has moved.
    pack: str = ""
    new_outputs: frozenset[str] = frozenset()
    set_extensions: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    maker_files: Mapping[str, str] = field(default_factory=dict)
    is_package: bool = True
    #: Attributes that a package of nixpkgs has, or has no more, in the newest nixpkgs: code may ask for them.
    has: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    #: Attributes that are lists, with those of their elements that matter.
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Paths below a parameter that show that it is something else, whatever it is called.
    against_paths: tuple[str, ...] = ()
    #: The same of the sets that it is a member of.
    set_has: frozenset[str] = frozenset()

    @cached_property
    def _globals(self) -> tuple[Names, Names, Names]:
        roots = tuple(glob for glob in self.roots if not glob.startswith("!"))
        never = tuple(glob[1:] for glob in self.roots if glob.startswith("!"))
        return Names(roots), Names(never), Names(self.sets)

    @cached_property
    def _set_ends(self) -> tuple[str, ...]:
        return tuple(name[:1].upper() + name[1:] for name in self.set_names)

    @property
    def first(self) -> str:
        """The output that the package itself is, as a path: the first of its outputs, whatever it is called."""
        return self.outputs[0]

    def is_first(self, output: str | None) -> bool:
        """Whether an output, None for the whole package, is the one that the package itself is as a path."""
        return output is None or output == self.first

    @cached_property
    def first_set(self) -> str:
        """The global name that stands for every set of the family of which no name is known, "" if there is none."""
        return next((name for name in self.sets if "*" not in name), "")

    def output_of(self, path: str) -> str:
        """Which output a path below a package is in now; the first, if nothing is known of the path."""
        home = home_of(path, self.moved)
        return home.output if home is not None else self.first

    def misplaced(self, output: str | None, path: str) -> Home | None:
        """Where a path really is that is looked for in an output (None: the package itself); None if it is there."""
        home, where = home_of(path, self.moved), output or self.first
        if home is None or home.output == where:
            return None
        is_above = any(one.output == where and leads_to(path, glob) for glob, one in self.moved.items())
        return None if is_above else home

    @property
    def has_split(self) -> bool:
        """Whether something of it has moved, or it is only told what is in which output."""
        return bool(self.new_outputs) or any(home.since for home in self.moved.values())

    def home_in(self, output: str) -> Home | None:
        """Why something is looked for in an output: the first entry of `moved` that leads there; None if none does."""
        return next((home for home in self.moved.values() if home.output == output), None)

    def is_set_name(self, name: str) -> bool:
        """Whether something is called like a set of the family, alone or at the end of a longer name."""
        return name in self.set_names or name.endswith(self._set_ends)

    def is_set_option(self, names: tuple[str, ...]) -> bool:
        """Whether an attribute of a NixOS module is an option that takes a set of the family."""
        return ".".join(names if names[0] == "config" else ("config", *names)) in self._globals[2]

    def excludes(self, dotted: str) -> bool:
        """Whether a global name is surely none of the family: one of those with `!`."""
        return dotted in self._globals[1]

    def shape_of(self, dotted: str) -> Shape | None:
        """The package or set of packages that a global name is, None if it is neither."""
        roots, never, sets = self._globals
        if dotted in sets:
            return PackageSet(self.name, dotted)
        if dotted in roots and dotted not in never:
            return Package(self.name, root=dotted)
        return None


def _stems_of(family: Family) -> frozenset[str]:
    return (family.stems or family.names | family.set_names) if family.is_package else frozenset()


@dataclass(frozen=True)
class World:
    """All families, places, read-backs and well-known texts of the packs in use."""

    families: tuple[Family, ...] = ()
    places: tuple[tuple[str, tuple[str, ...]], ...] = ()
    read_back: Mapping[str, tuple[str, ...]] | None = None
    texts: tuple[tuple[str, str], ...] = ()
    #: Files of nixpkgs that hold a function, by the end of their path, and its global name.
    files: Mapping[str, str] = field(default_factory=dict)
    #: Whether it is the world after all splits, in which code is judged, or the one before them.
    is_after: bool = True
    #: The system that code is built for (`x86_64-linux`), "" where it may be any.
    platform: str = ""

    @cached_property
    def new_outputs(self) -> frozenset[str]:
        """The outputs that came with a split: code that asks for one of them first is right in both worlds."""
        return frozenset(name for family in self.families for name in family.new_outputs)

    @cached_property
    def _stems(self) -> tuple[str, ...]:
        stems = {stem for family in self.families for stem in _stems_of(family)}
        return tuple(sorted(stems | {stem[:1].upper() + stem[1:] for stem in stems}))

    def is_worth_searching(self, name: str) -> bool:
        """Whether a repository may define a package, or a set of them, for others under a name: its files are searched.

        What is called otherwise is what it is by nixpkgs; an option called `package` may be anything.
        """
        return name == "package" or any(stem in name for stem in self._stems)

    def moved_words(self, packs: frozenset[str]) -> tuple[bytes, ...]:
        """What is written where something is looked for that has moved, as some packs say: up to the first wildcard."""
        families = [family for family in self.families if family.pack in packs]
        globs = {glob.split("*")[0].rstrip("/") for family in families for glob in family.moved}
        return tuple(sorted(glob.encode() for glob in globs if len(glob) > 3))

    def leads_to_root(self, path: tuple[str, ...]) -> bool:
        """Whether a global name is a set in which a family's package is: `config.services.x`, of `.. .package`."""
        return ".".join(path) in self._above_roots

    @cached_property
    def _above_roots(self) -> frozenset[str]:
        roots = (root.split(".") for family in self.families for root in family.roots if root.startswith("config."))
        return frozenset(".".join(names[:end]) for names in roots for end in range(2, len(names)))

    @cached_property
    def new_packages(self) -> frozenset[str]:
        """Global names of packages that came with a split: they have what left others."""
        return frozenset(home.package for family in self.families for home in family.moved.values() if home.since)

    def is_given(self, name: str) -> bool:
        """Whether the newest nixpkgs fills in a parameter of a name from a family's set, so that a default is dead."""
        return self.is_after and any(name in family.set_has for family in self.families)

    @cached_property
    def outputs(self) -> frozenset[str]:
        """The names of all outputs of packages of all families, in either world."""
        return frozenset(name for family in self.families for name in family.outputs)

    def outputs_of(self, family: Family) -> frozenset[str]:
        """The outputs that nixpkgs' packages of a family have in this world."""
        return frozenset(family.outputs) - (frozenset() if self.is_after else family.new_outputs)

    def family(self, name: str) -> Family | None:
        return next((family for family in self.families if family.name == name), None)

    def by_name(self, name: str) -> Family | None:
        """The family whose packages are called `name` by convention."""
        return next((family for family in self.families if name in family.names), None)

    def by_set_name(self, name: str) -> Family | None:
        """The family whose sets are called `name` by convention: `frobPackages`, `latestFrobPackages`."""
        return next((family for family in self.families if family.is_set_name(name)), None)

    def shape_of(self, path: tuple[str, ...]) -> Shape:
        """What a global name is: a package, a set, a place, or just that name.

        >>> World().shape_of(("pkgs", "buildPackages", "hello"))
        Global(path=('pkgs', 'hello'))
        """
        known = self._shapes.get(path)
        if known is None:
            known = self._shapes[path] = self._shape_of(normalised(path))
        return known

    @cached_property
    def _shapes(self) -> dict[tuple[str, ...], Shape]:
        return {}

    def _shape_of(self, path: tuple[str, ...]) -> Shape:
        dotted = ".".join(path)
        for family in self.families:
            shape = family.shape_of(dotted)
            if shape is not None:
                return shape
        for name, text in self.texts:
            if dotted == name:
                return Text((Piece(text),))
        for place, names in self.places:
            if dotted in names:
                return Tree(place)
        return Global(path)

    def made_by(self, dotted: str) -> tuple[Family, bool] | None:
        """The family that a function makes a package of (False) or a set of packages (True)."""
        for family in self.families:
            if dotted in family.makers:
                return family, False
            if dotted in family.set_makers:
                return family, True
        return None

    def maker_in(self, path: str) -> str | None:
        """The function that a file of nixpkgs holds, by the end of its path (`.../frob/generic.nix`)."""
        held = (self.files, *(family.maker_files for family in self.families))
        return next((name for files in held for end, name in files.items() if path.endswith(end)), None)

    def is_gone(self, shape: Shape) -> bool:
        """Whether it is an attribute that is not there any more in this world."""
        family = self.family(shape.family) if isinstance(shape, Member) and self.is_after else None
        return family is not None and isinstance(shape, Member) and shape.name.partition(".")[0] in family.gone


def normalised(path: tuple[str, ...]) -> tuple[str, ...]:
    """A global path without detours: `pkgs.buildPackages.x` is `pkgs.x`, `pkgs.lib.x` is `lib.x`."""
    if len(path) > 1 and path[0] == "pkgs":
        rest = list(path[1:])
        if "legacyPackages" in rest:
            # `nixpkgs.legacyPackages.${system}`: the flake is a parameter, and so `pkgs.nixpkgs` by convention.
            rest = rest[rest.index("legacyPackages") + 2 :]
        if rest[:2] == ["nixpkgs", "lib"]:
            rest = rest[1:]
        while rest and rest[0] in _DETOURS:
            rest.pop(0)
        if len(rest) > 1 and rest[0] in ("pkgsCross",):
            rest = rest[2:]
        if rest and rest[0] == "lib":
            return tuple(rest)
        return ("pkgs", *rest)
    return path

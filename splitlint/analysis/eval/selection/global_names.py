"""Attributes of names in the world outside of a file: `pkgs.x`, `lib.x`, `config.x`."""

from __future__ import annotations

from splitlint.analysis.eval.environment import Site
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.selection.guesses import ROOTS, guess, sure_of_root
from splitlint.analysis.model.alternatives import alternatives, union
from splitlint.analysis.model.values import (
    UNKNOWN,
    Attrs,
    Call,
    Closure,
    Derivation,
    Global,
    Package,
    PackageSet,
    Unknown,
    Value,
)
from splitlint.analysis.nixpkgs import table
from splitlint.findings.finding import Confidence
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import replace

#: Options below which each name is a set of options, whatever it is called after.
_OF_SERVICES = frozenset({"services", "programs", "security", "networking", "virtualisation"})
#: Sets of libraries for one language (nixpkgs' pkgs/top-level/*-packages.nix).
_OF_LANGUAGES = lazy_pattern(
    r"(?:agda|beam|coq|dotnet|elm|emacs|gnat|haskell|haxe|idris|lisp|lua|node|ocaml|octave|perl|php|python|r|ruby|sbcl|texlive)"
    r"\w*Packages\w*|haskell|ocaml-ng|vimPlugins|php\w*Extensions"
)
#: What of a package set is for the platform that builds.
_BUILD_PLATFORM = frozenset({"buildPackages", "pkgsBuildBuild", "pkgsBuildHost"})


def of_global(machine: Machine, value: Value, shape: Global, name: str | None, site: Site) -> Value:
    found = _of_global(machine, value, shape, name, site)
    return for_platform(found, shape.platform if name not in _BUILD_PLATFORM else "") if shape.platform else found


def _of_global(machine: Machine, value: Value, shape: Global, name: str | None, site: Site) -> Value:
    if shape.path[0] == "legacyPackages":
        return _of_legacy_packages(machine, value, name, site)
    if name is None:
        return UNKNOWN
    path = (*shape.path, name)
    found = machine.world.shape_of(path)
    if shape.path == ("pkgs", "pkgsCross"):
        return for_platform(value.as_shape(found), name)
    if not isinstance(found, Global):
        own = _defined_here(machine, path)
        return own if own is not None else value.as_shape(found)
    if path[0] == "?":
        return guess(machine, name, site)
    if path[0] in ("lib", "builtins"):
        row = table.row(path)
        if row is not None and ":" not in row.text and "__unknown" not in row.text:
            return machine.apply(Value(found), (), site)
        return value.as_shape(found)
    if path[0] == "config":
        known = table.row(path)
        if known is not None:
            return machine.row_value(known)
        own = observed(machine, value) if name in machine.world.outputs else value
        return machine.select(own, name, site) if own is not value else _option(machine, value, path, found, name, site)
    if path[0] == "pkgs" and len(path) == 2:
        overlaid = machine.others.package(machine, name) if machine.others is not None else UNKNOWN
        if not isinstance(overlaid.shape, Unknown) and not _is_within(overlaid, site):
            return overlaid
    if path[0] == "pkgs" and len(path) > 2:
        if name in ROOTS:
            return Value(Global((ROOTS[name],)), sure_of_root(name))
        by_name = guess(machine, name, site)
        if isinstance(by_name.shape, Package | PackageSet) and _is_telling(machine, by_name.shape, path):
            return by_name
        if len(path) == 3 and machine.others is not None and table.row(path[:2]) is None:
            # A set that an overlay of the repository's makes: `final.ourTools.image`.
            own = machine.others.any_package(path[1])
            if isinstance(own.shape, Attrs) and name in own.shape.names:
                return own.shape.names[name]()
            if name in machine.world.outputs and any(isinstance(one.shape, Package) for one in alternatives(own)):
                return machine.select(own, name, site)
    return value.as_shape(found)


def for_platform(value: Value, platform: str) -> Value:
    """A set of packages, or a package, that is made for a platform."""

    def marked(option: Value) -> Value:
        shape = option.shape
        if isinstance(shape, Package | PackageSet) or (isinstance(shape, Global) and shape.path[0] == "pkgs"):
            return option.as_shape(replace(shape, platform=platform))
        return option

    return union(tuple(map(marked, alternatives(value)))) if platform else value


def _is_telling(machine: Machine, shape: Package | PackageSet, path: tuple[str, ...]) -> bool:
    """Whether a name in a set of packages means a family's package: `pkgs.rubyPackages.curl` is another curl."""
    family, around = machine.world.family(shape.family), path[-2]
    if family is None or family.excludes(".".join(path)):
        return False
    if _OF_LANGUAGES.fullmatch(around) is not None:
        return family.is_set_name(around)
    return not around.endswith(_OF_OTHERS) or _is_by_convention(machine, shape)


def _is_by_convention(machine: Machine, shape: Package | PackageSet) -> bool:
    """Whether packages of a family are called by names that hardly mean anything else, wherever they stand."""
    family = machine.world.family(shape.family)
    return family is not None and bool(family.names or family.set_names)


#: How sets end that have packages under names of their own.
_OF_OTHERS = ("Packages", "Plugins", "Extensions", "Scripts", "Modules")


def observed(machine: Machine, value: Value) -> Value:
    """What the repository says that a name outside of the file is, now that somebody looks below it.

    Names are followed to what they stand for. Where one leads back to itself (`tool = if c then wrapped else
    prev.tool`), nothing is known: whoever looks further must not come by here again and again.
    """
    if not isinstance(value.shape, Global):
        return value
    told: list[Value] = []
    _follow(machine, value.shape, Confidence.HIGH, told, {})
    found = union(tuple(told))
    return value if isinstance(found.shape, Unknown) else found


def _follow(
    machine: Machine, name: Global, most: Confidence, told: list[Value], says: dict[tuple[str, ...], bool | None]
) -> bool:
    """Adds what the repository says that a name is to `told`, and gives whether it says anything.

    `says`: the same of the names that were followed already, None of those that have led here. `most`: how sure it may
    be. Each name is followed once: two ways to each of forty names would be a million million.
    """
    if name.path in says:
        known = says[name.path]
        told += (UNKNOWN,) if known is None else ()
        return known is not False
    says[name.path] = None
    said = False
    for one in alternatives(_defined(machine, name.path)):
        if isinstance(one.shape, Global):
            if not _follow(machine, one.shape, min(most, one.confidence), told, says):
                told.append(one.at_most(most))
            said = True
        elif not _is_in_part(one):
            told.append(one.at_most(most))
            said = True
    says[name.path] = said
    return said


def _defined(machine: Machine, path: tuple[str, ...]) -> Value:
    """What the repository sets an option or a package of nixpkgs to; unknown if it does not."""
    others = machine.others
    if others is None or len(path) < 2:
        return UNKNOWN
    if path[0] == "config":
        return others.any_option(path[1:])
    return others.any_package(path[1]) if path[0] == "pkgs" and len(path) == 2 else UNKNOWN


def looked_into(machine: Machine, value: Value) -> Value:
    """A value whose elements somebody goes over: of an option, what the repository says that it is."""
    others = machine.others

    def told(option: Value) -> Value:
        shape = option.shape
        if others is None or not isinstance(shape, Global) or shape.path[0] != "config" or len(shape.path) < 2:
            return option
        found = others.any_option(shape.path[1:])
        return option if isinstance(found.shape, Unknown) else found

    return union(tuple(map(told, alternatives(value)))) if others is not None else value


def _is_in_part(value: Value) -> bool:
    """Whether nothing is known, or only of a set of options or packages: what it has not is looked up by its name."""
    shape = value.shape
    return isinstance(shape, Unknown) or (isinstance(shape, Attrs) and shape.base is not None)


def _of_legacy_packages(machine: Machine, value: Value, name: str | None, site: Site) -> Value:
    """A system's packages; one where flake-parts has taken the system out (`inputs'.nixpkgs.legacyPackages`)."""
    packages = value.as_shape(Global(("pkgs",)))
    in_nixpkgs = machine.world.shape_of(("pkgs", name)) if name is not None else None
    is_package = isinstance(in_nixpkgs, Package | PackageSet) or (name and table.row(("pkgs", name)) is not None)
    return machine.select(packages, name, site) if is_package else for_platform(packages, name or "")


def _is_within(value: Value, site: Site) -> bool:
    """Whether a function is asked for in its own body: then the one that it replaces is meant (`prev.f`)."""
    closures = (one.shape for one in alternatives(value) if isinstance(one.shape, Closure))
    return any(closure.node in site.environment.calls for closure in closures)


def _option(machine: Machine, value: Value, path: tuple[str, ...], found: Global, name: str, site: Site) -> Value:
    defined = machine.others.option(machine, path[1:]) if machine.others is not None else UNKNOWN
    if not isinstance(defined.shape, Unknown):
        return defined
    if (len(path) == 3 and path[1] in _OF_SERVICES) or machine.world.leads_to_root(path):
        return value.as_shape(found)
    by_name = guess(machine, name, site)
    if name == "pkgs":
        return by_name
    if isinstance(by_name.shape, Package | PackageSet) and not _is_by_convention(machine, by_name.shape):
        # `config.services.postgresql` is a set of options.
        return value.as_shape(found)
    return by_name if not isinstance(by_name.shape, Unknown | Global) else value.as_shape(found)


def _defined_here(machine: Machine, path: tuple[str, ...]) -> Value | None:
    """What the repository itself says that a package of nixpkgs is: only another kind of thing is worth telling."""
    others = machine.others
    if others is None or others.holds_nixpkgs:
        return None
    if path[0] == "pkgs" and len(path) == 2:
        defined = others.package(machine, path[1])
    elif path[0] == "config":
        defined = others.option(machine, path[1:])
    else:
        return None
    is_option = path[0] == "config"
    found = tuple(_set_member(machine, one) for one in alternatives(defined))
    return defined if all(_is_custom(one, is_option) and one.confidence is Confidence.HIGH for one in found) else None


def _set_member(machine: Machine, value: Value) -> Value:
    """Of a set of the repository's own, the package in it that a family's sets have."""
    shape = value.shape
    if isinstance(shape, Attrs):
        members = (shape.names[one.member]() for one in machine.world.families if one.member in shape.names)
        return next(members, value)
    return value


def _is_custom(value: Value, is_option: bool) -> bool:
    """Whether a definition is another kind of thing. An option of NixOS takes nothing but its kind, whoever made it."""
    shape = value.shape
    if isinstance(shape, PackageSet):
        return shape.member is not None and _is_custom(shape.member, is_option)
    if isinstance(shape, Call):
        return not is_option
    if isinstance(shape, Derivation):
        return True
    return isinstance(shape, Package) and shape.custom

"""Whether a use is one that a `[[use]]` table means, whatever stands around it: its value, path, sink and command."""

from __future__ import annotations

import re
from functools import lru_cache

from splitlint.analysis.model import paths
from splitlint.analysis.model.alternatives import alternatives, unwrapped
from splitlint.analysis.model.families import World
from splitlint.analysis.model.homes import Home
from splitlint.analysis.model.texts import HOLE_MARK, flat, text_of
from splitlint.analysis.model.uses import ATTRIBUTE, Absent, Argument, Attribute, Command, Use
from splitlint.analysis.model.values import (
    Attrs,
    Call,
    Derivation,
    Listing,
    Member,
    Package,
    PackageSet,
    Thunk,
    Tree,
    Value,
)
from splitlint.findings.finding import ALWAYS, Confidence
from splitlint.matching.sink_patterns import fits_one
from splitlint.matching.use_tables import MISPLACED, UseTable
from splitlint.matching.views import Notes, fits
from splitlint.startup.records import dataclass


def notes_of(table: UseTable, use: Use, value: Value, world: World) -> Notes | None:
    """What is known of a use that fits a table; None if it does not."""
    if use.way not in table.way:
        return None
    if table.into:
        if not fits_one(use.sink, table.into):
            return None
    elif isinstance(use.sink, Argument | Attribute | Absent):
        # What a text that is handed to somebody says is a use of its own.
        return None
    variants = paths.word(use.path)[0] if use.path else [""]
    fit = next((hit for spec in table.value if (hit := _fit(table, value, spec, variants, world)) is not None), None)
    if fit is None or (table.element and not _is_element(fit.value, table.element)):
        return None
    if (table.content or table.content_not) and not _has_content(table, use.value):
        return None
    found, below = fit.value, fit.path
    if not _in_command(table, use):
        return None
    if table.unchecked and use.is_checked:
        return None
    if below and _is_carried(fit.globs, below, use.carried):
        return None
    if table.alone and _has_company(table, use):
        return None
    notes = Notes(
        value=found,
        path=below,
        sink=use.sink,
        use=use,
        when=use.when,
        confident_path=bool(below) and use.way != ATTRIBUTE,
    )
    if fit.home is not None:
        notes.home = fit.home
        notes.is_split = not fit.is_shared
        notes.extra |= {"noun": fit.noun, "since": fit.home.since}
        notes.since = fit.home.since if fit.is_left else ALWAYS
    notes.since = str(table.settings.get("since", notes.since))
    for step in use.steps:
        if step not in found.reasons:
            notes.value = found = found.because(step)
    if use.span is not None:
        notes.places = (use.span,)
    if use.silence is not None:
        notes.extra["silent"] = use.silence
    if isinstance(use.sink, Command):
        notes.extra["command"] = use.sink.assigned or use.sink.name if table.assigned else use.sink.name
    if use.variable:
        notes.extra["variable"] = use.variable
    return notes


@dataclass(frozen=True, slots=True)
class _Fit:
    """What of a use fits a specification: the value, the path below it, the globs that ask for it, where it is."""

    value: Value
    path: str
    globs: tuple[str, ...]
    home: Home | None = None
    noun: str = ""
    is_shared: bool = True
    is_left: bool = False


def _fit(table: UseTable, value: Value, spec: str, variants: list[str], world: World) -> _Fit | None:
    if spec.partition(":")[0] in MISPLACED:
        return _misplaced(table, value, spec, variants, world)
    found = fits(value, spec)
    below = next((one for one in variants if paths.matches(one, table.path)), None) if table.path else ""
    return _Fit(found, below, table.path) if found is not None and below is not None else None


def _misplaced(table: UseTable, value: Value, spec: str, variants: list[str], world: World) -> _Fit | None:
    """A path below a package of the page's pack that is in another output, or nowhere, as `moved` says."""
    kind, _, choice = spec.partition(":")
    for option in map(unwrapped, alternatives(unwrapped(value))):
        shape = option.shape
        if not isinstance(shape, Package) or shape.custom:
            continue
        family = world.family(shape.family)
        if family is None or family.pack != table.pack or not _is_chosen_so(shape.output, choice):
            continue
        for path in variants:
            home = family.misplaced(shape.output, path)
            is_anothers = option.confidence < Confidence.HIGH and paths.matches(path, family.against_paths)
            if home is None or is_anothers or (table.path and not paths.matches(path, table.path)):
                continue
            is_shared = {family.misplaced(shape.output, one) for one in variants} == {home}
            is_left = bool(home.since) and (shape.output or family.first) == home.left
            if is_left is (kind == "moved") and _is_at(home, table.to):
                return _Fit(option, path, tuple(family.moved), home, family.noun, is_shared, is_left)
    return None


def _is_chosen_so(output: str | None, choice: str) -> bool:
    """Whether an output (None: none was chosen) is what stands behind `moved:`: `whole`, `chosen`, or its name."""
    if choice in ("", "whole", "chosen"):
        return not choice or (output is None) is (choice == "whole")
    return output == choice


def _is_at(home: Home, asked: tuple[str, ...]) -> bool:
    """Whether something is in one of the outputs, or other packages, that are asked for; `gone`: nowhere."""
    where = home.output or home.package or "gone"
    wanted = [one for one in asked if not one.startswith("!")]
    return f"!{where}" not in asked and (not wanted or where in wanted)


def _is_element(value: Value, regex: str) -> bool:
    """Whether a value is an element of a list that fits, or all of the list."""
    shape = value.shape
    return isinstance(shape, Member) and (not shape.element or re.search(regex, shape.element) is not None)


def _has_content(table: UseTable, value: Value) -> bool:
    """Whether the text of a value is what a table asks for; one of which nothing is known is not."""
    text = flat(text_of(value))
    if not text.strip(HOLE_MARK):
        return False
    return (not table.content or re.search(table.content, text) is not None) and not (
        table.content_not and re.search(table.content_not, text)
    )


def _has_company(table: UseTable, use: Use) -> bool:
    """Whether the list, or such a command of the script, has what makes up for the rest."""
    given = use.sink.company if isinstance(use.sink, Command) else ()
    if not table.alone or not (use.company or given):
        return False
    own = _variant(use.value)
    found = [one for company in (use.company, given) if company for one in _variants(_Same(company), table.alone)]
    return bool(found) if not own else any(one in ("", own) for one in found)


class _Same:
    """Something that is the same only if it is the very same: the list that all of its elements travel in."""

    __slots__ = ("company",)

    def __init__(self, company: tuple[Thunk | Value, ...]) -> None:
        self.company = company

    def __hash__(self) -> int:
        return id(self.company)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.company is self.company


@lru_cache(maxsize=4)
def _variants(same: _Same, specs: tuple[str, ...]) -> frozenset[str]:
    """Of which packages of a family there is what some specifications name: see `_variant`."""
    values = (one if isinstance(one, Value) else one() for one in same.company)
    found = (fits(value, spec) for value in values for spec in specs)
    return frozenset(_variant(one) for one in found if one is not None)


def _variant(value: Value) -> str:
    """Which of nixpkgs' packages of a family one is (`6_12` of `pkgs.frob_6_12`); "" if it may be any."""
    shape = unwrapped(value).shape
    names = shape.root.split(".") if isinstance(shape, Package) and shape.root.startswith("pkgs.") else []
    return next((end for name in names if (end := name.partition("_")[2])), "")


def _is_carried(globs: tuple[str, ...], path: str, carried: str) -> bool:
    """Whether a variable brought the telling part of a path along: then it is reported where it was put together."""
    unwanted = tuple(glob for glob in globs if glob.startswith("!"))
    return any(
        paths.matches(path, (glob, *unwanted)) and paths.matches(carried, (glob,))
        for glob in globs
        if glob and not glob.startswith("!")
    )


def _in_command(table: UseTable, use: Use) -> bool:
    sink = use.sink
    if not isinstance(sink, Command):
        return not table.is_of_scripts
    if table.assigned and sink.assigned not in table.assigned:
        return False
    if not is_called(table, sink.name):
        return False
    if table.script_says_not and re.search(table.script_says_not, sink.script):
        return False
    if not (table.after or table.says or table.says_not):
        return True
    if not sink.name:
        return False
    if table.after and not any(_is_option(one, sink.before) or _is_option(one, sink.prefix) for one in table.after):
        return False
    if table.says and not re.search(table.says, sink.text):
        return False
    return not (table.says_not and re.search(table.says_not, sink.text))


def _is_option(asked: str, written: str) -> bool:
    """Whether an option is written, perhaps behind others in one word (`-ab` for `-b`), or before its value (`-b=`)."""
    written = written.rstrip("=")
    if written == asked:
        return True
    is_short = len(asked) == 2 and asked[0] == "-" and asked[1] != "-"
    return is_short and re.fullmatch(rf"-[A-Za-z]*{re.escape(asked[1])}", written) is not None


def is_called(table: UseTable, name: str) -> bool:
    return (not table.commands or name in table.commands) and name not in table.not_commands


def lacks(value: Value, name: str) -> bool:
    """Whether a package that nixpkgs did not build, or the one that a set is made for, surely has no such attribute.

    The same for what some function makes: it has what the code gives it.
    """
    shape = value.shape
    if isinstance(shape, Call | Listing | Tree):
        return True
    if isinstance(shape, Derivation):
        return shape.attributes is not None and name not in shape.attributes.names
    if isinstance(shape, PackageSet):
        return shape.member is not None and lacks(shape.member, name)
    if not isinstance(shape, Package) or not shape.custom or shape.attributes is None or shape.attributes.open:
        return False
    holders = [shape.attributes]
    passed = shape.attributes.names.get("passthru")
    inner = passed().shape if passed is not None else Attrs({})
    if not isinstance(inner, Attrs) or inner.open:
        return False
    return all(name not in one.names for one in (*holders, inner))

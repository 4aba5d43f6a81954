"""Whether a fix is right: what the code gives before and after it, in both worlds.

Right is code that in each world evaluates, takes no path from an output or package that does not have it there, and
otherwise gives what the code before the fix gave before the change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from splitlint.analysis.model.families import World
from splitlint.analysis.model.homes import home_of
from splitlint.authoring.proofs.differences import difference
from splitlint.authoring.proofs.evaluation import Raw
from splitlint.authoring.proofs.facts import output_in
from splitlint.authoring.proofs.shown_values import Group, Items, rewritten, without_variables
from splitlint.startup.named_tuples import NamedTuple

#: A store path of a family's package: its family, root and output; and of any other: its name.
_OURS = re.compile(r"/nix/store/[a-z0-9]{32}-split\.([^.\s/]+)\.([^=\s/]*)=(?:-([A-Za-z0-9_]+))?")
_OTHER = re.compile(r"/nix/store/[a-z0-9]{32}-(?!split\.)([A-Za-z0-9._+-]+)")
_PATH = re.compile(r"(?:/[^\s/\"'`;,:)}|&<>≔‖⸴⁏⟦⟧⟨⟩⟪⟫]*)*")
_WHOLE = re.compile(r"[/*.]*")
#: In a canonical text, a package: of a family with its root, or any other.
_FAMILYS = re.compile(r"<([^<>.]+)\.([^<>]*)>")
_NAMED = re.compile(r"<([^<>]+)>")


class Taken(NamedTuple):
    """A path that is taken from an output of a family's package; "" where the whole output is."""

    family: str
    root: str
    output: str
    path: str

    def __str__(self) -> str:
        path = re.sub(r"/«([^»]*)»", r"${\1}", self.path.lstrip("/"))
        return f"`{path or 'all'}` of the output `{self.output}` of `{self.root}`"


class Verdict(NamedTuple):
    """`wrong`: why a fix is wrong, "" if it is not. `unknown`: why Nix cannot tell."""

    wrong: str = ""
    unknown: str = ""


class Worlds(NamedTuple):
    """What packs say, and the worlds that they tell apart, oldest first."""

    world: World
    names: tuple[str, ...]


def verdict(
    old: Mapping[str, Raw],
    new: Mapping[str, Raw],
    worlds: Worlds,
    oldest: str = "",
    others: Collection[str] = (),
) -> Verdict:
    """The verdict on a fix, from what the code before and after it gives by world.

    `oldest`: the release from which on it has to be right. `others`: packages by which it may replace one of a family.
    """
    last = worlds.names[-1]
    # Code that asks for what came with one change may be about a later one only.
    names = [one for one in worlds.names if one >= oldest] or [last]
    sides = [one for one in names if one == last or not (new[one].error and new[one].error == old[one].error)]
    for side in sides:
        if new[side].error:
            why = f"{_in(side, worlds)} it does not evaluate: {new[side].error}"
            return Verdict(unknown=why) if _says_nothing(old, new, worlds) else Verdict(why)
        if side != last and new[side].text == old[side].text:
            continue
        gone = _still_misplaced(old[side], new[side], worlds.world, side)
        if gone is not None:
            return Verdict(f"{_in(side, worlds)} it takes {gone}, which is not there")
    known = next((old[side] for side in worlds.names if not old[side].error), None)
    if known is None and not all(_lacks_output(old[side].error, worlds.world) for side in sides):
        return Verdict(unknown=f"the code before the fix does not evaluate: {old[last].error}")
    # Code that asks for an output that is not there gives what it would give with it.
    known = known or new[sides[0]]
    brought = _brought([new[side].text for side in sides], worlds.world, others)
    wanted = {canonical(one.text, worlds.world, brought) for one in (known, *old.values()) if not one.error}
    for side in sides:
        if lost := _without_context(new[side], worlds.world):
            return Verdict(f"{_in(side, worlds)} it has lost the string context of {lost}")
        got, asked = (canonical(one.text, worlds.world, brought) for one in (new[side], known))
        if got not in wanted:
            return Verdict(f"{_in(side, worlds)} it gives {difference(got, asked)}")
    return Verdict()


def _still_misplaced(old: Raw, new: Raw, world: World, side: str) -> Taken | None:
    """What is taken from where it is not: something that was not before, or all that was."""
    before, after = (Counter(misplaced(one.text, world, side)) for one in (old, new))
    return next(iter(after - before), None) or (next(iter(after), None) if after == before else None)


def _in(side: str, worlds: Worlds) -> str:
    """A world in words."""
    return f"in nixpkgs {side}" if side else f"before nixpkgs {worlds.names[1]}"


def _says_nothing(old: Mapping[str, Raw], new: Mapping[str, Raw], worlds: Worlds) -> bool:
    """Whether the stand-in can evaluate the code in no world, with the fix or without it."""
    return all(old[side].error and new[side].error for side in worlds.names)


def _lacks_output(error: str, world: World) -> bool:
    found = re.fullmatch(r"attribute '([^']+)' missing", error)
    return found is not None and found[1] in world.outputs


def taken(text: str, world: World) -> list[Taken]:
    """What a result takes from packages of families."""
    found = []
    # A version or the like that is a package in the stand-in is one name of a path.
    text = _OTHER.sub(r"/«\1»", text)
    for one in _OURS.finditer(text):
        family = world.family(one[1])
        path = _PATH.match(text, one.end())
        if family is not None:
            found.append(Taken(one[1], one[2], one[3] or "out", path[0].rstrip("/.") if path else ""))
    return found


def misplaced(text: str, world: World, side: str) -> list[Taken]:
    """What a result takes from outputs in which it is not, in a world."""
    return [one for one in taken(text, world) if _is_misplaced(one, world, side)]


def _is_misplaced(one: Taken, world: World, side: str) -> bool:
    family = world.family(one.family)
    if family is None or _WHOLE.fullmatch(one.path):
        return False
    home = home_of(one.path, family.moved)
    if home is None or one.output == output_in(home, side):
        return False
    # What packs say of a path that has moved leaves open whether an output that is not new had it before, too.
    return not (one.output == home.output and one.output not in family.new_outputs)


def _brought(texts: Iterable[str], world: World, others: Collection[str]) -> dict[str, str]:
    """The paths that code takes from the package that has them now, or that a fix brings, with the name of that."""
    found = (
        (one[1].rpartition(".")[2], _path(shown, one)) for shown in map(_shown, texts) for one in _NAMED.finditer(shown)
    )
    return {path: name for name, path in found if name in others or _is_home(name, path, world)}


def _is_home(name: str, path: str, world: World) -> bool:
    """Whether packs say that a path has moved to a package of this name."""
    homes = (home_of(path, one.moved) for one in world.families if any(home.package for home in one.moved.values()))
    return any(home is not None and home.package.rpartition(".")[2] == name for home in homes)


def canonical(text: str, world: World, brought: Mapping[str, str]) -> str:
    """A result in which all outputs of a package are one, and paths that have moved to another package are of that one.

    `brought`: paths that have done so, with the name of the package.
    """
    shown = _shown(text)

    def of_the_other(found: re.Match[str]) -> str:
        path = _path(shown, found)
        other, family = brought.get(path), world.family(found[1])
        is_it = found[2] == other or (family is not None and home_of(path, family.moved) is not None)
        return f"<{other}>" if other is not None and is_it else found[0]

    return rewritten(_FAMILYS.sub(of_the_other, shown), _changed)


def _shown(text: str) -> str:
    """A result with `<family.root>` and `<name>` for the store paths of packages."""
    return _OTHER.sub(r"<\1>", _OURS.sub(r"<\1.\2>", text))


def _path(shown: str, found: re.Match[str]) -> str:
    """The path behind a package."""
    path = _PATH.match(shown, found.end())
    return path[0].rstrip("/") if path is not None else ""


def _changed(group: Group, items: Items) -> Items:
    if group.kind == "⟦":
        return [("", content) for content in dict.fromkeys(content for _, content in items)]
    if group.kind == "⟪":
        return without_variables(items, lambda content: re.fullmatch(r"<[^<>]*>", content) is not None)
    return items


def _without_context(raw: Raw, world: World) -> Taken | None:
    """A package that is in a text but not in its string context, so that Nix would not build it."""
    outputs = {name for path, names in raw.context.items() if "-split." in path for name in names}
    return next((one for one in taken(raw.text, world) if one.output not in outputs), None)

"""Packs to the World that the evaluator knows. Raises RuleError where a pack says something it cannot mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from splitlint.analysis.model.families import Family, World
from splitlint.analysis.model.homes import Home
from splitlint.rulebook.pack_files import combined
from splitlint.rulebook.rule import Pack, RuleError, mistake

_FAMILY_LISTS = (
    "has",
    "gone",
    "set_has",
    "against_paths",
    "roots",
    "sets",
    "names",
    "set_names",
    "makers",
    "set_makers",
    "set_extensions",
    "outputs",
    "new_outputs",
    "evidence",
    "evidence_paths",
    "tree_beside",
    "stems",
)


_TEXT = {str}
_FAMILY_KEYS = frozenset((*_FAMILY_LISTS, "noun", "member", "is_package", "moved", "lists", "maker_files"))


def world_of(packs: Sequence[Pack]) -> World:
    """The families, places and read-backs of all packs in use."""
    tables: dict[str, tuple[Pack, Mapping[str, Any]]] = {}
    movers: dict[str, Pack] = {}
    places: dict[str, tuple[str, ...]] = {}
    read_back: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    files: dict[str, str] = {}
    for pack in packs:
        for name, given in _tables(pack, "families").items():
            table = {**given, "moved": _homes(pack, name, given)} if "moved" in given else given
            if "moved" in given or name not in movers:
                movers[name] = pack
            known = tables.get(name)
            if known is not None and not _share(known[0], pack):
                raise RuleError(
                    f"{pack.path}: the family `{name}` is one of the pack `{known[0].name}` too: say "
                    f'`knows = ["{known[0].name}"]` if they are the same, else call it something else'
                )
            tables[name] = (pack, combined(known[1], table) if known is not None else table)
        places |= _lists(pack, "places")
        texts |= _words(pack, "texts", pack.data.get("texts", {}))
        files |= _words(pack, "files", pack.data.get("files", {}))
        read_back |= _lists(pack, "read_back")
    families = tuple(_family(pack, name, table, movers[name]) for name, (pack, table) in tables.items())
    return World(families, tuple(places.items()), read_back, tuple(texts.items()), files)


def _share(one: Pack, other: Pack) -> bool:
    """Whether two packs may speak of the same families: one knows the other, or both know a third."""
    known = (one.data.get("knows", ()), other.data.get("knows", ()))
    return one.name in known[1] or other.name in known[0] or not set(known[0]).isdisjoint(known[1])


def _tables(pack: Pack, key: str) -> Mapping[str, Mapping[str, Any]]:
    tables = pack.data.get(key, {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise RuleError(f"{pack.path}: [{key}.NAME] are tables")
    return tables


def _lists(pack: Pack, key: str) -> dict[str, tuple[str, ...]]:
    table = pack.data.get(key, {})
    if not isinstance(table, dict) or not all(_is_words(words) for words in table.values()):
        raise RuleError(f"{pack.path}: [{key}] is a table of lists of strings")
    return {name: tuple(words) for name, words in table.items()}


def _is_words(words: object) -> bool:
    # As sets of classes: some hundred lists are looked at before the first file is.
    return isinstance(words, list) and {*map(type, words)} <= _TEXT


def _words(pack: Pack, key: str, table: object) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(word, str) for word in table.values()):
        raise RuleError(f"{pack.path}: [{key}] is a table of strings")
    return dict(table)


_HOME_KEYS = frozenset({"to", "from", "since"})


def _homes(pack: Pack, name: str, table: Mapping[str, Any]) -> dict[str, Home]:
    """The table `moved` of a family: where its paths are, and what they left."""
    given = table.get("moved", {})
    if not isinstance(given, dict):
        raise RuleError(f"{pack.path}: [families.{name}.moved] is a table")
    first = str((*table.get("outputs", ()), "out")[0])
    return {glob: _home(pack, name, glob, entry, first) for glob, entry in given.items()}


def _home(pack: Pack, name: str, glob: str, entry: object, first: str) -> Home:
    """`"modules"`, or `{ to = "pg_config", from = "dev", since = "25.05" }`."""
    where = ("families", name, "moved", glob)
    if isinstance(entry, str):
        entry = {"to": entry}
    if not isinstance(entry, dict) or not all(isinstance(word, str) for word in entry.values()) or "to" not in entry:
        raise mistake(
            pack.path, f"families.{name}.moved: {glob!r} is an output, or {{ to = OUTPUT, from = OUTPUT }}", *where
        )
    for key in entry:
        if key not in _HOME_KEYS:
            from splitlint.rulebook.mistakes import nearest

            raise mistake(pack.path, f"families.{name}.moved has no key `{key}`{nearest(key, _HOME_KEYS)}", *where, key)
    to = str(entry["to"])
    since = str(entry.get("since", pack.since))
    left = str(entry.get("from", first if since else to))
    is_other = to.startswith("pkgs.")
    return Home("" if is_other else to, to if is_other else "", left, since if left != to else "")


def _lists_in(pack: Pack, key: str, table: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, dict) or not all(_is_words(words) for words in table.values()):
        raise RuleError(f"{pack.path}: [{key}] is a table of lists of strings")
    return {name: tuple(words) for name, words in table.items()}


def _check_keys(pack: Pack, name: str, table: Mapping[str, Any]) -> None:
    for key, given in table.items():
        if key not in _FAMILY_KEYS:
            from splitlint.rulebook.mistakes import nearest

            raise mistake(pack.path, f"a family has no key `{key}`{nearest(key, _FAMILY_KEYS)}", "families", name, key)
        if key in _FAMILY_LISTS and not _is_words(given):
            raise mistake(pack.path, f"families.{name}.{key} is a list of strings", "families", name, key)
        if key in ("noun", "member") and not isinstance(given, str):
            raise mistake(pack.path, f"families.{name}.{key} is a string", "families", name, key)
        if key == "is_package" and not isinstance(given, bool):
            raise mistake(pack.path, f"families.{name}.{key} is true or false", "families", name, key)


def _family(pack: Pack, name: str, table: Mapping[str, Any], mover: Pack) -> Family:
    _check_keys(pack, name, table)
    lists = {key: tuple(table.get(key, ())) for key in _FAMILY_LISTS}
    return Family(
        name=name,
        noun=str(table.get("noun", name)),
        roots=lists["roots"],
        sets=lists["sets"],
        member=str(table.get("member", "")),
        names=frozenset(lists["names"]),
        set_names=frozenset(lists["set_names"]),
        makers=lists["makers"],
        set_makers=lists["set_makers"],
        outputs=lists["outputs"] or ("out",),
        pack=mover.name,
        evidence=frozenset(lists["evidence"]),
        evidence_paths=lists["evidence_paths"],
        tree_beside=frozenset(lists["tree_beside"]),
        new_outputs=frozenset(lists["new_outputs"]),
        stems=frozenset(lists["stems"]),
        is_package=bool(table.get("is_package", True)),
        set_extensions=frozenset(lists["set_extensions"]),
        moved=table.get("moved", {}),
        against_paths=lists["against_paths"],
        has=frozenset(lists["has"]),
        gone=frozenset(lists["gone"]),
        set_has=frozenset(lists["set_has"]),
        lists=_lists_in(pack, f"families.{name}.lists", table.get("lists", {})),
        maker_files=_words(pack, f"families.{name}.maker_files", table.get("maker_files", {})),
    )

"""Packs to the World that the evaluator knows. Raises RuleError where a pack says something it cannot mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from splitlint.analysis.model.families import Family, World
from splitlint.rulebook.pages import combined
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


_FAMILY_KEYS = frozenset((*_FAMILY_LISTS, "noun", "member", "is_package", "moved", "lists", "maker_files"))


def world_of(packs: Sequence[Pack]) -> World:
    """The families, places and read-backs of all packs in use."""
    tables: dict[str, tuple[Pack, Mapping[str, Any]]] = {}
    places: dict[str, tuple[str, ...]] = {}
    read_back: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    files: dict[str, str] = {}
    for pack in packs:
        for name, table in _tables(pack, "families").items():
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
    families = tuple(_family(pack, name, table) for name, (pack, table) in tables.items())
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
    return isinstance(words, list) and all(isinstance(word, str) for word in words)


def _words(pack: Pack, key: str, table: object) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(word, str) for word in table.values()):
        raise RuleError(f"{pack.path}: [{key}] is a table of strings")
    return dict(table)


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


def _family(pack: Pack, name: str, table: Mapping[str, Any]) -> Family:
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
        evidence=frozenset(lists["evidence"]),
        evidence_paths=lists["evidence_paths"],
        tree_beside=frozenset(lists["tree_beside"]),
        new_outputs=frozenset(lists["new_outputs"]),
        stems=frozenset(lists["stems"]),
        is_package=bool(table.get("is_package", True)),
        set_extensions=frozenset(lists["set_extensions"]),
        moved=_words(pack, f"families.{name}.moved", table.get("moved", {})),
        against_paths=lists["against_paths"],
        has=frozenset(lists["has"]),
        gone=frozenset(lists["gone"]),
        set_has=frozenset(lists["set_has"]),
        lists=_lists_in(pack, f"families.{name}.lists", table.get("lists", {})),
        maker_files=_words(pack, f"families.{name}.maker_files", table.get("maker_files", {})),
    )

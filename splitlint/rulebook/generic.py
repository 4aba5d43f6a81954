"""Generic pages: rules that hold for every family of which a pack says what has moved.

They are written once, in `rules/generic/`, and belong to each such pack under their own names; a page of the pack may
take their place with words and cases of its own (`generic = "NAME"`). On the start-up path: nothing heavy imported.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from splitlint.findings.addresses import rule_page
from splitlint.rulebook.moved_needles import last_word, moved_tables
from splitlint.rulebook.rule import Pack, Query, Rule, mistake, needles_of, queries_in
from splitlint.rulebook.texts import filled
from splitlint.startup.patterns import lazy_pattern

#: The name of the pack of generic pages.
NAME = "generic"
#: What pages of it write for the families of a pack, and for the outputs that came with what moved.
FAMILY, OUTPUT, NEW = "{family}", "{output}", "{family}:{new}"
#: The key under which a generic page keeps what its definition says, as it is written.
TEMPLATE = "template"
_CASES = lazy_pattern(r"^## (?:Breaks|Becomes|Leave alone) *\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def families_of(pack: Pack) -> tuple[str, ...]:
    """The names of the families that a pack speaks of."""
    families = pack.data.get("families", {})
    return tuple(families) if isinstance(families, dict) else ()


def instances(pack: Pack, own: Iterable[Rule], pages: Sequence[Rule]) -> list[Rule]:
    """The generic pages as rules of a pack: those for which it has no page of its own.

    `generic` in its pack.toml names the pages that it wants; without that, all but those that are for whoever asks.
    Raises RuleError where that names a page that there is not.
    """
    if not moved_tables(pack.data):
        return []
    wanted = pack.data.get("generic")
    names = {page.name for page in pages}
    for name in wanted or ():
        if name not in names:
            from splitlint.rulebook.mistakes import nearest

            raise mistake(pack.path, f"there is no generic page `{name}`{nearest(name, names)}", "generic", name)
    replaced = {rule.definition.get("generic") for rule in own}
    chosen = [
        page
        for page in pages
        if page.name not in replaced
        and (page.name in wanted if wanted is not None else not page.definition.get("on_request"))
    ]
    made = (_instance(page, pack) for page in chosen)
    return [rule for rule in made if rule.queries or any(rule.definition.get(part) for part in ("use", "commands"))]


def resolved(rules: Iterable[Rule]) -> list[Rule]:
    """The rules of a pack, in which a generic page that others come `instead_of` is whatever has taken its place."""
    every = list(rules)
    names = {rule.name for rule in every}
    takers: dict[str, list[str]] = {}
    for rule in every:
        takers.setdefault(str(rule.definition.get("generic")), []).append(rule.name)
    return [_resolved(rule, names, takers) for rule in every]


def _resolved(rule: Rule, names: set[str], takers: Mapping[str, list[str]]) -> Rule:
    given = rule.definition.get("instead_of", ())
    meant = [one for name in given for one in ([name] if name in names else takers.get(name, [name]))]
    meant = [name for name in meant if name != rule.name]
    return rule if list(given) == meant else rule._replace(definition={**rule.definition, "instead_of": meant})


def _instance(page: Rule, pack: Pack) -> Rule:
    definition = {**expanded(page.definition[TEMPLATE], pack), "generic": page.name}
    words = _words(pack)
    # A pack that is shipped has its own copy of the page on the site.
    is_shipped = page.url and _folder_above(pack.path) == _folder_above(page.path)
    return page._replace(
        title=filled(page.title, words),
        needles=needles_of(page.path, definition, pack),
        definition=definition,
        message=str(definition.get("message", page.message)),
        help=str(definition.get("help", page.help)),
        fix=definition.get("fix", page.fix),
        body=filled(_CASES.sub("", page.body), words),
        pack=pack.name,
        url=rule_page(pack.name, page.name) if is_shipped else page.url,
        queries=queries_for(page, pack),
    )


def _folder_above(path: str) -> str:
    return os.path.dirname(os.path.dirname(os.path.abspath(path)))


def specialised(given: Mapping[str, Any], path: str, pages: Sequence[Rule]) -> Rule:
    """The generic page whose place a page takes: what that one does not say itself, this one says.

    Raises RuleError if there is no such page.
    """
    name = given["generic"]
    page = next((one for one in pages if one.name == name), None)
    if page is None:
        from splitlint.rulebook.mistakes import nearest

        near = nearest(str(name), [one.name for one in pages])
        raise mistake(path, f"there is no generic page `{name}`{near}", "generic")
    return page


def _new_outputs(pack: Pack) -> list[tuple[str, list[str]]]:
    """The families of which something has moved, with the outputs that came with that."""
    families = pack.data.get("families", {})
    return [(name, families[name].get("new_outputs", [])) for name in moved_tables(pack.data)]


def expanded(definition: Mapping[str, Any], pack: Pack) -> dict[str, Any]:
    """The definition of a generic page for the families of a pack.

    A table about `{family}` is one for each family with new outputs, in which `{output}` is the first of those.
    Elsewhere `{family}:{new}` stands for all of them.
    """
    made = {key: _plain(value, pack) if key in ("use", "commands") else value for key, value in definition.items()}
    told = {
        key: definition[key]
        for key in ("message", "help", "fix", "nixpkgs")
        if OUTPUT in str(definition.get(key)) or "{release}" in str(definition.get(key))
    }
    tables = [
        one
        for table in made.get("use", ())
        for one in (_for_families({**told, **table}, pack) if FAMILY in table.get("value", ()) else (table,))
    ]
    if "use" in made:
        made["use"] = tables
    return made | (_for_families(told, pack)[:1] or [{}])[0]


def _for_families(table: Mapping[str, Any], pack: Pack) -> list[dict[str, Any]]:
    """A table once for each family with new outputs."""
    found = []
    for family, outputs in _new_outputs(pack):
        moved = moved_tables(pack.data)[family]
        words = {"family": family, "output": outputs[0] if outputs else "", "release": pack.since}
        words |= {"words": _any_of(map(last_word, moved)), "folders": _any_of(glob.split("/")[0] for glob in moved)}
        if outputs:
            found.append({key: _replaced(value, words) for key, value in table.items()})
    return found


def _any_of(words: Iterable[str]) -> str:
    """A regular expression for any of some words."""
    return "|".join(sorted(re.escape(word) for word in set(words) if word))


def _replaced(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return filled(value, words)
    if isinstance(value, list | tuple):
        return [_replaced(one, words) for one in value]
    return {key: _replaced(one, words) for key, one in value.items()} if isinstance(value, dict) else value


def _plain(value: Any, pack: Pack) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one, pack) for key, one in value.items()}
    if not isinstance(value, list | tuple):
        return value
    every = [f"{family}:{new}" for family, outputs in _new_outputs(pack) for new in outputs]
    return [new for one in value for new in (every if one == NEW else [_plain(one, pack)])]


def queries_for(page: Rule, pack: Pack) -> tuple[Query, ...]:
    """The queries of a generic page for the families of a pack."""
    return expanded_queries(queries_in(page.body, page.languages[0]), pack)


def expanded_queries(queries: Sequence[Query], pack: Pack) -> tuple[Query, ...]:
    """Queries in which the outputs that came with what has moved are named."""
    every = " ".join(f'"{family}:{new}"' for family, outputs in _new_outputs(pack) for new in outputs)
    return tuple(
        query._replace(text=query.text.replace(f'"{NEW}"', every))
        for query in queries
        if every or NEW not in query.text
    )


def _words(pack: Pack) -> dict[str, str]:
    tables = moved_tables(pack.data)
    nouns = [str(pack.data["families"][name].get("noun", name)) for name in tables]
    rows = [
        f"* `{glob}` of {noun}: {_told(entry)}"
        for noun, table in zip(nouns, tables.values(), strict=True)
        for glob, entry in table.items()
    ]
    return {
        "noun": nouns[0] if len(nouns) == 1 else "package",
        "change": f"{pack.title} (nixpkgs {pack.since})" if pack.since else pack.title,
        "source": pack.url,
        "moved": "\n".join(rows),
    }


def _told(entry: object) -> str:
    to = str(entry.get("to", "")) if isinstance(entry, dict) else str(entry)
    if not to:
        return "gone"
    return f"in `{to}`" if to.startswith("pkgs.") else f"in the output `{to}`"

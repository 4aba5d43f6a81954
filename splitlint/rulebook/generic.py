"""Generic pages: rules that hold for every family of which a pack says what has moved.

They are written once, in `rules/generic/`, and belong to each such pack under their own names; a page of the pack may
take their place with words and cases of its own (`generic = "NAME"`). On the start-up path: nothing heavy imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from splitlint.rulebook.rule import Pack, Rule, mistake, needles_of
from splitlint.startup.patterns import lazy_pattern

#: The name of the pack of generic pages.
NAME = "generic"
_CASES = lazy_pattern(r"^## (?:Breaks|Becomes|Leave alone) *\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_WILD = lazy_pattern(r"[*?{}\\,]+")


def moved_tables(pack: Pack) -> dict[str, Mapping[str, Any]]:
    """The families of a pack of which it says what has moved, with their tables as they are written."""
    families = pack.data.get("families", {})
    return {
        name: table["moved"]
        for name, table in (families.items() if isinstance(families, dict) else ())
        if isinstance(table, dict) and isinstance(table.get("moved"), dict) and table["moved"]
    }


def moved_words(pack: Pack) -> list[str]:
    """What stands in every file that names a path of `moved`: the last name of each that is no wildcard."""
    words = {_last_word(glob): None for table in moved_tables(pack).values() for glob in table}
    return [word for word in words if word]


def _last_word(glob: str) -> str:
    for name in reversed(glob.split("/")):
        longest = max(_WILD.split(name), key=len)
        if len(longest) > 1:
            return longest
    return ""


def instances(pack: Pack, own: Iterable[Rule], pages: Sequence[Rule]) -> list[Rule]:
    """The generic pages as rules of a pack: those for which it has no page of its own.

    `generic` in its pack.toml names the pages that it wants; without that, all but those that are for whoever asks.
    Raises RuleError where that names a page that there is not.
    """
    if not moved_tables(pack):
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
    return [_instance(page, pack) for page in chosen]


def _instance(page: Rule, pack: Pack) -> Rule:
    definition = {**page.definition, "generic": page.name}
    words = _words(pack)
    return page._replace(
        title=filled(page.title, words),
        needles=needles_of(page.path, definition, pack, moved_words(pack)),
        definition=definition,
        body=filled(_CASES.sub("", page.body), words),
        pack=pack.name,
    )


def specialised(given: Mapping[str, Any], path: str, pages: Sequence[Rule]) -> dict[str, Any]:
    """The definition of a page that is a generic one with words of its own: what it does not say itself, that one says.

    Raises RuleError if there is no such page.
    """
    name = given["generic"]
    page = next((one for one in pages if one.name == name), None)
    if page is None:
        from splitlint.rulebook.mistakes import nearest

        raise mistake(
            path, f"there is no generic page `{name}`{nearest(str(name), [one.name for one in pages])}", "generic"
        )
    return {**page.definition, **given}


def _words(pack: Pack) -> dict[str, str]:
    tables = moved_tables(pack)
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


def filled(template: str, words: Mapping[str, str]) -> str:
    """`{name}` replaced by a word; other braces are kept."""
    return re.sub(r"(?<!\$)\{(\w+)\}", lambda found: words.get(found[1], found[0]), template)

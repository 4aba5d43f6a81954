"""What a pack.toml says and the engine would take no notice of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from splitlint.authoring.vocabulary import wrong_global
from splitlint.rulebook.mistakes import nearest
from splitlint.rulebook.moved_needles import NAMES
from splitlint.rulebook.rule import Pack, mistake

#: The keys of a family that hold global names.
_GLOBALS = ("roots", "sets", "makers", "set_makers")
_RELEASE = re.compile(r"\d\d\.(?:0[1-9]|1[0-2])")
_FAMILY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_DAY = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


def check_pack(pack: Pack) -> None:
    """Raises RuleError where a pack says something that nothing comes of; of keys and types see `matching.packs`."""
    check_dates(pack.path, pack.since, pack.data.get("merged"))
    words = pack.data.get("words", {})
    if not isinstance(words, dict) or not all(_is_words(one) for one in words.values()):
        raise mistake(pack.path, "[words] is a table of lists of strings", "words")
    for needle in pack.data.get("needles", ()):
        check_needle(pack.path, pack, needle)
    for name, table in pack.data.get("families", {}).items():
        _check_family(pack, name, table)
    for place, names in pack.data.get("places", {}).items():
        _check_globals(pack, names, "places", place)
    for key in ("texts", "read_back"):
        for name in pack.data.get(key, {}):
            _check_globals(pack, (name,), key)
    for end, name in pack.data.get("files", {}).items():
        _check_globals(pack, (name,), "files", end)


def check_needle(path: str, pack: Pack, needle: str) -> None:
    """Raises RuleError where a needle of a page or pack stands for words that there are not."""
    words, name = (*pack.data.get("words", {}), *NAMES), needle[1:-1]
    if needle.startswith("<") and needle.endswith(">") and name not in words:
        message = f"needles: the pack has no [words] called `{name}`{nearest(name, words)}"
        raise mistake(path, message, "needles", needle)


def check_dates(path: str, since: object, merged: object) -> None:
    """Raises RuleError where the first release with a change, or the day on which it was merged, is none."""
    _check_release(path, since, "since")
    if merged is None:
        return
    if not (isinstance(merged, str) and _DAY.fullmatch(merged)):
        raise mistake(path, f'merged = "{merged}" is no day, such as "2025-08-17"', "merged")
    if not since:
        raise mistake(path, "merged: `since` is missing, the first release with the change", "merged")
    year, month = (int(part) for part in str(since).split("."))
    if not (f"20{year - 1:02d}-{month:02d}-01" <= merged <= f"20{year:02d}-{month:02d}-31"):
        raise mistake(path, f"merged = {merged}: what was merged then is not first in {since}", "merged")


def _check_release(path: str, since: object, *where: str) -> None:
    if since and not (isinstance(since, str) and _RELEASE.fullmatch(since)):
        raise mistake(path, f'since = "{since}" is no release of nixpkgs, such as "25.11"', *where, str(since))


def _check_family(pack: Pack, name: str, table: Mapping[str, Any]) -> None:
    where = ("families", name)
    if name in ("set", "place", "call", "any", "list"):
        raise mistake(pack.path, f"no family can be called `{name}`: pages mean something else by it", *where)
    if not _FAMILY.fullmatch(name):
        message = "begins with a letter, and has letters, digits, `-` and `_` in it: pages say `NAME:OUTPUT`"
        raise mistake(pack.path, f"no family can be called `{name}`: its name {message}", *where)
    for glob, home in table.get("moved", {}).items():
        if isinstance(home, dict):
            _check_release(pack.path, home.get("since"), *where, "moved", glob)
    for key in _GLOBALS:
        _check_globals(pack, table.get(key, ()), *where, key)
    _check_globals(pack, table.get("maker_files", {}).values(), *where, "maker_files")
    if table.get("sets") and not table.get("member"):
        raise mistake(
            pack.path, f"families.{name}.sets: `member` is missing, the package in such a set", *where, "sets"
        )
    outputs = frozenset(table.get("outputs", ()) or ("out",))
    if "outputs" not in table and (table.get("moved") or table.get("new_outputs")):
        # Another pack, which this one knows, has said which they are.
        return
    moved = [
        one.get(key, "") if isinstance(one, dict) else one
        for one in table.get("moved", {}).values()
        for key in ("to", "from")
    ]
    for output in (*table.get("new_outputs", ()), *moved):
        if output and not output.startswith("pkgs.") and output not in outputs:
            raise mistake(
                pack.path, f"the family `{name}` has no output `{output}`{nearest(output, outputs)}", *where, output
            )


def _check_globals(pack: Pack, names: Iterable[str], *where: str) -> None:
    for name in names:
        wrong = wrong_global(name)
        if wrong is not None:
            raise mistake(pack.path, f"{'.'.join(where)}: {wrong}", *where, name)


def _is_words(words: object) -> bool:
    return isinstance(words, list) and all(isinstance(word, str) for word in words)

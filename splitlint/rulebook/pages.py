"""Rule pages and packs as they stand in files: Markdown with a block of TOML in it, to `rule.Rule` and `rule.Pack`.

On the start-up path: nothing heavy imported.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from splitlint.findings.addresses import rule_page
from splitlint.rulebook import generic, kept_pages
from splitlint.rulebook.moved_needles import moved_tables
from splitlint.rulebook.pack_files import known_by, load_pack
from splitlint.rulebook.rule import (
    DEFINITION,
    IMPACTS,
    LANGUAGES,
    SEVERITIES,
    Pack,
    Query,
    Rule,
    RuleError,
    RuleSet,
    fences,
    mistake,
    needles_of,
    queries_in,
)
from splitlint.rulebook.texts import filled, meant, read, toml, unknown

_KEYS = frozenset(
    {"instead_of", "language", "severity", "impact", "needles", "patterns", "fix", "message", "help", "silent", "use"}
    | {"nixpkgs", "python", "text", "commands", "confidence", "consequence", "generic", "on_request"}
    | {"when", "since", "merged"}
)


def default_folder() -> str:
    """The folder of the packs that splitlint ships: in the package, or at the top of a checkout."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(here, "rules")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(here), "rules")


def rule_folders(own: Sequence[str], *, shipped: bool) -> list[str]:
    """The folders that rules are read from: those that splitlint ships, if they are wanted, and others.

    Raises RuleError if there are none.
    """
    if not (shipped or own):
        raise RuleError("there are no rules: the default rules are off, and --rules names no others")
    return [default_folder(), *own] if shipped else list(own)


def load_rules(folders: Sequence[str], fence: str = "") -> RuleSet:
    """The pages and packs of some folders; a folder is a pack, or holds packs.

    Pages in `fence`, or in a repository, may be links to other files in it, but not out of it.
    Raises RuleError if a folder holds no page, or if a page or pack is broken.
    """
    rules: list[Rule] = []
    packs: list[Pack] = []
    for folder in folders:
        own_packs, own_rules = _shipped(folder) if folder == default_folder() else _loaded(folder, fence)
        packs += (pack for pack in own_packs if not _is_generic(pack.path, folder))
        rules += (rule for rule in own_rules if rule.pack != generic.NAME or not _is_generic(rule.path, folder))
    for number, pack in enumerate(packs):
        if any(one.name == pack.name for one in packs[:number]):
            raise RuleError(f"{pack.path}: there is another pack named {pack.name}")
    names = [rule.name for rule in rules]
    # A name that two packs have is told with the pack.
    told = (rule._replace(name=rule.full_name) if names.count(rule.name) > 1 else rule for rule in rules)
    return RuleSet(tuple(told), (*packs, *known_by(packs, fence, default_folder())))


def _shipped(folder: str) -> tuple[list[Pack], list[Rule]]:
    known = kept_pages.read(folder)
    if known is not None:
        packs = [Pack(*pack) for pack in known[0]]
        return packs, [Rule._make((*rule[:-1], tuple(Query(*query) for query in rule[-1]))) for rule in known[1]]
    packs, rules = _loaded(folder, None)
    plain = [(*rule[:-1], tuple(map(tuple, rule.queries))) for rule in rules]
    kept_pages.write(folder, packs, plain)
    return packs, rules


def _is_generic(path: str, folder: str) -> bool:
    """Whether a page or pack is a generic one that was read with the packs that it is for, and not by itself."""
    return os.path.dirname(path) == os.path.join(folder, generic.NAME)


def generic_pages() -> list[Rule]:
    """The generic pages that splitlint ships."""
    return [rule for rule in _shipped(default_folder())[1] if rule.pack == generic.NAME]


def _loaded(folder: str, fence: str | None) -> tuple[list[Pack], list[Rule]]:
    rules: list[Rule] = []
    packs: list[Pack] = []
    generic_folder = os.path.join(folder, generic.NAME)
    pages = _generic_in(generic_folder, folder, fence)
    for pack_folder in _pack_folders(folder):
        pack, names = _pack_in(pack_folder, fence)
        packs.append(pack)
        if pack_folder == generic_folder:
            rules += pages or ()
            continue
        found = [load_page(name, pack, fence, pages) for name in names]
        if pack.name != generic.NAME and moved_tables(pack.data):
            found += generic.instances(pack, found, generic_pages() if pages is None else pages)
        rules += generic.resolved(found)
    if not packs:
        raise RuleError(f"{folder}: no rule pages here (a pack is a folder with a pack.toml or with .md pages)")
    return packs, rules


def _pack_in(folder: str, fence: str | None) -> tuple[Pack, list[str]]:
    """The pack in a folder, and the paths of its pages."""
    names = (name for name in sorted(os.listdir(folder)) if name.endswith(".md") and name != "README.md")
    return load_pack(folder, fence), [os.path.join(folder, name) for name in names]


def _generic_in(generic_folder: str, folder: str, fence: str | None) -> list[Rule] | None:
    """The generic pages that stand beside the packs of a folder; None if those that splitlint ships are meant."""
    if os.path.isdir(generic_folder):
        pack, names = _pack_in(generic_folder, fence)
        return [load_page(name, pack, fence, ()) for name in names]
    return None if folder != default_folder() else []


def _pack_folders(folder: str) -> Iterable[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise RuleError(f"{folder}: cannot be read: {error.strerror}") from error
    if "pack.toml" in names or any(name.endswith(".md") and name != "README.md" for name in names):
        yield folder
        return
    for name in names:
        inner = os.path.join(folder, name)
        if os.path.isfile(os.path.join(inner, "pack.toml")):
            yield inner


def load_page(path: str, pack: Pack, fence: str | None = "", pages: Sequence[Rule] | None = None) -> Rule:
    """One page; `pages`: the generic ones, None for those that splitlint ships.

    Raises RuleError that names the page and what is wrong with it.
    """
    body = read(path, fence)
    given = _definition(path, body)
    for key in given:
        if key not in _KEYS:
            raise unknown(path, f"unknown key `{key}` in the definition", key, _KEYS)
    given = _with_aliases(given, generic.families_of(pack))
    queries: tuple[Query, ...] = ()
    if "generic" in given:
        page = generic.specialised(given, path, generic_pages() if pages is None else pages)
        queries = () if "use" in given else generic.queries_for(page, pack)
        given = {**generic.expanded(page.definition[generic.TEMPLATE], pack), **given}
    elif pack.name == generic.NAME:
        given = {**generic.expanded(given, pack), generic.TEMPLATE: given}
    title = re.search(r"^# (.+)$", body, re.MULTILINE)
    if title is None:
        raise RuleError(f"{path}: the page has no title (`# ...`)")
    name = os.path.basename(path).removesuffix(".md")
    languages = _words(path, given, "language", LANGUAGES)
    return Rule(
        name=name,
        title=title[1].strip(),
        languages=languages,
        severity=_words(path, given, "severity", SEVERITIES)[0],
        impact=_words(path, given, "impact", IMPACTS),
        needles=needles_of(path, given, pack),
        patterns=tuple(given.get("patterns", ())),
        message=str(given.get("message", title[1].strip())),
        help=str(given.get("help", "")),
        fix=given.get("fix", {}),
        definition=given,
        body=body,
        path=path,
        pack=pack.name,
        url=rule_page(pack.name, name) if _is_shipped(path) else "",
        queries=_queries(body, languages[0], pack) or queries,
    )


def _is_shipped(path: str) -> bool:
    return os.path.dirname(os.path.dirname(os.path.abspath(path))) == default_folder()


#: The keys of a page whose words people read, and what `{..}` in them means already.
_TOLD = ("message", "help", "consequence", "title")
_SPOKEN = frozenset(
    {"attribute", "command", "instead", "into", "noun", "package", "path", "since", "variable", "where"}
)


def _with_aliases(given: Any, families: Sequence[str], *, is_told: bool = False) -> Any:
    """A definition in which `{FAMILY}` is `{package}` wherever people read it: a page may call it by its name."""
    if isinstance(given, dict):
        return {key: _with_aliases(one, families, is_told=key in _TOLD) for key, one in given.items()}
    if isinstance(given, list):
        return [_with_aliases(one, families) for one in given]
    aliases = dict.fromkeys(set(families) - _SPOKEN, "{package}")
    return filled(given, aliases) if is_told and isinstance(given, str) else given


def _aliased_query(query: Query, families: Sequence[str]) -> Query:
    """A query in which `@FAMILY` is `@package`, if it captures none of that name."""
    if "@package" in query.text:
        return query
    names = "|".join(map(re.escape, families))
    return query._replace(text=re.sub(rf"@(?:{names})(?![\w.-])", "@package", query.text)) if names else query


def _queries(body: str, language: str, pack: Pack) -> tuple[Query, ...]:
    families = generic.families_of(pack)
    found = tuple(_aliased_query(query, families) for query in queries_in(body, language))
    return generic.expanded_queries(found, pack) if pack.name == generic.NAME else found


def _definition(path: str, body: str) -> dict[str, Any]:
    """The TOML under a page's `## Definition`. Raises RuleError if there is no such block, or more than one."""
    if body.startswith("+++"):
        raise RuleError(f"{path}:1: move the TOML between the `+++` lines to a ```toml block under `## {DEFINITION}`")
    blocks = fences(body)
    for block in blocks:
        if block.language == "query" and block.kind != DEFINITION:
            raise RuleError(f"{path}:{block.line - 1}: a ```query block belongs under `## {DEFINITION}`")
    definitions = [block for block in blocks if block.language == "toml" and block.kind == DEFINITION]
    if not definitions:
        raise RuleError(f"{path}: there is no ```toml block under `## {DEFINITION}`")
    if len(definitions) > 1:
        raise RuleError(f"{path}:{definitions[1].line - 1}: a page has only one ```toml block under `## {DEFINITION}`")
    return toml(path, definitions[0].text, definitions[0].line)


def _words(path: str, definition: Mapping[str, Any], key: str, allowed: Sequence[str]) -> tuple[str, ...]:
    given = definition.get(key, ())
    words = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, list | tuple) else (given,)
    for word in words:
        if word not in allowed:
            raise mistake(path, f"{key} = {word!r} is not one of {', '.join(allowed)}{meant(word, allowed)}", key)
    if not words and not (key == "impact" and given == []):
        raise RuleError(f"{path}: `{key}` is missing in the definition")
    return words

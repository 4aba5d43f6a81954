"""A match and its rule's `fix` to fixes: the form that fits the place, as safe as the place allows.

What a page may ask for under `fix` is documented in docs/fixes.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from splitlint.files.source import Source
from splitlint.findings.finding import Edit, Fix, Safety
from splitlint.fixes.make.job import Job
from splitlint.matching.query_match import Match
from splitlint.rulebook.rule import Rule
from splitlint.startup.records import replace
from splitlint.syntax import nix

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def make_fixes(
    match: Match, source: Source, nixpkgs: str = "any", since: str = "", rules: Sequence[Rule] = ()
) -> tuple[Fix, ...]:
    """The fixes of a match in `source`, the best first; a manual one with words where nothing can be edited.

    `nixpkgs` is the configured one: "any", or the oldest release to support ("25.11"); `since` is the first
    release that has the new outputs, as the rule's pack says; `rules` are those that the file is checked by.
    """
    asked = match.rule.fix
    if not asked:
        return ()
    match = _at_argument(match)
    found = _made(Job(match, source, match.view, asked, _is_modern(nixpkgs, since), rules or (match.rule,)))
    if found:
        return found
    return _advice(match.rule, words_of_advice(match))


def _at_argument(match: Match) -> Match:
    """A match at a call that makes a path of a package (`lib.getExe' frob "x"`): the package is what can be changed."""
    from splitlint.analysis.model.alternatives import alternatives
    from splitlint.analysis.model.values import Package, Text

    view, found = match.view, match.notes.value
    node = nix.skip_parentheses(match.package)
    if view is None or found is None or node.type != "apply_expression" or not isinstance(found.shape, Package):
        return match
    if not any(isinstance(one.shape, Text) for one in alternatives(view.value(node))):
        return match
    _, arguments = nix.call_spine(node)
    for argument in arguments:
        shapes = [one.shape for one in alternatives(view.value(argument))]
        if any(isinstance(one, Package) and one.family == found.shape.family for one in shapes):
            return replace(match, package=argument)
    return match


def words_of_advice(match: Match) -> dict[str, str]:
    """What `{package}` stands for where a page says what to write: the whole package, so that it is valid Nix there.

    Where its source is no such thing, or too long, it is called by its family. A string or a number stands for itself.
    """
    from splitlint.analysis.model.values import Package
    from splitlint.fixes.make import forms

    found = forms.told(match.view, match.package) or forms.literal(match.package) if match.view is not None else None
    shape = match.notes.value.shape if match.notes.value is not None else None
    family = shape.family if isinstance(shape, Package) else "package"
    return {**match.notes.extra, "package": found or family, "instead": _instead(match, found or family)}


def _instead(match: Match, package: str) -> str:
    """How to get at what was looked for in the wrong place; "" if nothing is known of that."""
    from splitlint.analysis.model.values import UNKNOWN
    from splitlint.fixes.make import forms

    home, view = match.notes.home, match.view
    if home is None or not (home.output or home.package):
        return ""
    if view is not None:
        whole = forms.Subject(package, True, match.notes.value or UNKNOWN)
        form = forms.output_form(view, match.package, whole, home.output or home.package)
        if form is not None:
            return form.text
    return home.package or f"{package}.{home.output}"


def make_text_fixes(rule: Rule, source: Source, start: int, end: int, words: dict[str, str]) -> tuple[Fix, ...]:
    """The fixes of a finding of which only the text is known (a path in a program): bytes `start` to `end`.

    Of what a page may ask for, only `text` can edit there, and what else the program makes of the path is not known,
    so that is never safe; else its title is said, with `words` filled in.
    """
    for one in rule.fix.get("of", (rule.fix,)):
        asked = {**rule.fix, **one}
        if asked.get("kind") == "text":
            from splitlint.fixes.make import text

            found = text.rewritten(asked, source, start, end)
            if found:
                return tuple(replace(fix, safety=min(fix.safety, Safety.UNSAFE)) for fix in found)
    return _advice(rule, words)


def _advice(rule: Rule, words: dict[str, str]) -> tuple[Fix, ...]:
    from splitlint.rulebook.texts import filled

    title = str(rule.fix.get("title", ""))
    return (Fix(filled(title, words), Safety.MANUAL),) if title else ()


def _made(job: Job) -> tuple[Fix, ...]:
    """The fixes of the kind that is asked for; of `of`, those of the first one that has any.

    One with `commands` is for what these commands of a script are given.
    """
    command = job.match.notes.extra.get("command", "")
    for one in job.fix.get("of", (job.fix,)):
        asked = {**job.fix, **one}
        if command not in asked.get("commands", (command,)):
            continue
        kind = str(asked.get("kind", "output"))
        found = maker(kind)(replace(job, fix=asked)) if kind in KINDS else ()
        kept = tuple(fix for fix in found if all(_keeps_comments(job, edit) for edit in fix.edits))
        if kept:
            return kept
    return ()


def _keeps_comments(job: Job, edit: Edit) -> bool:
    """Whether all comments in the bytes that an edit replaces are in its text, too."""
    replaced = job.source.data[edit.start : edit.end]
    if job.view is None or edit.path != job.source.path or not (b"#" in replaced or b"/*" in replaced):
        return True
    pending = [job.view.tree.root_node]
    while pending:
        node = pending.pop()
        if node.end_byte <= edit.start or node.start_byte >= edit.end:
            continue
        if node.type == "comment" and nix.node_text(node) not in edit.text:
            return False
        pending.extend(node.children)
    return True


def _is_modern(nixpkgs: str, since: str) -> bool:
    if nixpkgs == "any" or not since:
        return False
    oldest, first = ([int(part) for part in release.split(".")] for release in (nixpkgs, since))
    return oldest >= first


def maker(kind: str) -> Callable[[Job], tuple[Fix, ...]]:
    """What makes the fixes of a kind. A rule asks for one or two, so that only their modules are imported."""
    module, _, function = KINDS[kind].rpartition(".")
    found: Callable[[Job], tuple[Fix, ...]] = getattr(import_module(f"splitlint.fixes.make.{module}"), function)
    return found


#: What a page may ask for, and who makes it.
KINDS = {
    "output": "scripts.script_variables.take_output",
    "add": "outputs.add",
    "beside": "scripts.words.repeat",
    "place": "attributes.take_place",
    "attribute": "attributes.take_attribute",
    "global": "attributes.take_global",
    "package": "package.take",
    "prefer": "attributes.prefer",
    "companion": "companions.take",
    "graft": "grafts.graft",
    "rename": "absence.rename",
    "default": "absence.give_default",
    "ask": "absence.ask_whole",
    "fallback": "fallbacks.take_whole",
    "environment": "overrides.environment.move",
    "variable": "scripts.variables.take",
    "text": "text.rewrite",
    "remove": "text.remove",
}

#: By kind, what its page has to say and what it may say besides.
ASKED_FOR: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "output": (("output",), ()),
    "add": (("output",), ("graft_into", "family", "attribute")),
    "beside": (("output",), ()),
    "place": (("from", "to"), ()),
    "attribute": (("attribute",), ()),
    "global": (("attribute",), ()),
    "package": (("name",), ()),
    "prefer": (("from", "to"), ()),
    "companion": (("family", "attribute"), ("else",)),
    "graft": (("family", "attribute"), ("else", "apart")),
    "rename": (("to",), ()),
    "default": (("default",), ("before",)),
    "ask": ((), ()),
    "fallback": (("from",), ()),
    "environment": ((), ()),
    "variable": (("output",), ()),
    "text": (("from", "to"), ()),
    "remove": ((), ()),
    "manual": ((), ()),
}

"""Variants of the rule pages' broken cases, made by machine: other names, other places, other ways to write the same.

`variants(seed, count)` picks a case and rewrites it a few times. Each rewriting keeps what the text means, so that what
is wrong with a fix of it is the fix's fault; nothing here knows what is to be found or written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from splitlint.authoring.trials.cases import mendable, options
from splitlint.rulebook.rule import Case, Rule
from splitlint.syntax import nix
from tests.test_rules import RULE_SET
from tests.variants import calls, expressions, names, places, scripts, sets
from tests.variants.syntax import Rewriting
from tests.worlds import SIDES


@dataclass(frozen=True, slots=True)
class Variant:
    """A broken text, the pack, page and case that it was made from, and how."""

    pack: str
    page: str
    line: int
    how: tuple[str, ...]
    text: str
    nixpkgs: str = "any"

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line} {' '.join(self.how)}"


def variants(seed: int, count: int) -> list[Variant]:
    """That many variants, the same for the same seed; no two have the same text."""
    rng = Random(seed)
    cases = fixed_cases()
    found: dict[str, Variant] = {}
    while len(found) < count:
        one = variant(rng, *rng.choice(cases))
        if one is not None:
            found.setdefault(one.text, one)
    return list(found.values())


@cache
def fixed_cases() -> tuple[tuple[Rule, Case], ...]:
    """The cases in Nix of every page that a fix changes and that Nix can prove, with their pages."""
    found = []
    for rule in (one for one in RULE_SET.rules if one.pack in SIDES):
        becomes = [case for case in rule.cases if case.kind == "Becomes"]
        for case, _ in zip(mendable(rule), becomes, strict=False):
            said = options(case)
            # The worlds of kernels know more than a pack says.
            is_provable = said.get("unproved", "pack.toml").startswith("pack.toml") and "file" not in said
            if case.language == "nix" and is_provable and rule.fix.get("kind") != "remove":
                found.append((rule, case))
    return tuple(found)


def variant(rng: Random, rule: Rule, case: Case) -> Variant | None:
    """A case rewritten one to four times; None if nothing could be done."""
    data = case.text.encode()
    how: list[str] = []
    for rewriting in rng.choices(REWRITINGS, k=rng.randint(1, 4)):
        done = rewritten(rng, data, rewriting)
        if done is not None:
            data = done
            how.append(rewriting.__name__)
    if not how:
        return None
    if rng.random() < 0.15:
        data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        how.append("crlf")
    return Variant(rule.pack, rule.name, case.line, tuple(how), data.decode(), options(case).get("nixpkgs", "any"))


def rewritten(rng: Random, data: bytes, rewriting: Rewriting) -> bytes | None:
    """A text after one rewriting; None if it does not apply, or gives what is no Nix."""
    root = nix.parse(data).root_node
    changes = rewriting(rng, data, root)
    if not changes:
        return None
    for one in sorted(changes, key=lambda change: (change.start, change.end), reverse=True):
        data = data[: one.start] + one.text.encode() + data[one.end :]
    return None if nix.parse(data).root_node.has_error else data


REWRITINGS: tuple[Rewriting, ...] = (
    places.wrapped,
    places.as_package,
    places.in_module,
    places.as_overlay,
    places.in_list,
    names.renamed,
    names.named,
    names.named,
    names.by_function,
    sets.split_set,
    sets.quoted,
    sets.inherited,
    sets.split_list,
    sets.nested,
    expressions.parenthesised,
    expressions.piped,
    calls.partly_applied,
    calls.flipped,
    calls.with_operator,
    expressions.chosen_by_if,
    expressions.in_words,
    scripts.script_lines,
    scripts.stripped,
    scripts.image_too,
    names.named_path,
    names.as_argument,
    sets.made_recursive,
    expressions.commented,
    expressions.spaced,
)

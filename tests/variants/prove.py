"""What --fix makes of variants, and whether it is right: `python -m tests.variants.prove SEED COUNT` says how many."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Safety
from splitlint.fixes.apply.apply import chosen_fix, fix_file
from tests.test_rules import RULE_SET
from tests.variants.calls import without_operators
from tests.variants.generate import Variant, variants
from tests.variants.scripts import is_consistent
from tests.worlds import prove_all


@dataclass(frozen=True, slots=True)
class Fixed:
    """A variant after `--fix`; `left` is what a second run says of it."""

    variant: Variant
    text: str
    refused: str
    before: tuple[Finding, ...]
    left: tuple[Finding, ...]

    def complaint(self, safety: Safety) -> str:
        """What is wrong with it even without Nix, "" if nothing."""
        if self.refused:
            return f"refused: {self.refused}"
        if any(chosen_fix(one, safety) is not None for one in self.left):
            return "a second run changes it again"
        if len(self.left) >= len(self.before):
            return f"nothing is gone: {self.left[0].message}"
        if is_consistent(self.variant.text) and not is_consistent(self.text):
            return "a prefix that is cut off is not the one that is there"
        return ""


@dataclass(slots=True)
class Figures:
    """How many variants were fixed, left alone though they were found, and not found; and what went wrong."""

    fixed: int = 0
    left: list[Variant] = field(default_factory=list)
    missed: list[Variant] = field(default_factory=list)
    wrong: list[tuple[Fixed, str]] = field(default_factory=list)

    def told(self) -> str:
        """The failures, with the texts before and after."""
        return "\n".join(
            f"--- {one.variant.name}\n{one.variant.text}\n--- becomes\n{one.text}\n--- {why}" for one, why in self.wrong
        )


def proved(made: Sequence[Variant], safety: Safety) -> Figures:
    """Fixes variants, and lets Nix judge what came of it."""
    figures = Figures()
    done: list[Fixed] = []
    for one in made:
        result = _fixed(one, safety)
        if result is not None:
            done.append(result)
        elif _findings(one, one.text.encode()):
            figures.left.append(one)
        else:
            figures.missed.append(one)
    figures.fixed = len(done)
    pairs = [(without_operators(one.variant.text), without_operators(one.text)) for one in done]
    partial = {at for at, one in enumerate(done) if one.left}
    verdicts = prove_all(pairs, [one.variant.pack for one in done], partial)
    for fixed, verdict in zip(done, verdicts, strict=True):
        why = fixed.complaint(safety) or ("" if verdict.proved else verdict.reason)
        if why:
            figures.wrong.append((fixed, why))
    return figures


def _fixed(one: Variant, safety: Safety) -> Fixed | None:
    data = one.text.encode()
    before = _findings(one, data)
    done = fix_file("case.nix", data, lambda now: _findings(one, now), safety)
    new = done.data("case.nix", data)
    if new == data and not done.refused:
        return None
    return Fixed(one, new.decode(), "; ".join(done.refused.values()), before, _findings(one, new))


def _findings(one: Variant, data: bytes) -> tuple[Finding, ...]:
    return check_source(Source("case.nix", data, NIX), RULE_SET, Config(nixpkgs=one.nixpkgs)).findings


def _in_parts(made: Sequence[Variant], size: int = 500) -> Iterator[Sequence[Variant]]:
    yield from (made[at : at + size] for at in range(0, len(made), size))


def _said(counted: Iterable[Variant]) -> str:
    return ", ".join(f"{name} {number}" for name, number in Counter(one.page for one in counted).most_common())


def main() -> int:
    """Figures for SEED and COUNT, both safety levels; 1 if a fix is wrong."""
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    wrong = 0
    for safety in (Safety.UNSAFE, Safety.SAFE):
        fixed, left, missed = 0, [], []
        for part in _in_parts(variants(seed, count)):
            figures = proved(part, safety)
            fixed += figures.fixed
            left += figures.left
            missed += figures.missed
            wrong += len(figures.wrong)
            if figures.wrong:
                print(figures.told())
        print(f"{safety}: {fixed} fixed, {wrong} wrong, {len(left)} found but left, {len(missed)} not found")
        print(f"  left: {_said(left)}\n  not found: {_said(missed)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""Nix code in the examples of documents, as files of their own that stand where the examples do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Severity
from splitlint.rulebook.rule import Rule
from splitlint.startup.records import replace
from splitlint.syntax import nix
from splitlint.syntax.blocks_prose import nix_examples

_DOCUMENTS = (".md", ".mdx")
_TEXT = re.compile(rb"[^\n]")


def example_findings(
    source: Source, rules: Sequence[Rule], inspect: Callable[[Source, Sequence[Rule]], list[Finding]]
) -> Iterator[Finding]:
    """What is found in the Nix code of a document. Nothing there is built: it is told, and changed by nobody.

    `inspect` gives what some of the `rules` find in an example: those of which it has the needles.
    """
    if not source.path.endswith(_DOCUMENTS):
        return
    for start, end in nix_examples(source.data):
        code = source.data[start:end]
        asking = [rule for rule in rules if rule.hit(code)]
        example = _alone(source, start, end) if asking else None
        for finding in inspect(example, asking) if example is not None else ():
            yield replace(finding, severity=Severity.INFO, fixes=(), excerpt=source.excerpt(finding.span))


def _alone(source: Source, start: int, end: int) -> Source | None:
    """An example with nothing around it, at its place in the file; None if Nix cannot parse it.

    Of attributes without a set the fences become its braces.
    """
    data = source.data
    before, code, behind = _TEXT.sub(b" ", data[:start]), data[start:end], _TEXT.sub(b" ", data[end:])
    for first, last in ((b"", b""), (b"{", b"}")):
        if last and not behind:
            continue
        text = before[: len(before) - 2] + first + b"\n" if first else before
        whole = text + b" " * (len(before) - len(text)) + code + last + behind[len(last) :]
        root = nix.parse(whole).root_node
        if not root.has_error or not nix.is_broken(root):
            return Source(source.path, whole, NIX)
    return None

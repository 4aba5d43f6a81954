"""What is said of a Nix file that Nix cannot parse: that it is so, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.files.languages import NIX
from splitlint.findings.finding import Confidence, Finding, Related, Severity
from splitlint.findings.own_rules import OWN_RULES, SYNTAX_ERROR
from splitlint.startup.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Tree

    from splitlint.analysis.project.repository import Repository
    from splitlint.config import Config
    from splitlint.files.source import Source
    from splitlint.syntax.nix_grammar.bindings import NixError

_CONFLICT = (b"<<<<<<< ", b"||||||| ", b"=======", b">>>>>>> ")


def syntax_finding(source: Source, tree: Tree) -> Finding | None:
    """The finding for the first syntax error of a Nix file of which `tree` is the tree; None if Nix parses it."""
    from splitlint.syntax.nix_grammar.doubts import syntax_error

    error = syntax_error(source.data, tree)
    if error is None:
        return None
    what, (start, end), related = _told(source, error)
    span = source.span(start, end)
    return Finding(
        rule=SYNTAX_ERROR,
        severity=Severity.WARNING,
        confidence=Confidence.HIGH,
        impact=(),
        path=source.path,
        span=span,
        message=f"Nix cannot parse this file: {what}",
        help="other findings in this file may be wrong, and splitlint does not fix it",
        url=OWN_RULES[SYNTAX_ERROR].url,
        related=related,
        excerpt=source.excerpt(span),
    )


def syntax_errors(source: Source) -> list[Finding]:
    """As `syntax_finding`, of a file that nothing else is looked for in, of whatever language."""
    if source.language != NIX:
        return []
    from splitlint.syntax import nix

    found = syntax_finding(source, nix.parse(source.data))
    return [found] if found is not None else []


def unfixed(findings: Sequence[Finding]) -> list[Finding]:
    """The findings of one file; if one of them is a syntax error, without the edits of their fixes."""
    if not any(one.rule == SYNTAX_ERROR for one in findings):
        return list(findings)
    return [
        replace(one, fixes=tuple(replace(fix, edits=()) for fix in one.fixes)) if one.fixes else one for one in findings
    ]


def _told(source: Source, error: NixError) -> tuple[str, tuple[int, int], tuple[Related, ...]]:
    """What is wrong, the bytes where it is shown, and the place that may have caused it."""
    line = source.line_of(error.start)
    text = source.line_bytes(line)
    if text.startswith(_CONFLICT):
        return "this is a merge conflict marker", _whole_line(source, line), ()
    if error.opened is None:
        return error.message, (error.start, max(error.end, error.start)), ()
    begins = source.line_of(error.opened)
    opened = (error.opened, max(_whole_line(source, begins)[1], error.opened))
    if error.start >= len(source.data.rstrip()):
        # The end of the file tells nothing; where it began does.
        return error.lacks, opened, ()
    return error.message, (error.start, error.end), (Related(source.path, source.span(*opened), error.lacks),)


def _whole_line(source: Source, line: int) -> tuple[int, int]:
    start = source.line_starts[line - 1]
    return start, start + len(source.line_bytes(line))


def counts_always(finding: Finding, config: Config) -> bool:
    """Whether a finding counts whatever rules are selected: that a file cannot be parsed does, unless it is ignored."""
    return finding.rule == SYNTAX_ERROR and SYNTAX_ERROR not in config.ignore


def unparsed_others(repository: Repository, config: Config) -> Iterator[Finding]:
    """The syntax errors of files that others were looked up in."""
    for path in sorted(repository.doubtful):
        yield from _syntax_of(path, repository, config)


def _syntax_of(path: str, repository: Repository, config: Config) -> Iterator[Finding]:
    from splitlint.findings import suppress
    from splitlint.matching.describe import fingerprinted

    unit = repository.unit(path)
    source, tree = (unit.source, unit.tree) if unit is not None else (None, None)
    found = syntax_finding(source, tree) if source is not None and tree is not None else None
    if found is not None and source is not None:
        marked = suppress.apply(source, [found], OWN_RULES, ())
        kept = [one for one in marked if one.rule == SYNTAX_ERROR and counts_always(one, config)]
        yield from fingerprinted(kept, source)

"""Findings as the protocol says them: diagnostics, edits, quick fixes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from lsprotocol import types
from pygls.uris import from_fs_path

from splitlint.files.positions import Span
from splitlint.findings.finding import Edit, Finding, Safety, Severity
from splitlint.findings.own_rules import UNKNOWN, UNUSED
from splitlint.fixes.apply.apply import Change
from splitlint.fixes.apply.ignores import ignoring
from splitlint.fixes.apply.merge import as_written
from splitlint.lsp.checker import Checked
from splitlint.lsp.positions import Lines
from splitlint.lsp.words import message_of, title_of
from splitlint.startup.named_tuples import NamedTuple

SOURCE = "splitlint"
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{SOURCE}"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


class Client(NamedTuple):
    """What is known of the editor. `encoding`: how positions are counted. `versioned`: edits may name a version.

    `uris` and `versions` are those of open files, by path.
    """

    encoding: str
    versioned: bool
    uris: dict[str, str]
    versions: dict[str, int]

    def uri(self, path: str) -> str:
        """The address of a file: the editor's own if it is open there."""
        return self.uris.get(path) or from_fs_path(os.path.abspath(path)) or ""

    def range(self, data: bytes, start: int, end: int) -> types.Range:
        """Bytes `start` to `end` of a text as a range."""
        lines = _lines(data, self.encoding)
        return types.Range(types.Position(*lines.position(start)), types.Position(*lines.position(end)))

    def workspace_edit(self, edits: Sequence[tuple[str, types.TextEdit]]) -> types.WorkspaceEdit:
        """Edits of files, by path."""
        by_path: dict[str, list[types.TextEdit]] = {}
        for path, edit in edits:
            by_path.setdefault(path, []).append(edit)
        if not self.versioned:
            return types.WorkspaceEdit(changes={self.uri(path): made for path, made in by_path.items()})
        changes = [
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(self.uri(path), self.versions.get(path)), made
            )
            for path, made in by_path.items()
        ]
        return types.WorkspaceEdit(document_changes=changes)


Read = Callable[[str], bytes]


@lru_cache(maxsize=8)
def _lines(data: bytes, encoding: str) -> Lines:
    """The lines of a text: a file has many findings."""
    return Lines(data, encoding)


def diagnostics(checked: Checked, client: Client, read: Read) -> list[types.Diagnostic]:
    """What an editor shows of an open file. `read` gives other files."""
    found = [_diagnostic(one, checked.source.data, client, read) for one in checked.findings]
    for problem in checked.problems:
        severity = types.DiagnosticSeverity.Warning if problem.fatal else types.DiagnosticSeverity.Information
        where = client.range(checked.source.data, 0, 0)
        message = problem.message if problem.path == checked.source.path else f"{problem.path}: {problem.message}"
        found.append(types.Diagnostic(where, message, severity=severity, source=SOURCE))
    return found


def _diagnostic(finding: Finding, data: bytes, client: Client, read: Read) -> types.Diagnostic:
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(client.uri(one.path), _related_range(one.path, one.span, finding, data, client, read)),
            one.message,
        )
        for one in finding.related
    ]
    return types.Diagnostic(
        client.range(data, finding.span.start, finding.span.end),
        message_of(finding),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(finding.url) if finding.url else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if finding.rule == UNUSED else None,
        related_information=related or None,
        data={"fingerprint": finding.fingerprint},
    )


def _related_range(path: str, span: Span, finding: Finding, data: bytes, client: Client, read: Read) -> types.Range:
    return client.range(data if path == finding.path else read(path), span.start, span.end)


def quick_fixes(checked: Checked, within: tuple[int, int], client: Client, read: Read) -> list[types.CodeAction]:
    """The fixes of what is found between two bytes: safe ones first, then unsafe ones, then comments that ignore it."""
    start, end = within
    here = [one for one in checked.findings if one.span.start <= end and start <= one.span.end]
    fixes = [action for one in here for action in _fixes(one, checked, client, read)]
    fixes.sort(key=lambda action: not action.is_preferred)
    return fixes + [action for one in here for action in _ignoring(one, checked, client, read)]


def _fixes(finding: Finding, checked: Checked, client: Client, read: Read) -> Iterator[types.CodeAction]:
    for fix in finding.fixes:
        if fix.edits:
            yield types.CodeAction(
                title_of(fix),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[_diagnostic(finding, checked.source.data, client, read)],
                is_preferred=fix.safety is Safety.SAFE,
                edit=_edited(fix.edits, checked, client, read),
            )


def _ignoring(finding: Finding, checked: Checked, client: Client, read: Read) -> Iterator[types.CodeAction]:
    edit = ignoring(checked.source, finding) if finding.rule not in (UNKNOWN, UNUSED) else None
    if edit is not None:
        yield types.CodeAction(
            f"Ignore {finding.rule} here",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[_diagnostic(finding, checked.source.data, client, read)],
            is_preferred=False,
            edit=_edited((edit,), checked, client, read),
        )


def _edited(edits: Sequence[Edit], checked: Checked, client: Client, read: Read) -> types.WorkspaceEdit:
    made = []
    for one in edits:
        data = checked.source.data if one.path == checked.source.path else read(one.path)
        made.append((one.path, types.TextEdit(client.range(data, one.start, one.end), as_written(one.text, data))))
    return client.workspace_edit(made)


def fix_all(changes: Sequence[Change], client: Client) -> types.WorkspaceEdit:
    """Changed texts as edits: for each file one, from the first line that differs to the last."""
    made = []
    for change in changes:
        start, end, text = _differing(change.old, change.new)
        made.append((change.path, types.TextEdit(client.range(change.old, start, end), text)))
    return client.workspace_edit(made)


def _differing(old: bytes, new: bytes) -> tuple[int, int, str]:
    """The lines in which two texts differ: bytes of the old one, and what stands there in the new one."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    most = min(len(before), len(after))
    head = next((at for at in range(most) if before[at] != after[at]), most)
    tail = next((at for at in range(most - head) if before[-1 - at] != after[-1 - at]), most - head)
    start, end = sum(map(len, before[:head])), len(old) - sum(map(len, before[len(before) - tail :]))
    return start, end, b"".join(after[head : len(after) - tail]).decode("utf-8", "replace")

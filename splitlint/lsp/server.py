"""`splitlint lsp`: what the protocol asks, answered by a session."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from splitlint import __version__
from splitlint.checking.check import check_source
from splitlint.config import FILE_NAMES, Config
from splitlint.files.source import Source
from splitlint.findings.finding import Safety
from splitlint.limits import DEBUG, contained
from splitlint.lsp.checker import Checker
from splitlint.lsp.messages import FIX_ALL, Client, fix_all, quick_fixes
from splitlint.lsp.positions import Lines
from splitlint.lsp.session import Session
from splitlint.lsp.words import hover
from splitlint.lsp.worker import Worker
from splitlint.pins.nearest import LOCKS

_QUICK_FIX = types.CodeActionKind.QuickFix.value
#: So many rules are tried before the first file is checked.
_EXAMPLES = 3
_FIX_ALL_TITLE = "Apply all safe fixes of splitlint"


def serve() -> int:
    """Speaks the protocol on standard input and output until the editor ends it; 0 if it did so in good order."""
    logging.getLogger("pygls").setLevel(logging.INFO if os.environ.get(DEBUG) else logging.CRITICAL)
    worker = Worker()
    # Editors differ in how they count when they send parts of a text: they send all of it.
    server = LanguageServer("splitlint", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
    ended: list[bool] = []
    server.feature(types.SHUTDOWN)(lambda params: ended.append(True))
    session = Session(server, worker)
    _add_documents(server, session)

    def speak() -> None:
        try:
            server.start_io()
        finally:
            worker.stop()

    threading.Thread(target=speak, daemon=True).start()
    # Whatever goes wrong in it, files can be checked all the same.
    contained(partial(_warm_up, session.checker))
    worker.run()
    return 0 if ended else 1


def _warm_up(checker: Checker) -> None:
    """Imports what the first file would wait for, by checking what the pages of the shipped rules have as examples."""
    rule_set = checker.settings.shipped()
    cases = (case for rule in rule_set.rules for case in rule.cases[:1])
    for case in islice(cases, _EXAMPLES):
        check_source(Source("example", case.text.encode(), case.language), rule_set, Config())


def _add_documents(server: LanguageServer, session: Session) -> None:
    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        named = [to_fs_path(folder.uri) for folder in server.workspace.folders.values()]
        session.start([one for one in (*named, server.workspace.root_path) if one])
        _watch(server, session)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        session.take(document.uri, document.version, document.text, is_new=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        document, text = params.text_document, params.content_changes[-1].text
        session.take(document.uri, document.version, text, is_new=False)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        session.close(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        session.disk_changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:
        session.disk_changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configured(params: types.DidChangeConfigurationParams) -> None:
        session.check_all()

    _add_requests(server, session)


def _add_requests(server: LanguageServer, session: Session) -> None:
    options = types.CodeActionOptions(code_action_kinds=[_QUICK_FIX, FIX_ALL], resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        path = session.path(params.text_document.uri)
        if path is None:
            return None
        text = await session.ask(partial(_hover, path, params.position, session.client()))
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        path = session.path(params.text_document.uri)
        if path is None:
            return []
        only = params.context.only
        found: list[types.CodeAction] = []
        if only is None or _asks_for(only, _QUICK_FIX):
            found += await session.ask(partial(_quick_fixes, path, params.range, session.client())) or []
        if only is not None and _asks_for(only, FIX_ALL):
            edit = await session.ask(partial(_fix_all, path, session.client()))
            found += [_fix_all_action(params.text_document.uri, edit)] if edit is not None else []
        elif only is None and await session.ask(partial(_has_safe_fix, path)):
            found.append(_fix_all_action(params.text_document.uri, None))
        return found

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolved(action: types.CodeAction) -> types.CodeAction:
        path = session.path(str(action.data["uri"])) if isinstance(action.data, dict) else None
        if path is not None:
            action.edit = await session.ask(partial(_fix_all, path, session.client()))
        return action


def _watch(server: LanguageServer, session: Session) -> None:
    """Asks to be told what changes on disk, if the editor offers it."""
    workspace = server.client_capabilities.workspace
    offered = workspace.did_change_watched_files if workspace is not None else None
    if offered is None or not offered.dynamic_registration:
        return
    patterns = ["**/*.nix", *(f"**/{name}" for name in (*FILE_NAMES, *LOCKS))]
    watchers = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(one) for one in patterns])
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    server.client_register_capability(types.RegistrationParams([types.Registration("files", method, watchers)]))
    session.is_watching = True


def _asks_for(only: Sequence[types.CodeActionKind | str], kind: str) -> bool:
    """Whether an editor that asks for some kinds of actions takes one of this kind."""
    names = [one.value if isinstance(one, types.CodeActionKind) else one for one in only]
    return any(name in (kind, "") or kind.startswith(f"{name}.") for name in names)


def _fix_all_action(uri: str, edit: types.WorkspaceEdit | None) -> types.CodeAction:
    return types.CodeAction(_FIX_ALL_TITLE, kind=FIX_ALL, edit=edit, data={"uri": uri})


def _hover(path: str, position: types.Position, client: Client, checker: Checker, unwanted: Callable[[], bool]) -> str:
    checked = checker.checked(path, unwanted)
    if checked is None:
        return ""
    at = Lines(checked.source.data, client.encoding).offset(position.line, position.character)
    known = checker.inspected(path, unwanted)
    return hover(checked.source, checked.findings, known, checked.settings.rules, at)


def _quick_fixes(
    path: str, within: types.Range, client: Client, checker: Checker, unwanted: Callable[[], bool]
) -> list[types.CodeAction]:
    checked = checker.checked(path, unwanted)
    if checked is None:
        return []
    lines = Lines(checked.source.data, client.encoding)
    start, end = (lines.offset(one.line, one.character) for one in (within.start, within.end))
    return quick_fixes(checked, (start, end), client, lambda other: checker.read(other, path))


def _fix_all(path: str, client: Client, checker: Checker, unwanted: Callable[[], bool]) -> types.WorkspaceEdit | None:
    changes = checker.fixed(path)
    return fix_all(changes, client) if changes else None


def _has_safe_fix(path: str, checker: Checker, unwanted: Callable[[], bool]) -> bool:
    checked = checker.checked(path, unwanted)
    return checked is not None and any(one.safety is Safety.SAFE for one in checked.findings)

"""An editor for tests: it opens, changes and fixes files as one does, and counts in UTF-16 by itself."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, LanguageClientProtocol, client_capabilities

#: Seconds; only a server that is stuck takes so long.
LONGEST = 30.0


def utf16(text: str) -> list[bytes]:
    """The code units of a text."""
    data = text.encode("utf-16-le")
    return [data[at : at + 2] for at in range(0, len(data), 2)]


def applied(text: str, edits: Sequence[types.TextEdit]) -> str:
    """A text after edits, of which the places are in UTF-16."""
    lines = text.splitlines(keepends=True) or [""]
    if lines[-1].endswith("\n"):
        lines.append("")
    starts = [sum(len(utf16(line)) for line in lines[:number]) for number in range(len(lines) + 1)]
    units = utf16(text)
    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        first, last = (starts[one.line] + one.character for one in (edit.range.start, edit.range.end))
        units[first:last] = utf16(edit.new_text)
    return b"".join(units).decode("utf-16-le")


def edits_of(action: types.CodeAction) -> dict[str, Sequence[types.TextEdit]]:
    """The edits of an action, by address."""
    assert action.edit is not None
    found: dict[str, Sequence[types.TextEdit]] = dict(action.edit.changes or {})
    for one in action.edit.document_changes or ():
        assert isinstance(one, types.TextDocumentEdit)
        found[one.text_document.uri] = [edit for edit in one.edits if isinstance(edit, types.TextEdit)]
    return found


class Editor:
    """A client with files below a folder. `texts` and `versions` are those of open files, by address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = LanguageClient(protocol_cls=LanguageClientProtocol, converter_factory=default_converter)
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.told: dict[str, tuple[int | None, Sequence[types.Diagnostic]]] = {}
        self.shown: list[str] = []
        self.logged: list[str] = []

    async def start(self, capabilities: types.ClientCapabilities | None = None) -> types.InitializeResult:
        """Starts the server, with the capabilities of an editor."""
        await self.client.start_io(sys.executable, "-m", "splitlint", "lsp", cwd=str(self.folder))
        self._listen()
        capabilities = capabilities or client_capabilities("neovim@v0.7.0")
        folder = types.WorkspaceFolder(self.folder.as_uri(), "tests")
        return await self.client.initialize_session(
            types.InitializeParams(capabilities, root_uri=self.folder.as_uri(), workspace_folders=[folder])
        )

    def hears(self, method: str, act: Callable[[Any], None]) -> None:
        """Has something done with each message of a kind."""
        feature: Callable[[str], Callable[[object], object]] = self.client.feature
        feature(method)(act)

    def _listen(self) -> None:
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.told[params.uri] = params.version, params.diagnostics

        def shown(params: types.ShowMessageParams) -> None:
            self.shown.append(params.message)

        def logged(params: types.LogMessageParams) -> None:
            self.logged.append(params.message)

        self.hears(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, published)
        self.hears(types.WINDOW_SHOW_MESSAGE, shown)
        self.hears(types.WINDOW_LOG_MESSAGE, logged)

    async def stop(self) -> None:
        """Ends the server in good order."""
        await self.client.shutdown_session()
        stop: Callable[[], Awaitable[None]] = self.client.stop
        await stop()

    def uri(self, name: str) -> str:
        """The address of a file."""
        return (self.folder / name).as_uri()

    def write(self, name: str, text: str) -> str:
        """Writes a file to disk, and gives its address."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path.as_uri()

    async def open(self, name: str, text: str) -> Sequence[types.Diagnostic]:
        """Opens a file with a text, which need not be on disk; what is found in it."""
        uri = self.uri(name)
        self.texts[uri], self.versions[uri] = text, 1
        document = types.TextDocumentItem(uri, "nix", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        return await self.found(name)

    def type(self, name: str, text: str) -> None:
        """Changes an open file."""
        uri = self.uri(name)
        self.texts[uri] = text
        self.versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def close(self, name: str) -> None:
        """Closes a file."""
        uri = self.uri(name)
        del self.texts[uri], self.versions[uri]
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    async def found(self, name: str) -> Sequence[types.Diagnostic]:
        """What is found in the file as it is now."""
        uri = self.uri(name)
        await until(lambda: self.told.get(uri, (None, ()))[0] == self.versions.get(uri))
        return self.told[uri][1]

    async def becomes(self, name: str, codes: list[str]) -> Sequence[types.Diagnostic]:
        """Waits until these rules have found something in a file."""
        uri = self.uri(name)
        await until(lambda: uri in self.told and codes_of(self.told[uri][1]) == codes)
        return self.told[uri][1]

    async def actions(
        self, name: str, where: types.Range, only: Sequence[str] | None = None
    ) -> Sequence[types.CodeAction]:
        """The actions at a place."""
        context = types.CodeActionContext([], only=only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(self.uri(name)), where, context)
        found = await self.client.text_document_code_action_async(params)
        return [one for one in found or () if isinstance(one, types.CodeAction)]

    async def hover(self, name: str, position: types.Position) -> str:
        """What is shown at a place."""
        found = await self.client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(self.uri(name)), position)
        )
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    def apply(self, action: types.CodeAction) -> None:
        """Does what an action says in the open files."""
        for uri, edits in edits_of(action).items():
            name = str(Path(uri.removeprefix("file://")).relative_to(self.folder))
            self.type(name, applied(self.texts[uri], edits))

    def place(self, name: str, words: str, after: int = 0) -> types.Position:
        """Where some words begin in an open file, or `after` characters further, in UTF-16."""
        text = self.texts[self.uri(name)]
        before = text[: text.index(words) + after]
        line = before.rpartition("\n")[2]
        return types.Position(before.count("\n"), len(utf16(line)))


def codes_of(found: Sequence[types.Diagnostic]) -> list[str]:
    """The rules that have found something."""
    return sorted(str(one.code) for one in found)


async def until(holds: Callable[[], bool]) -> None:
    """Waits until something holds; an error if it does not in time."""
    async with asyncio.timeout(LONGEST):
        while not holds():
            await asyncio.sleep(0.005)

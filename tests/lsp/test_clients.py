"""Editors differ in what they can do, and in how they count and end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import client_capabilities

from splitlint.cli.commands.lsp import MISSING
from tests.lsp.editor import Editor, codes_of, edits_of

TEXT = '{ pkgs }: { x = "a é € 😀 ${pkgs.linux}/lib/modules"; }\n'


@pytest_asyncio.fixture
async def editor(tmp_path: Path) -> AsyncIterator[Editor]:
    made = Editor(tmp_path)
    yield made
    await made.stop()


@pytest.mark.asyncio
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_places_are_counted_as_agreed(editor: Editor, encoding: str) -> None:
    capabilities = types.ClientCapabilities(general=types.GeneralClientCapabilities(position_encodings=[encoding]))
    answer = await editor.start(capabilities)
    assert answer.capabilities.position_encoding == encoding
    (found,) = await editor.open("a.nix", TEXT)
    before = TEXT[: TEXT.index("pkgs.linux")]
    units = {"utf-8": len(before.encode()), "utf-16": len(before.encode("utf-16-le")) // 2, "utf-32": len(before)}
    assert len(set(units.values())) == 3
    assert found.range.start == types.Position(0, units[encoding])
    assert "whole" in await editor.hover("a.nix", types.Position(0, units[encoding] + 6))


@pytest.mark.parametrize("client", ["neovim@v0.6.1", "neovim@v0.11.0", "visual_studio_code@v1.65.2", "emacs@v29.1"])
@pytest.mark.asyncio
async def test_edits_are_of_the_form_that_an_editor_takes(editor: Editor, client: str) -> None:
    capabilities = client_capabilities(client)
    workspace = capabilities.workspace
    versioned = bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)
    await editor.start(capabilities)
    (found,) = await editor.open("a.nix", TEXT)
    safe = (await editor.actions("a.nix", found.range))[0]
    assert safe.edit is not None
    assert bool(safe.edit.document_changes) is versioned
    assert bool(safe.edit.changes) is not versioned
    assert list(edits_of(safe)) == [editor.uri("a.nix")]
    if versioned:
        (change,) = safe.edit.document_changes or ()
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.version == 1


@pytest.mark.asyncio
async def test_an_editor_that_offers_to_watch_files_is_asked_to(editor: Editor) -> None:
    asked: list[types.Registration] = []

    def register(params: types.RegistrationParams) -> None:
        asked.extend(params.registrations)

    editor.hears(types.CLIENT_REGISTER_CAPABILITY, register)

    watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    await editor.start(types.ClientCapabilities(types.WorkspaceClientCapabilities(did_change_watched_files=watching)))
    await editor.open("a.nix", TEXT)
    (registered,) = asked
    assert registered.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    assert isinstance(registered.register_options, dict)
    patterns = [one["globPattern"] for one in registered.register_options["watchers"]]
    assert {"**/*.nix", "**/.splitlint.toml", "**/pyproject.toml", "**/flake.lock"} <= set(patterns)


@pytest.mark.asyncio
async def test_a_folder_that_is_no_repository_is_one_if_it_is_open(editor: Editor) -> None:
    editor.write("default.nix", "{ pkgs }: import ./part.nix { it = pkgs.linux; }\n")
    await editor.start()
    assert codes_of(await editor.open("part.nix", '{ it }: "${it}/lib/modules"\n')) == ["modules-path"]


def _message(text: str) -> bytes:
    return f"Content-Length: {len(text)}\r\n\r\n{text}".encode()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param(b"", 1, id="nothing"),
        pytest.param(_message('{"jsonrpc": "2.0", "method": "exit"}'), 1, id="exit without shutdown"),
        pytest.param(
            _message('{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}')
            + _message('{"jsonrpc": "2.0", "id": 2, "method": "shutdown"}')
            + _message('{"jsonrpc": "2.0", "method": "exit"}'),
            0,
            id="in good order",
        ),
    ],
)
def test_it_ends_with_its_editor(tmp_path: Path, said: bytes, code: int) -> None:
    command = [sys.executable, "-m", "splitlint", "lsp", "--stdio"]
    done = subprocess.run(command, input=said, capture_output=True, cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("lacking", ["pygls", "lsprotocol"])
def test_without_its_extra_it_says_how_to_install_it(tmp_path: Path, lacking: str) -> None:
    code = f"import sys; sys.modules[{lacking!r}] = None; from splitlint.cli.main import main; sys.exit(main(['lsp']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert done.stderr == f"splitlint: {MISSING}\n"


def test_it_serves_although_it_cannot_prepare_itself(tmp_path: Path) -> None:
    code = (
        "import sys; import splitlint.lsp.server as server; from splitlint.cli.main import main\n"
        "def fail(checker): raise IndexError\n"
        "server._warm_up = fail\n"
        "sys.exit(main(['lsp']))"
    )
    said = _message('{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}')
    said += _message('{"jsonrpc": "2.0", "id": 2, "method": "shutdown"}') + _message(
        '{"jsonrpc": "2.0", "method": "exit"}'
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=said, capture_output=True, cwd=tmp_path, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"codeActionProvider" in done.stdout

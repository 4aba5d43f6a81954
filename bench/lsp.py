"""How long an editor waits for the language server: after it opens a file, and after each keystroke.

.venv/bin/python -m bench.lsp [--files 2000] [--share 0.1] [--keystrokes 30] [--tree PATH --open FILE]

Without `--tree` a repository is made: of its files a share is about packages of some pack (the examples on the pages),
and the others are modules that are about nothing of the kind.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from splitlint import __version__
from splitlint.rulebook.pages import default_folder, load_rules

OTHER = """{{ config, lib, pkgs, ... }}:
let
  cfg = config.services.service{number};
in
{{
  options.services.service{number} = {{
    enable = lib.mkEnableOption "service {number}";
    port = lib.mkOption {{ type = lib.types.port; default = {number}; }};
  }};
  config = lib.mkIf cfg.enable {{
    systemd.services.service{number} = {{
      wantedBy = [ "multi-user.target" ];
      script = "${{pkgs.hello}}/bin/hello --port ${{toString cfg.port}}";
    }};
    environment.etc."service{number}".source = ./service{number}.conf;
  }};
}}
"""
FIRST = '{ lib, pkgs, config }:\n{\n  a = "${config.boot.kernelPackages.kernel}/lib/modules";\n  # \n}\n'


def make_tree(folder: Path, files: int, share: float) -> Path:
    """A repository with a number of Nix files; the path of the one to open."""
    (folder / ".git").mkdir()
    rules = load_rules([default_folder()]).rules
    texts = [case.text for rule in rules for case in rule.cases if case.language == "nix"]
    for number in range(files - 1):
        about = number < files * share
        path = folder / f"modules/{number % 40}/file{number}.nix"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[number % len(texts)] if about else OTHER.format(number=number))
    (folder / "first.nix").write_text(FIRST)
    return folder / "first.nix"


class Editor:
    """A client that waits for what is published."""

    def __init__(self) -> None:
        self.client = LanguageClient("bench", __version__)
        self.told: dict[int | None, float] = {}
        self._arrived = asyncio.Event()

    async def start(self, folder: Path) -> None:
        """Starts the server in a folder."""
        await self.client.start_io(sys.executable, "-m", "splitlint", "lsp", cwd=str(folder))

        def published(params: types.PublishDiagnosticsParams) -> None:
            self.told.setdefault(params.version, time.perf_counter())
            self._arrived.set()

        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
        root = folder.as_uri()
        params = types.InitializeParams(types.ClientCapabilities(), root_uri=root)
        await self.client.initialize_async(params)
        self.client.initialized(types.InitializedParams())

    async def waited(self, version: int, started: float) -> float:
        """Seconds from `started` until something was published for a version."""
        while version not in self.told:
            await self._arrived.wait()
            self._arrived.clear()
        return self.told[version] - started


async def measured(folder: Path, path: Path, keystrokes: int) -> tuple[float, float, list[float]]:
    """Seconds to start, until the first diagnostics of a file, and after each keystroke."""
    editor = Editor()
    started = time.perf_counter()
    await editor.start(folder)
    ready = time.perf_counter() - started
    text, uri = path.read_text(), path.as_uri()
    started = time.perf_counter()
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "nix", 1, text)))
    first = await editor.waited(1, started)
    await asyncio.sleep(0.5)
    after = []
    for version in range(2, keystrokes + 2):
        # What is typed changes what the file means, and not only a comment.
        now = text.replace("lib/modules", f"lib/modules/{version}")
        started = time.perf_counter()
        editor.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version, uri), [types.TextDocumentContentChangeWholeDocument(now)]
            )
        )
        after.append(await editor.waited(version, started))
        await asyncio.sleep(0.25)
    await editor.client.shutdown_async(None)
    editor.client.exit(None)
    return ready, first, after


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--keystrokes", type=int, default=30)
    parser.add_argument("--tree", type=Path)
    parser.add_argument("--open", type=Path)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.tree.absolute() if given.tree else Path(temporary)
        path = given.open.absolute() if given.open else make_tree(folder, given.files, given.share)
        ready, first, after = asyncio.run(measured(folder, path, given.keystrokes))
    print(f"{folder.name if given.tree else f'{given.files} files, {given.share:.0%} about packages'}")
    print(f"the server answers after     {ready * 1000:6.0f} ms")
    print(f"first diagnostics            {first * 1000:6.0f} ms   (budget: 300)")
    worst = max(after)
    print(f"after a keystroke, median    {statistics.median(after) * 1000:6.0f} ms   (budget: 100)")
    print(f"after a keystroke, worst     {worst * 1000:6.0f} ms")


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)

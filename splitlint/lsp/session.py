"""What goes on between an editor and the checker: what is open, which file is checked when, what is published.

All of it runs in the thread of the protocol, except the jobs that it gives to the worker.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from splitlint import __version__
from splitlint.config import Config
from splitlint.lsp.checker import Checked, Checker, GivenUpError
from splitlint.lsp.config_trouble import Trouble, trouble_of
from splitlint.lsp.messages import SOURCE, Client, diagnostics
from splitlint.lsp.positions import as_bytes
from splitlint.lsp.worker import ASKED, DISK, EDITED, OTHERS, FailedError, Job, Worker

T = TypeVar("T")

#: Seconds after a keystroke in which another one may follow, until other open files are checked too, between looks at
#: what is configured, and looks at all files on disk for editors that do not tell what changes there.
_PAUSE, _OTHERS_PAUSE, _CONFIG_TICK, _DISK_TICK = 0.02, 0.15, 2.0, 10.0


class Session:
    """One editor. `buffers` is what is open there, bytes by path; it is replaced, never changed."""

    def __init__(self, server: LanguageServer, worker: Worker) -> None:
        self.server = server
        self.worker = worker
        self.checker = Checker()
        self.buffers: dict[str, bytes] = {}
        self.is_watching = False
        self._uris: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._others: asyncio.TimerHandle | None = None
        self._published: dict[str, Checked | None] = {}
        self._troubles: dict[str, Trouble] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, folders: list[str]) -> None:
        """Begins: paths are told relative to the first of the folders that are open in the editor."""
        self._loop = asyncio.get_running_loop()
        there = [os.path.abspath(one) for one in folders if os.path.isdir(one)]
        self.checker.roots = tuple(there)
        if there:
            os.chdir(there[0])
        self._loop.call_later(_CONFIG_TICK, self._tick, 0.0)

    def client(self) -> Client:
        """What there is to know of the editor now."""
        workspace = self.server.client_capabilities.workspace
        edits = workspace.workspace_edit if workspace is not None else None
        encoding = self.server.server_capabilities.position_encoding or types.PositionEncodingKind.Utf16
        versioned = bool(edits is not None and edits.document_changes)
        return Client(_name(encoding), versioned, dict(self._uris), dict(self._versions))

    def path(self, uri: str) -> str | None:
        """The path of an open file; None if it is none."""
        return next((path for path, one in self._uris.items() if one == uri), None)

    def take(self, uri: str, version: int, text: str, *, is_new: bool) -> None:
        """Takes in the text of a file, and has it checked."""
        full = to_fs_path(uri) if uri.startswith("file:") else None
        if full is None:
            return
        path = os.path.relpath(full)
        self._uris[path], self._versions[path] = uri, version
        self.buffers = {**self.buffers, path: as_bytes(text)}
        self._check_soon(path, 0 if is_new else _PAUSE)

    def close(self, uri: str) -> None:
        """Takes in that a file is open no longer."""
        path = self.path(uri)
        if path is None:
            return
        self.buffers = {name: data for name, data in self.buffers.items() if name != path}
        del self._uris[path], self._versions[path]
        self._published.pop(path, None)
        if (timer := self._timers.pop(path, None)) is not None:
            timer.cancel()
        self._publish(uri, [], None)
        self._check_others_soon()

    async def ask(self, act: Callable[[Checker, Callable[[], bool]], T]) -> T | None:
        """What the checker says of the files as they are now; None if it cannot, or is not to say it any longer."""
        buffers = self.buffers

        def answer(unwanted: Callable[[], bool]) -> T:
            self.checker.take(buffers)
            return act(self.checker, unwanted)

        job = self.worker.submit(ASKED, answer)
        try:
            return await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            job.given_up = True
            raise
        except GivenUpError:
            return None
        except FailedError as error:
            self._log(str(error))
            return None

    def disk_changed(self) -> None:
        """Looks at the files on disk, and checks again what may depend on what is new there."""
        job = self.worker.submit(DISK, lambda unwanted: self.checker.refresh())
        self._then(job, lambda changed: self.check_all())

    def check_all(self) -> None:
        """Checks every open file of which something else may be found now."""
        buffers = self.buffers
        for path in buffers:
            self._submit(path, OTHERS, lambda: self.buffers is not buffers)

    def _tick(self, since_disk: float) -> None:
        looks = since_disk >= _DISK_TICK and not self.is_watching
        if self.buffers:
            (self.disk_changed if looks else self.check_all)()
        if self._loop is not None:
            self._loop.call_later(_CONFIG_TICK, self._tick, 0.0 if looks else since_disk + _CONFIG_TICK)

    def _check_soon(self, path: str, pause: float) -> None:
        if (timer := self._timers.pop(path, None)) is not None:
            timer.cancel()
        if self._loop is not None:
            self._timers[path] = self._loop.call_later(pause, self._check_edited, path)
        self._check_others_soon()

    def _check_edited(self, path: str) -> None:
        self._timers.pop(path, None)
        data = self.buffers.get(path)
        self._submit(path, EDITED, lambda: self.buffers.get(path) is not data)

    def _check_others_soon(self) -> None:
        if self._others is not None:
            self._others.cancel()
        if self._loop is not None:
            self._others = self._loop.call_later(_OTHERS_PAUSE, self.check_all)

    def _submit(self, path: str, priority: int, unwanted: Callable[[], bool]) -> None:
        """Has a file checked, and publishes what was found unless it was published before."""
        buffers, uri, version = self.buffers, self._uris.get(path), self._versions.get(path)
        if uri is None:
            return
        client = self.client()

        def check(given_up: Callable[[], bool]) -> tuple[Checked | None, list[types.Diagnostic]]:
            self.checker.take(buffers)
            checked = self.checker.checked(path, given_up)
            if checked is None or checked is self._published.get(path):
                return checked, []
            return checked, diagnostics(checked, client, lambda other: self.checker.read(other, path))

        def publish(done: tuple[Checked | None, list[types.Diagnostic]]) -> None:
            checked, found = done
            if self.buffers.get(path) is not buffers.get(path) or (
                path in self._published and checked is self._published[path]
            ):
                return
            self._published[path] = checked
            self._publish(uri, found, version)
            self._tell_trouble(checked)

        self._then(self.worker.submit(priority, check, unwanted), publish)

    def _then(self, job: Job[T], act: Callable[[T], None]) -> None:
        """Does something in this thread with what a job gives."""
        loop = self._loop

        def act_on() -> None:
            error = job.future.exception()
            if error is None:
                act(job.future.result())
            elif not isinstance(error, GivenUpError):
                self._log(str(error))

        if loop is not None:
            job.future.add_done_callback(lambda future: loop.call_soon_threadsafe(act_on))

    def _tell_trouble(self, checked: Checked | None) -> None:
        """Shows what is wrong with a configuration, in its file and once in words."""
        if checked is None:
            return
        settings = checked.settings
        trouble = trouble_of(settings) if settings.trouble else None
        for path in [one for one in self._troubles if trouble is None and _is_over(one, settings.config)]:
            del self._troubles[path]
            self._publish(self.client().uri(path), [], None)
        if trouble is None or self._troubles.get(trouble.path) == trouble:
            return
        self._troubles[trouble.path] = trouble
        start, end = types.Position(trouble.line, 0), types.Position(trouble.line + 1, 0)
        severity = types.DiagnosticSeverity.Error
        found = types.Diagnostic(types.Range(start, end), trouble.message, severity=severity, source=SOURCE)
        self._publish(self.client().uri(trouble.path), [found], None)
        shown = types.ShowMessageParams(types.MessageType.Error, f"splitlint: {trouble.message}")
        self.server.window_show_message(shown)

    def _publish(self, uri: str, found: list[types.Diagnostic], version: int | None) -> None:
        self.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def _log(self, message: str) -> None:
        said = f"splitlint {__version__}: {message}"
        self.server.window_log_message(types.LogMessageParams(types.MessageType.Error, said))


def _is_over(path: str, config: Config) -> bool:
    """Whether a configuration that was wrong is none any more, or is the one that is in use."""
    return path == config.path or not os.path.lexists(path)


def _name(encoding: types.PositionEncodingKind | str) -> str:
    return encoding.value if isinstance(encoding, types.PositionEncodingKind) else encoding

"""A server and an editor for each module of tests, and for each test a repository of its own in its folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from tests.lsp.editor import Editor

_numbers = count()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    made = Editor(tmp_path_factory.mktemp("workspace"))
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def repo(editor: Editor) -> str:
    """The name of a folder that is a repository, with `/` at its end."""
    name = f"repo{next(_numbers)}"
    (editor.folder / name / ".git").mkdir(parents=True)
    return f"{name}/"


@pytest.fixture
def here(editor: Editor, repo: str) -> Path:
    """That folder."""
    return editor.folder / repo

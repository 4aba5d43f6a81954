"""What a target holds, as one short text: a tree that holds what it held before need not be searched again.

Of a work tree git knows most: the index has the blob ids of all tracked files, and tells by their times and sizes which
were changed since. Only these and the untracked files are read.
"""

from __future__ import annotations

import hashlib
import os
import subprocess

from splitlint.files.discover import File
from splitlint.files.git import in_work_tree
from splitlint.files.reading import AbsentError, UnreadableError, read_file
from splitlint.scan.results.cache import blob_id
from splitlint.scan.targets.targets import Target, git_environment

#: With more changed and untracked files it is quicker to search them all.
_MOST_CHANGED = 2000
_QUESTIONS = (("-s", "-v"), ("-m",), ("-o", "--exclude-standard"))


def state_of(target: Target) -> str:
    """The state of a commit, or of a work tree; "" where git cannot tell."""
    if target.commit:
        return f"commit {target.commit}"
    if not in_work_tree(target.folder):
        return ""
    answers = _asked(target.folder)
    if answers is None:
        return ""
    staged, *changed = answers
    # Any other letter: a file about whose changes git was told not to ask, or one in conflict.
    if not staged or any(not row.startswith(b"H ") for row in staged):
        return ""
    names = sorted({name for answer in changed for name in answer})
    if len(names) > _MOST_CHANGED:
        return ""
    digest = hashlib.blake2b(b"\0".join(staged), digest_size=20)
    for name in names:
        held = _held(target.folder, os.fsdecode(name))
        if held is None:
            return ""
        digest.update(b"\0" + name + b"\0" + held.encode())
    return f"tree {digest.hexdigest()}"


def _held(folder: str, path: str) -> str | None:
    """What a file holds: its blob id, "" if it is none (any more), None if it cannot be read."""
    try:
        return blob_id(read_file(File(path, os.path.join(folder, path))))
    except AbsentError:
        return ""
    except UnreadableError:
        return None


def _asked(folder: str) -> list[list[bytes]] | None:
    """The names that git answers each question with; None if it fails. Git asks the disk while we wait, all at once."""
    processes = []
    try:
        for options in _QUESTIONS:
            processes.append(
                subprocess.Popen(
                    ["git", "-C", folder, "ls-files", "-z", *options],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=git_environment(),
                )
            )
    except OSError:
        pass
    answers = [process.communicate()[0] for process in processes]
    if len(processes) < len(_QUESTIONS) or any(process.returncode for process in processes):
        return None
    return [answer.split(b"\0")[:-1] for answer in answers]

"""Old sins: a file of the findings that are known, so that only new ones are shown.

Findings are known by their fingerprint (rule, path, normalised line, ordinal), so moved lines stay known,
and one more of the same on the same line of text is new.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence

from splitlint.findings.finding import Finding
from splitlint.startup.named_tuples import NamedTuple
from splitlint.untrusted.small_files import ReadError, read_bytes

SCHEMA = 1
_ADVICE = "write it again with --write-baseline"
#: Bytes: half a million findings.
_LARGEST = 64 << 20


class BaselineError(Exception):
    """A baseline that cannot be used. The message names the file and what to do."""


class DamagedError(BaselineError):
    """A file that is there and is no baseline. `why` is the message without its name."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.why = why


class Compared(NamedTuple):
    """Findings that a baseline does not know (and all suppressed ones), those it does, and what is gone."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    stale: tuple[str, ...]


def render(findings: Sequence[Finding]) -> str:
    """The baseline of some findings, one a line, sorted by place. Suppressed findings are not in it."""
    import json

    entries = [
        json.dumps({"fingerprint": one.fingerprint, "rule": one.rule, "path": one.path}, ensure_ascii=True)
        for one in sorted(findings, key=lambda one: one.sort_key)
        if one.suppressed is None
    ]
    head = json.dumps({"schema": SCHEMA, "findings": []}).removesuffix("]}")
    return head + "\n" + ",\n".join(entries) + "\n]}\n"


def read(path: str) -> Mapping[str, str]:
    """The fingerprints, each with the path of its finding, in the baseline at `path`. Raises BaselineError."""
    try:
        data = read_bytes(path, (os.curdir,), most=_LARGEST)
    except ReadError as error:
        raise DamagedError(path, f"{error}; {_ADVICE}") from error
    if data is None:
        raise BaselineError(f"{path}: cannot be read: there is no such file")
    try:
        return parse(data.decode(), path)
    except UnicodeDecodeError as error:
        raise DamagedError(path, f"is not a baseline; {_ADVICE}") from error


def parse(text: str, path: str) -> Mapping[str, str]:
    """The fingerprints in a baseline, each with its finding's path; `path` is for messages. Raises BaselineError."""
    import json

    try:
        document = json.loads(text)
        if document["schema"] != SCHEMA:
            raise DamagedError(path, f"is a baseline of another version of splitlint; {_ADVICE}")
        return {str(entry["fingerprint"]): str(entry["path"]) for entry in document["findings"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedError(path, f"is not a baseline; {_ADVICE}") from error


def written_in(entries: Mapping[str, str], path: str) -> str | None:
    """The folder that the baseline at `path` speaks of, if that is another one than the current: none of its files is
    here, but some are in a folder above, or beside the baseline. None if there is nothing to say against it.
    """
    paths = set(entries.values())
    if not paths or any(map(os.path.exists, paths)):
        return None
    above = [os.pardir]
    while os.path.realpath(above[-1]) != os.path.realpath(os.path.join(above[-1], os.pardir)):
        above.append(os.path.join(above[-1], os.pardir))
    for folder in (os.path.dirname(path) or os.curdir, *above):
        if any(os.path.exists(os.path.join(folder, one)) for one in paths):
            return folder
    return None


def compare(findings: Sequence[Finding], fingerprints: Collection[str]) -> Compared:
    """The findings of a run against a baseline's fingerprints."""
    known = tuple(one for one in findings if one.suppressed is None and one.fingerprint in fingerprints)
    seen = {one.fingerprint for one in known}
    new = tuple(one for one in findings if one.suppressed is not None or one.fingerprint not in seen)
    return Compared(new, known, tuple(sorted(set(fingerprints) - seen)))

"""Which new files are old ones under other names: as `git diff -M` tells, which looks at the work tree for it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping

from splitlint.files.blobs import Blobs
from splitlint.files.index import blob_ids

#: If there are more pairs than these, only files that have kept their name are compared.
_MOST_PAIRS = 40_000
#: Bytes of a file that is compared line by line.
_LARGEST = 1 << 20
#: How much of the larger of two files must be in the other one: as much as git asks for.
_ALIKE = 0.5


def renamed(added: Mapping[str, bytes], gone: Mapping[str, str], blobs: Blobs) -> dict[str, str]:
    """The blob ids that new files had under their old names. `added`: what they hold; `gone`: blob ids by old name.

    Each old name goes to one new one, the most similar. Raises GitError.
    """
    found: dict[str, str] = {}
    left = dict(gone)
    by_blob: dict[str, list[str]] = {}
    for name, blob in gone.items():
        by_blob.setdefault(blob, []).append(name)
    for name, data in added.items() if gone else ():
        same = next((names for one in blob_ids(data, len(next(iter(by_blob)))) if (names := by_blob.get(one))), None)
        if same:
            old = next((one for one in same if os.path.basename(one) == os.path.basename(name)), same[0])
            same.remove(old)
            found[name] = left.pop(old)
    new = {name: data for name, data in added.items() if name not in found and len(data) <= _LARGEST}
    if not new or not left:
        return found
    texts = zip(left, blobs.read_many(list(left.values()), _LARGEST), strict=True)
    for _, name, old in sorted(_alike(new, {old: data for old, data in texts if data is not None}), reverse=True):
        if name not in found and old in left:
            found[name] = left.pop(old)
    return found


def _alike(new: Mapping[str, bytes], old: Mapping[str, bytes]) -> Iterator[tuple[float, str, str]]:
    """Pairs of a new and an old file that are similar enough, with how similar they are."""
    few = len(new) * len(old) <= _MOST_PAIRS
    groups: dict[str, list[tuple[str, int, Counter[bytes]]]] = {}
    for name, data in old.items():
        groups.setdefault(_kind(name, few), []).append((name, len(data), Counter(data.splitlines(keepends=True))))
    for name, data in new.items():
        lines = Counter(data.splitlines(keepends=True))
        for other, size, others in groups.get(_kind(name, few), ()):
            larger = max(len(data), size)
            if min(len(data), size) < _ALIKE * larger:
                continue
            score = sum(len(line) * count for line, count in (lines & others).items()) / larger if larger else 0.0
            if score >= _ALIKE:
                yield score, name, other


def _kind(name: str, few: bool) -> str:
    """What two names must have in common for the files to be compared."""
    base = os.path.basename(name)
    return os.path.splitext(base)[1] if few else base

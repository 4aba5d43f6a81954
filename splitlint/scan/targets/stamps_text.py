"""Stamps as text, for a cache: all of them, and apart from these the few that have changed since."""

from __future__ import annotations

import binascii
import json
from array import array
from collections.abc import Mapping

from splitlint.scan.targets.stamps import Stamp, Stamps

#: So many that have changed are kept apart from the others: to write all of them takes longer than to look at them.
_MOST_APART = 200
_WORD = (1 << 64) - 1


def dump_stamps(one: Stamps) -> str:
    """Stamps as JSON, in ASCII."""
    stamps = (*_packed(one.files), *_packed(one.others))
    plain = [one.text, one.staged, one.settings, dict(one.held), *stamps, sorted(one.ignored)]
    return json.dumps(plain, separators=(",", ":"))


def dump_apart(one: Stamps) -> str | None:
    """What has changed of stamps since all were kept, as JSON; None if that is much."""
    if len(one.apart) > _MOST_APART:
        return None
    files = {path: one.files.get(path) for path in sorted(one.apart) if path not in one.others}
    others = {path: one.others[path] for path in sorted(one.apart) if path in one.others}
    return json.dumps([one.base, one.text, one.staged, dict(one.held), files, others], separators=(",", ":"))


def with_apart(whole: Stamps, text: str) -> Stamps | None:
    """The stamps that were kept, with what `dump_apart` has made of those that have changed.

    None for other text, and for what has changed of others.
    """
    try:
        base, state, staged, held, files, others = json.loads(text)
        all_files = {**whole.files, **{path: tuple(stamp) for path, stamp in files.items() if stamp is not None}}
        for path, stamp in files.items():
            if stamp is None:
                all_files.pop(path, None)
        all_others = {**whole.others, **{path: tuple(stamp) for path, stamp in others.items()}}
        apart = frozenset((*files, *others))
        found = Stamps(state, staged, whole.settings, held, all_files, all_others, whole.ignored, apart, whole.text)
        words = (state, staged, *held, *held.values())
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return found if base == whole.text and all(type(one) is str for one in words) else None


def _packed(stamps: Mapping[str, Stamp]) -> tuple[list[str], str]:
    numbers = array("Q", (number & _WORD for stamp in stamps.values() for number in stamp))
    return list(stamps), binascii.b2a_base64(numbers.tobytes(), newline=False).decode()


def load_stamps(text: str) -> Stamps | None:
    """What `dump_stamps` was given; None for any other text."""
    try:
        whole, staged, settings, held, files, of_files, others, of_others, ignored = json.loads(text)
        stamps = _unpacked(files, of_files), _unpacked(others, of_others)
        found = Stamps(whole, staged, settings, held, *stamps, frozenset(ignored))
        words = (whole, staged, settings, *held, *held.values(), *files, *others, *ignored)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return found if all(type(one) is str for one in words) else None


def _unpacked(paths: list[str], packed: str) -> dict[str, Stamp]:
    numbers = array("Q")
    numbers.frombytes(binascii.a2b_base64(packed))
    return dict(zip(paths, zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True), strict=True))

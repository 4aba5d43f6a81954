"""How a breakage fails, in words. On the start-up path: imports nothing."""

from __future__ import annotations

from collections.abc import Iterable

#: What each impact means to somebody who has never heard of the split; the worst to notice comes first.
IMPACT_WORDS = {
    "boot-failure": "the machine does not boot",
    "silent-empty": "the files are missing",
    "feature-dropped": "a feature is gone",
    "runtime-failure": "it fails at run time",
    "build-failure": "the build fails",
    "eval-error": "evaluation fails",
}
IMPACTS = tuple(IMPACT_WORDS)
#: Those of which nobody is told when they happen.
SILENT_IMPACTS = frozenset({"boot-failure", "silent-empty", "feature-dropped"})
#: Those of which the build itself says nothing.
_AFTER_THE_BUILD = SILENT_IMPACTS | {"runtime-failure"}


#: When it fails, and what is not there, beside a line of code.
_TIMES = {"boot-failure": "boot", "runtime-failure": "run", "build-failure": "build", "eval-error": "evaluation"}
_MISSING = {"silent-empty": "the files are missing", "feature-dropped": "a feature is gone"}


def short_impact_words(impact: Iterable[str]) -> str:
    """How it may break, in a few words; "" for no impact.

    >>> short_impact_words(["silent-empty", "boot-failure", "build-failure"])
    'the files are missing, or it fails at boot or build time'
    """
    given = tuple(impact)
    parts = [_MISSING[one] for one in given if one in _MISSING]
    times = [_TIMES.get(one, one) for one in given if one not in _MISSING]
    if times:
        listed = ", ".join(times[:-1]) + " or " * (len(times) > 1) + times[-1]
        parts.append(f"{'it ' if parts else ''}fails at {listed} time")
    return ", or ".join(parts)


def impact_words(impact: Iterable[str]) -> str:
    """How it breaks, as a sentence without its full stop; "" for no impact."""
    given = tuple(impact)
    later = [IMPACT_WORDS[one] for one in given if one in _AFTER_THE_BUILD]
    at_once = [IMPACT_WORDS.get(one, one) for one in given if one not in _AFTER_THE_BUILD]
    succeeds = ["the build succeeds, but " + ", or ".join(later)] if later else []
    return "; or ".join(succeeds + at_once)

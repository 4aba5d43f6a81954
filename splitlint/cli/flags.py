"""Flags of `splitlint check`: which go together, and what the configuration says where the command line is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.cli.console import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

#: Flags that are neither given nor configured.
_DEFAULTS: dict[str, bool | str | None] = {
    "all": False,
    "baseline": None,
    "color": "auto",
    "exit_zero": False,
    "format": "text",
    "group_by": "rule",
    "permalink": "",
    "quiet": False,
    "show_fixes": False,
    "show_suppressed": False,
    "since": None,
    "staged": False,
    "statistics": False,
    "unsafe_fixes": False,
    "verify": False,
}
#: A flag, those of which it needs one, and what is said without.
_NEEDS = (
    ("unsafe_fixes", ("fix", "fix_only", "diff"), "--unsafe-fixes and --verify need --fix or --diff"),
    ("verify", ("fix", "fix_only", "diff"), "--unsafe-fixes and --verify need --fix or --diff"),
    ("show_fixes", ("fix", "fix_only"), "--show-fixes needs --fix"),
    ("interactive", ("fix",), "--interactive needs --fix"),
    ("reason", ("add_ignore",), "--reason needs --add-ignore"),
)
#: A flag, those that it does not go with, and why.
_NOT_WITH = (
    ("staged", ("fix", "fix_only", "diff", "since", "stdin_filename", "add_ignore"), "checks the index"),
    (
        "write_baseline",
        ("fix", "fix_only", "diff", "since", "staged", "stdin_filename", "add_ignore"),
        "writes all current findings",
    ),
    ("stdin_filename", ("paths", "interactive", "add_ignore"), "checks standard input only"),
    ("diff", ("output_format", "interactive", "statistics", "all"), "writes a patch"),
    ("fix_only", ("diff", "interactive", "add_ignore"), "does not report what is left"),
    ("add_ignore", ("fix", "interactive"), "does not fix anything"),
    ("interactive", ("output", "output_format", "quiet"), "asks at the terminal"),
    ("isolated", ("config",), "uses no configuration"),
)
#: A flag, and the formats that it is for.
_ONLY_FOR = (
    ("all", ("text",)),
    ("statistics", ("text", "concise")),
    ("show_fixes", ("text", "concise")),
)


def refuse_conflicts(options: argparse.Namespace) -> None:
    """Raises UsageError where flags of the command line do not go together."""
    problem = next(_problems(options), None)
    if problem is not None:
        raise UsageError(problem)


def settle(options: argparse.Namespace, flags: Sequence[tuple[str, bool | str]] = ()) -> None:
    """Gives every flag a value: that of the command line, else that of the configuration, else its default.

    `flags`: those of the configuration. One that does not go with the command line yields.
    """
    for name, value in flags:
        if getattr(options, name, None) is None:
            setattr(options, name, value)
            if next(_problems(options), None) is not None:
                setattr(options, name, None)
    for name, default in _DEFAULTS.items():
        if getattr(options, name, None) is None:
            setattr(options, name, default)
    for name in ("baseline", "since"):
        # An empty value turns off what the configuration has.
        setattr(options, name, getattr(options, name, None) or None)


def _problems(options: argparse.Namespace) -> Iterator[str]:
    """What does not go together among the flags that have a value."""

    def given(name: str) -> bool:
        if name == "output_format":
            return options.format not in (None, "text", "overview")
        return bool(getattr(options, name, None))

    for flag, needed, message in _NEEDS:
        if given(flag) and not any(map(given, needed)):
            yield message
    for flag, others, why in _NOT_WITH:
        clash = [_shown(other) for other in others if given(other)]
        if given(flag) and clash:
            yield f"{_shown(flag)} {why}: leave out {' and '.join(clash)}"
    form = options.format or "text"
    for flag, formats in _ONLY_FOR:
        if given(flag) and form not in formats:
            yield f"{_shown(flag)} is for --format {' and '.join(formats)}, not for {form}"


def _shown(flag: str) -> str:
    """A flag as it is written."""
    if flag == "paths":
        return "the paths"
    return "--format" if flag == "output_format" else f"--{flag.replace('_', '-')}"

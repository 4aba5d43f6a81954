"""`.splitlint.toml`, or `[tool.splitlint]` in `pyproject.toml`, as one frozen value.

On the start-up path: no dataclasses, no pathlib.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from splitlint.limits import FILE_TIMEOUT
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern
from splitlint.untrusted.links import is_inside, tree_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SEVERITIES = ("info", "warning", "error")
CONFIDENCES = ("low", "medium", "high")
FILE_NAMES = (".splitlint.toml", "pyproject.toml")
_WORLD = lazy_pattern(r"[0-9][0-9]\.(05|11)")


class ConfigError(Exception):
    """A configuration that cannot be used. The message names the file, the key and what would be right."""


class UnreadableConfigError(ConfigError):
    """A file that is no configuration at all, whatever its keys. `path` is its own."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


class Config(NamedTuple):
    """How to check. `root` is the absolute folder that patterns are relative to; `path` the file it came from.

    `file_timeout`: seconds that one file may take, 0 for no limit. No file can set it: a repository is not trusted.
    `trouble`: why the file at `path` could not be used, so that these are the defaults; "" if it could.
    `fence`: the folder that nothing leads out of that it names; "" if it is not part of what may be a stranger's.
    `flags`: what stands for flags of `splitlint check` that are not given, by their names with `_` for `-`.
    `given`: the rules that the command line names.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_path_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    min_confidence: str = "medium"
    min_severity: str = "info"
    nixpkgs: str = "any"
    rules: tuple[str, ...] = ()
    default_rules: bool = True
    fix: tuple[str, ...] = ()
    no_fix: tuple[str, ...] = ()
    root: str = ""
    force_exclude: bool = False
    path: str = ""
    file_timeout: float = FILE_TIMEOUT
    trouble: str = ""
    fence: str = ""
    flags: tuple[tuple[str, bool | str], ...] = ()
    given: tuple[str, ...] = ()

    def relative(self, path: str) -> str:
        """A path as patterns see it: relative to `root`, with `/`. `path` is relative to the current folder."""
        root = self.root or os.getcwd()
        return os.path.relpath(os.path.abspath(path), root)

    def rules_named(self) -> Mapping[str, tuple[str, ...]]:
        """The rules that the file names, by where it does."""
        by_key = {"select": self.select, "ignore": self.ignore, "fix": self.fix, "no-fix": self.no_fix}
        by_key |= {f'per-path-ignores."{pattern}"': rules for pattern, rules in self.per_path_ignores}
        return {key: tuple(name for name in names if name not in self.given) for key, names in by_key.items()}

    def excludes(self, path: str) -> bool:
        """Whether a file or folder is excluded by the configuration."""
        return bool(self.exclude) and _fits(self.exclude, self.relative(path))

    def selects(self, rule: str) -> bool:
        """Whether a rule is on at all."""
        return (not self.select or rule in self.select) and rule not in self.ignore

    def ignores(self, rule: str, path: str) -> bool:
        """Whether a rule that is on has nothing to say in this file."""
        return any(rule in rules and _fits((pattern,), self.relative(path)) for pattern, rules in self.per_path_ignores)


def _fits(patterns: tuple[str, ...], path: str) -> bool:
    from splitlint.startup.globs import matches

    return matches(patterns, path)


def load_config(start: str | os.PathLike[str]) -> Config:
    """The nearest configuration in `start` or a folder above it; the defaults with `root` = `start` without one.

    Raises ConfigError.
    """
    folder = top = os.path.abspath(start)
    in_repository = tree_of(os.path.realpath(top)) is not None
    while True:
        for name in FILE_NAMES:
            path = os.path.join(folder, name)
            if not os.path.lexists(path):
                continue
            real = os.path.realpath(folder)
            # What lies above the repository that is checked is the user's own.
            fence = tree_of(real) or ("" if in_repository else real)
            table = _table(path, fence)
            if table is not None:
                return parse_config(table, path, fence)
        above = os.path.dirname(folder)
        if above == folder:
            return Config(root=top)
        folder = above


def read_config(path: str) -> Config:
    """The configuration in a file that was asked for by name. Raises ConfigError."""
    if not os.path.exists(path) or os.path.isdir(path):
        raise ConfigError(f"{path}: there is no such configuration file")
    here = os.path.realpath(os.curdir)
    table = _table(path, here)
    if table is None:
        raise ConfigError(f"{path}: has no [tool.splitlint] table")
    return parse_config(table, os.path.abspath(path), tree_of(os.path.dirname(os.path.realpath(path)), (here,)) or "")


def _table(path: str, fence: str) -> Mapping[str, Any] | None:
    from splitlint.untrusted.small_files import ReadError, read_bytes

    try:
        data = read_bytes(path, (fence,) if fence else ())
    except ReadError as error:
        raise UnreadableConfigError(path, str(error)) from error
    if data is None:
        return None
    inside_pyproject = os.path.basename(path) == "pyproject.toml"
    if inside_pyproject and b"splitlint" not in data:
        return None
    import tomllib

    try:
        table = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableConfigError(path, f"is not TOML: {error}") from error
    except RecursionError as error:
        raise UnreadableConfigError(path, "is nested too deeply") from error
    if not inside_pyproject:
        return table
    tool = table.get("tool", {})
    return tool.get("splitlint") if isinstance(tool, dict) else None


def parse_config(table: Mapping[str, Any], path: str, fence: str = "") -> Config:
    """A table of settings as a Config; `path` is the file it was read from. Raises ConfigError."""
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [tool.splitlint] must be a table")
    values: dict[str, Any] = {}
    flags: dict[str, bool | str] = {}
    known = {**READERS, **FLAG_READERS}
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"{path}: unknown key `{key}`{did_you_mean(key, known)}")
        try:
            read = known[key](value)
        except ValueError as error:
            raise ConfigError(f"{path}: `{key}` {error}") from error
        (values if key in READERS else flags)[key.replace("-", "_")] = read
    root = os.path.dirname(path)
    values["rules"] = tuple(_inside("rules", folder, root, path, fence) for folder in values.get("rules", ()))
    if flags.get("baseline"):
        flags["baseline"] = os.path.relpath(_inside("baseline", str(flags["baseline"]), root, path, fence))
    return Config(root=root, path=path, fence=fence, flags=tuple(flags.items()), **values)


def _inside(key: str, name: str, root: str, path: str, fence: str) -> str:
    """A file or folder that a key names. Raises ConfigError where it leads out of the fence."""
    joined = os.path.join(root, name)
    if fence and not is_inside(os.path.realpath(joined), fence):
        advice = f"if you trust it, give it on the command line: --{key} {name}"
        raise ConfigError(f"{path}: `{key}` has {name!r}, which leads out of {fence}; {advice}")
    return joined


def did_you_mean(word: str, known: Collection[str]) -> str:
    """A half sentence to put after a complaint: the nearest known word, or all of them if there are few."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        return f"; did you mean `{near[0]}`?"
    if len(known) <= 12:
        return "; known are " + ", ".join(f"`{name}`" for name in known)
    return ""


def names(value: object) -> tuple[str, ...]:
    """A list of strings."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"must be a list of strings, not {value!r}")
    return tuple(value)


def patterns(value: object) -> tuple[str, ...]:
    """A list of .gitignore patterns."""
    given = names(value)
    for pattern in given:
        _check_pattern(pattern)
    return given


def _check_pattern(pattern: str) -> None:
    if not pattern.strip("/"):
        raise ValueError(f"has an empty pattern {pattern!r}")
    if pattern.startswith("!"):
        raise ValueError(f"has the pattern {pattern!r}: patterns that start with `!` are not supported")
    from splitlint.startup.globs import GlobError, matches

    try:
        matches((pattern,), "")
    except GlobError as error:
        raise ValueError(f"has the pattern {pattern!r}, which cannot be read: {error}") from error


def per_path(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A table with lists of rules by pattern."""
    if not isinstance(value, dict):
        raise ValueError(f'must be a table of pattern = ["rule", ...], not {value!r}')
    for pattern in value:
        _check_pattern(pattern)
    return tuple((pattern, names(rules)) for pattern, rules in value.items())


def one_of(words: tuple[str, ...], value: object) -> str:
    """One of some words. Raises ValueError, as the other readers of values do."""
    if value not in words:
        raise ValueError(f"must be {' or '.join(words)}, not {value!r}{did_you_mean(str(value), words)}")
    return str(value)


def nixpkgs_release(value: object) -> str:
    """`any`, or the oldest release of nixpkgs that must work, as `25.11`. Raises ValueError."""
    if value == "any" or (isinstance(value, str) and _WORLD.fullmatch(value)):
        return value
    raise ValueError(f'must be "any" or a release such as "25.11", not {value!r}')


def text(value: object) -> str:
    """A string."""
    if not isinstance(value, str):
        raise ValueError(f"must be a string, not {value!r}")
    return value


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")
    return value


#: What reads the value of each key.
READERS: Mapping[str, Any] = {
    "select": names,
    "ignore": names,
    "exclude": patterns,
    "force-exclude": flag,
    "per-path-ignores": per_path,
    "min-confidence": partial(one_of, CONFIDENCES),
    "min-severity": partial(one_of, SEVERITIES),
    "nixpkgs": nixpkgs_release,
    "rules": names,
    "default-rules": flag,
    "fix": names,
    "no-fix": names,
}
#: Formats that `splitlint check` writes, and what goes by which: also values of keys.
FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")
COLORS = ("auto", "always", "never")
GROUPS = ("rule", "owner")
#: Flags of `splitlint check` that are settings and not tasks; what is written where is for the command line to say.
FLAG_READERS: Mapping[str, Any] = {
    "all": flag,
    "baseline": text,
    "color": partial(one_of, COLORS),
    "exit-zero": flag,
    "format": partial(one_of, FORMATS),
    "group-by": partial(one_of, GROUPS),
    "permalink": text,
    "quiet": flag,
    "show-fixes": flag,
    "show-suppressed": flag,
    "since": text,
    "staged": flag,
    "statistics": flag,
    "unsafe-fixes": flag,
    "verify": flag,
}

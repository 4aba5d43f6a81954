"""What two versions of splitlint find in a folder of repositories: what appeared, what went, and what changed.

    .venv/bin/python -m bench.ecosystem --repos DIR --against REV [--min-confidence low] [--jobs 2] [--json]

Each folder in DIR is a repository: a checkout, or a bare one (itself, or as `repo` inside), whose HEAD is written out.
REV is a commit of splitlint; it is compared with the files that this is run from. The report is Markdown, or JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
_LONGEST = 900


class Found(NamedTuple):
    """A finding, as far as it is compared. `fixes` are the kinds of fixes that it has: `safe`, `unsafe`."""

    path: str
    line: int
    rule: str
    confidence: str
    fixes: tuple[str, ...]

    @property
    def place(self) -> tuple[str, int, str]:
        """What makes it the same finding, whatever else is said of it."""
        return self.path, self.line, self.rule


class Side(NamedTuple):
    """What one version says of a repository: findings, with one message for each; errors; the seconds it took."""

    found: Counter[Found]
    messages: Mapping[Found, str]
    errors: tuple[str, ...]
    seconds: float


class Difference(NamedTuple):
    """What changed in one repository, from the first version to the second."""

    name: str
    before: Side
    after: Side

    @property
    def appeared(self) -> list[Found]:
        """Findings that only the second version has."""
        return self._only(self.after, self.before)

    @property
    def went(self) -> list[Found]:
        """Findings that only the first version has."""
        return self._only(self.before, self.after)

    @property
    def changed(self) -> list[tuple[Found, Found]]:
        """Findings of which the versions say different things, in pairs."""
        old, new = self._rest(self.before, self.after), self._rest(self.after, self.before)
        return [(one, other) for one in old for other in new if one.place == other.place]

    def _only(self, one: Side, other: Side) -> list[Found]:
        places = {found.place for found in self._rest(other, one)}
        return [found for found in self._rest(one, other) if found.place not in places]

    @staticmethod
    def _rest(one: Side, other: Side) -> list[Found]:
        return sorted((one.found - other.found).elements())

    @property
    def is_empty(self) -> bool:
        """Whether both versions say the same."""
        return self.before.found == self.after.found and self.before.errors == self.after.errors


def repositories(folder: Path) -> Iterator[tuple[str, Path]]:
    """The repositories in a folder by name: checkouts, and bare ones."""
    for path in sorted(folder.iterdir()):
        inner = path / "repo"
        if path.is_dir() and not path.name.startswith("."):
            yield path.name, inner if is_bare(inner) else path


def is_bare(path: Path) -> bool:
    """Whether a folder is a bare repository."""
    return (path / "HEAD").is_file() and (path / "objects").is_dir()


def written_out(repository: Path, revision: str, folder: Path) -> Path:
    """Writes the files of a revision of a repository to a folder. Raises CalledProcessError if git cannot."""
    folder.mkdir(parents=True)
    command = ["git", "-C", str(repository), "archive", revision]
    archive = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    done = subprocess.run(
        ["tar", "-x", "-C", str(folder)], stdin=archive.stdout, stderr=subprocess.DEVNULL, check=False
    )
    if archive.wait() or done.returncode:
        raise subprocess.CalledProcessError(archive.returncode or done.returncode, command)
    return folder


def checked(version: Path, tree: Path, options: Sequence[str]) -> Side:
    """What the splitlint in a folder says of a tree."""
    command = [sys.executable, "-P", "-m", "splitlint", "check", ".", "--isolated", "--format", "json", "--exit-zero"]
    settings = {**os.environ, "PYTHONPATH": str(version)}
    began = time.perf_counter()
    done = subprocess.run([*command, *options], cwd=tree, env=settings, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError:
        last = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
        return Side(Counter(), {}, (f"ended with {done.returncode}: {last}",), seconds)
    return side_of(report, seconds)


def side_of(report: Mapping[str, object], seconds: float) -> Side:
    """A report as it is compared."""
    messages: dict[Found, str] = {}
    found: Counter[Found] = Counter()
    for one in _list(report.get("findings")):
        kinds = tuple(sorted({str(fix.get("safety")) for fix in _list(one.get("fixes"))}))
        line = one.get("line")
        place = (str(one.get("path")), line if isinstance(line, int) else 0, str(one.get("rule")))
        key = Found(*place, str(one.get("confidence")), kinds)
        found[key] += 1
        messages.setdefault(key, str(one.get("message")))
    errors = tuple(sorted(json.dumps(one, sort_keys=True) for one in _list(report.get("errors"))))
    return Side(found, messages, errors, seconds)


def _list(value: object) -> list[Mapping[str, object]]:
    return value if isinstance(value, list) else []


def report(differences: Iterable[Difference], against: str) -> str:
    """The differences as Markdown, the repositories without any left out."""
    every = list(differences)
    sides = [(one.before, one.after) for one in every]
    before, after = (sum(side[at].found.total() for side in sides) for at in (0, 1))
    seconds = [sum(side[at].seconds for side in sides) for at in (0, 1)]
    lines = [
        f"# {len(every)} repositories, {against} against the working tree",
        "",
        f"{before} findings became {after}; {seconds[0]:.0f} s became {seconds[1]:.0f} s.",
        "",
        *_by_rule(every),
        *_not_compared(every),
    ]
    for one in every:
        if not one.is_empty:
            lines += ["", f"## {one.name}", "", *_lines(one)]
    return "\n".join(lines) + "\n"


def as_json(differences: Iterable[Difference], against: str) -> str:
    """The differences as JSON: every repository with what appeared, what went and what changed."""
    every = [
        {
            "repository": one.name,
            "findings": {"before": one.before.found.total(), "after": one.after.found.total()},
            "seconds": {"before": round(one.before.seconds, 2), "after": round(one.after.seconds, 2)},
            "appeared": [_told(found, one.after) for found in one.appeared],
            "went": [_told(found, one.before) for found in one.went],
            "changed": [{"before": _told(old, one.before), "after": _told(new, one.after)} for old, new in one.changed],
            "errors": {"before": list(one.before.errors), "after": list(one.after.errors)},
        }
        for one in differences
    ]
    return json.dumps({"against": against, "repositories": every}, indent=2) + "\n"


def _told(found: Found, side: Side) -> dict[str, object]:
    return {**found._asdict(), "fixes": list(found.fixes), "message": side.messages[found]}


def _not_compared(differences: Sequence[Difference]) -> list[str]:
    """What is said of repositories of which neither version could say anything."""
    names = [one.name for one in differences if one.before.errors and not (one.before.seconds or one.after.seconds)]
    return ["", f"Not written out, and so not compared: {', '.join(names)}."] if names else []


def _by_rule(differences: Sequence[Difference]) -> list[str]:
    """A table of the rules whose findings are not the same."""
    appeared = Counter(found.rule for one in differences for found in one.appeared)
    went = Counter(found.rule for one in differences for found in one.went)
    changed = Counter(found.rule for one in differences for found, _ in one.changed)
    rules = sorted(appeared.keys() | went.keys() | changed.keys())
    if not rules:
        return ["No finding is different."]
    rows = [f"| {rule} | {appeared[rule]} | {went[rule]} | {changed[rule]} |" for rule in rules]
    return ["| rule | appeared | went | changed |", "|---|---:|---:|---:|", *rows]


def _lines(one: Difference) -> Iterator[str]:
    for found in one.appeared:
        yield _line("+", found, one.after.messages)
    for found in one.went:
        yield _line("-", found, one.before.messages)
    for old, new in one.changed:
        yield f"- `~` {new.rule} {new.path}:{new.line}: {_kind(old)} became {_kind(new)}"
    for error in sorted({*one.after.errors} - {*one.before.errors}):
        yield f"- `+` error: {error[:_LONGEST]}"
    for error in sorted({*one.before.errors} - {*one.after.errors}):
        yield f"- `-` error: {error[:_LONGEST]}"


def _line(sign: str, found: Found, messages: Mapping[Found, str]) -> str:
    return f"- `{sign}` {found.rule} {found.path}:{found.line} ({_kind(found)}): {messages[found][:_LONGEST]}"


def _kind(found: Found) -> str:
    return ", ".join([found.confidence, *(f"{kind} fix" for kind in found.fixes)])


def compared(folder: Path, against: str, options: Sequence[str], jobs: int = 1, root: Path = ROOT) -> list[Difference]:
    """The differences in every repository of a folder, between a commit of splitlint (`root`) and its working tree."""
    with ExitStack() as stack:
        temporary = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        old = written_out(root, against, temporary / "splitlint")

        def one(named: tuple[int, tuple[str, Path]]) -> Difference:
            number, (name, path) = named
            try:
                tree = written_out(path, "HEAD", temporary / str(number)) if is_bare(path) else path
            except subprocess.CalledProcessError as error:
                nothing = Side(Counter(), {}, (f"the repository cannot be written out: {error}",), 0)
                return Difference(name, nothing, nothing)
            return Difference(name, checked(old, tree, options), checked(root, tree, options))

        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(one, enumerate(repositories(folder))))


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the report, or writes it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repos", type=Path, required=True)
    parser.add_argument("--against", required=True, metavar="REV")
    parser.add_argument("--min-confidence", default="medium", choices=("low", "medium", "high"))
    parser.add_argument("--select", default="", metavar="RULE,...")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="write JSON instead of Markdown")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args(arguments)
    options = ["--min-confidence", given.min_confidence, *(["--select", given.select] if given.select else [])]
    differences = compared(given.repos, given.against, options, given.jobs)
    text = (as_json if given.json else report)(differences, given.against)
    if given.output is not None:
        given.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()

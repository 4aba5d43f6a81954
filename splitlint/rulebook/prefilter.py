"""Reads every file once and keeps those that a rule may have something to say about. On the start-up path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.files.discover import File, Trouble
from splitlint.files.languages import NIX, TEXT, is_text_file, language_of
from splitlint.files.reading import AbsentError, UnreadableError, read_file
from splitlint.startup.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from splitlint.rulebook.rule import Rule, RuleSet

#: A file with this in it may have a suppression comment that is unused or misspelt, whatever its needles.
MARK = b"splitlint:"


#: A line that git leaves in a file with a merge conflict begins so.
CONFLICT = b"<<<<<<< "
#: Of the Nix files that somebody names, so many are parsed whatever is in them.
MOST_NAMED = 1000

#: What is said of a file that somebody names and that no rule looks at.
NO_RULE = "is not checked: no rule applies to files of this type"


class Hit(NamedTuple):
    """A file that has to be parsed: its bytes, its language, the rules whose needles it has."""

    file: File
    data: bytes
    language: str
    rules: tuple[Rule, ...]


class Prefiltered(NamedTuple):
    """The files to parse; how many were read, left out (`absent` of them links or deleted), and could not be read; what
    went wrong. `notes`: what is said of files that somebody named and that were left out.

    `related_files`: the paths of Nix files that may name a package of a family: these can tell about other files.
    """

    hits: tuple[Hit, ...]
    files: int
    skipped: int
    unreadable: int
    problems: tuple[Trouble, ...]
    related_files: tuple[str, ...] = ()
    absent: int = 0
    notes: tuple[Trouble, ...] = ()


def prefilter(
    files: Iterable[File],
    rule_set: RuleSet,
    *,
    languages: Collection[str],
    read: Callable[[File], bytes] | None = None,
    parse_named: bool = False,
) -> Prefiltered:
    """Reads each file and asks the rules' needles. Files in none of `languages` are left out.

    `read` gives the bytes of a file, or raises UnreadableError or AbsentError. `parse_named`: Nix files that somebody
    named are to be parsed whatever is in them, so that it is said if Nix cannot.
    """
    read = read or read_file
    hits: list[Hit] = []
    problems: list[Trouble] = []
    related_files: list[str] = []
    notes: list[Trouble] = []
    count = skipped = absent = unreadable = named = 0
    for file in files:
        try:
            data = read(file)
        except AbsentError:
            absent += 1
            continue
        except UnreadableError as error:
            problems.append(Trouble(file.path, str(error), error.fatal))
            unreadable += error.fatal
            skipped += not error.fatal
            continue
        language = language_of(file.path, data)
        if language not in languages or (language == TEXT and not is_text_file(file.path, data)):
            if file.named:
                notes.append(Trouble(file.path, NO_RULE, fatal=False))
                skipped += 1
            continue
        rules, tells = rule_set.asked(data, language)
        if language == NIX and (rules or tells):
            related_files.append(file.path)
        named += file.named
        if (
            not rules
            and MARK not in data
            and not (language == NIX and (_has_conflict(data) or (parse_named and file.named and named <= MOST_NAMED)))
        ):
            count += 1
            continue
        if b"\0" in data:
            problems.append(Trouble(file.path, "is binary: not checked", fatal=False))
            skipped += 1
            continue
        count += 1
        hits.append(Hit(file, data, language, rules))
    skipped += absent
    found = tuple(hits), count, skipped, unreadable, tuple(problems), tuple(related_files)
    return Prefiltered(*found, absent, tuple(notes))


def _has_conflict(data: bytes) -> bool:
    """Whether git has left a conflict in a file: a file that Nix cannot parse, though no rule may look at it."""
    return CONFLICT in data and (data.startswith(CONFLICT) or b"\n" + CONFLICT in data)

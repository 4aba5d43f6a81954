"""The first pass over a target: which files have the needles of a rule, and which may tell about others."""

from __future__ import annotations

from itertools import chain

from splitlint.files.blobs import Blobs
from splitlint.files.discover import File
from splitlint.files.index import blob_id
from splitlint.files.languages import BY_SUFFIX
from splitlint.files.reading import LARGEST, UnreadableError, read_file
from splitlint.findings.finding import Problem, Summary
from splitlint.prefilter.needles import Searched, Sieve, search
from splitlint.rulebook.prefilter import Prefiltered, prefilter
from splitlint.scan.results.cache import Cache, Entry, Verdict, key
from splitlint.scan.workers.units import Engine, FoundFile, Outcome, Unit


def searched(own: Engine, unit: Unit, cache: Cache | None, blobs: Blobs) -> Outcome:
    """What a search of the unit's files finds. Raises GitError if git fails."""
    if unit.target.commit:
        return _searched_commit(own, unit, cache, blobs)
    return searched_folder(own, unit, own.sieve, told=cache is not None or bool(unit.views))


def searched_folder(own: Engine, unit: Unit, sieve: Sieve | None, *, told: bool) -> Outcome:
    """What a search of files in a folder finds; `told`: with their blob ids.

    Without a `sieve` all are looked at closely: of a few that takes less time than to work out what it lets through.
    """
    prefix = unit.target.folder.rstrip("/") + "/"
    files = [File(path, prefix + path) for path in unit.paths]
    left = search(files, sieve) if sieve is not None else Searched((), tuple(files), 0, 0)
    texts = {file.path: data for file, data in left.candidates}

    def read(file: File) -> bytes:
        if file.path not in texts:
            texts[file.path] = read_file(file)
        return texts[file.path]

    looked_into = chain((file for file, _ in left.candidates), left.odd)
    prefiltered = prefilter(looked_into, own.active, languages=own.active.languages, read=read)
    prefiltered = prefiltered._replace(files=prefiltered.files + left.read, skipped=prefiltered.skipped + left.skipped)
    # Only a cache, and workers elsewhere, need to know what the files hold.
    return _outcome(prefiltered, texts, {} if told else dict.fromkeys(texts, ""))


def _searched_commit(own: Engine, unit: Unit, cache: Cache | None, git: Blobs) -> Outcome:
    """As for a folder, but a file that is known to be of no interest, by its blob id, is not even read."""
    blobs = dict(zip(unit.paths, unit.blobs, strict=True))
    clear = {
        path: key(own.digest, "", BY_SUFFIX[suffix] + blob)
        for path, blob in blobs.items()
        if (suffix := path.rpartition(".")[2]) in BY_SUFFIX
    }
    known = cache.known(list(clear.values())) if cache else frozenset()
    files = [File(path, path) for path in unit.paths if clear.get(path) not in known]
    contents = git.read_many([blobs[file.path] for file in files], LARGEST)
    texts = {file.path: data for file, data in zip(files, contents, strict=True) if data is not None}

    def read(file: File) -> bytes:
        if file.path not in texts:
            raise UnreadableError(f"is larger than {LARGEST >> 20} MB, or missing from git: not checked", fatal=False)
        return texts[file.path]

    prefiltered = prefilter(files, own.active, languages=own.active.languages, read=read)
    done = _outcome(prefiltered._replace(files=prefiltered.files + len(unit.paths) - len(files)), texts, blobs)
    if cache is None:
        return done
    of_interest = {file.path for file in (*done.hits, *done.related_files)} | {
        problem.path for problem in done.problems
    }
    boring = (name for path, name in clear.items() if path not in of_interest and name not in known)
    return done._replace(fresh=tuple(Entry(name, Verdict("")) for name in boring), used=tuple(known))


def _outcome(prefiltered: Prefiltered, texts: dict[str, bytes], blobs: dict[str, str]) -> Outcome:
    def found_file(path: str, rules: tuple[str, ...] = ()) -> FoundFile:
        data = texts[path]
        blob = blobs.get(path)
        return FoundFile(path, blob_id(data) if blob is None else blob, len(data), rules)

    return Outcome(
        problems=tuple(Problem(one.path, one.message, one.fatal) for one in prefiltered.problems),
        summary=Summary(
            files=prefiltered.files,
            parsed=len(prefiltered.hits),
            skipped=prefiltered.skipped,
            absent=prefiltered.absent,
            unreadable=prefiltered.unreadable,
        ),
        hits=tuple(found_file(hit.file.path, tuple(rule.name for rule in hit.rules)) for hit in prefiltered.hits),
        related_files=tuple(found_file(path) for path in prefiltered.related_files),
    )

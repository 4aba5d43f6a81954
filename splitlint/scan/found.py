"""All that is found out about a work tree while it is scanned, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping

from splitlint.analysis.project import questions
from splitlint.scan.results.cache import Verdict
from splitlint.scan.results.snapshot import KeptHit, KeptPart, Naming, RelatedFile, Snapshot
from splitlint.scan.targets.states import State
from splitlint.scan.workers.units import FoundFile
from splitlint.startup.named_tuples import NamedTuple


class Found(NamedTuple):
    """What came of the parts of a tree, and of the files in it: those that are checked, and those that may tell.

    `answers`: those that are lists of files.
    """

    parts: tuple[KeptPart, ...]
    excluded: int
    hits: Mapping[str, FoundFile]
    related: Mapping[str, RelatedFile]
    verdicts: Mapping[str, Verdict]
    answers: Mapping[str, Naming]

    def snapshot(self, state: State) -> Snapshot | None:
        """What is to be kept of a tree in a state; None if not all of it is known, or not for the same state."""
        if not self.parts or self.verdicts.keys() != self.hits.keys():
            return None
        blobs = state.blobs
        told: dict[str, str] = {}
        for verdict in self.verdicts.values():
            for question, answer in verdict.depends.items():
                # Of a file that git does not know nobody would notice that it has changed.
                known = blobs.get(question) if questions.is_path(question) else answer
                if known != answer or told.setdefault(question, answer) != answer:
                    return None
        return Snapshot(
            state,
            self.parts,
            self.excluded,
            {path: _kept(file, self.verdicts[path]) for path, file in sorted(self.hits.items())},
            self.related,
            told,
            {question: files for question, files in self.answers.items() if question in told},
        )


def _kept(file: FoundFile, verdict: Verdict) -> KeptHit:
    return KeptHit(file.blob, file.size, file.rules, tuple(verdict.depends), verdict.text)

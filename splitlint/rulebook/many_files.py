"""Which of many files a rule may have something to say about: most are done with after a search for a few pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from splitlint.files.reading import read_file
from splitlint.prefilter.needles import search
from splitlint.rulebook.prefilter import Prefiltered, prefilter

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from splitlint.files.discover import File
    from splitlint.rulebook.rule_index import RuleIndex


def prefilter_many(
    files: Sequence[File], index: RuleIndex, *, languages: Collection[str], parse_named: bool
) -> Prefiltered:
    """As `prefilter`, with the same answer."""
    # Whoever names a file is told what becomes of it.
    left = search((file for file in files if not file.named), index.sieve)
    texts = {file.full: data for file, data in left.candidates}
    odd = {file.full for file in left.odd}

    def read(file: File) -> bytes:
        data = texts.pop(file.full, None)
        return read_file(file) if data is None else data

    closely = [file for file in files if file.named or file.full in texts or file.full in odd]
    found = prefilter(closely, index, languages=languages, read=read, parse_named=parse_named)
    return found._replace(files=found.files + left.read, skipped=found.skipped + left.skipped)

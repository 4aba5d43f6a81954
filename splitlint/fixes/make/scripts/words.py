"""Fixes of a command's word: `cp -r ${frob}/* $out` copies another output, too."""

from __future__ import annotations

from splitlint.findings.finding import Edit, Fix
from splitlint.fixes.make import forms
from splitlint.fixes.make.conversions import inside_conversions, piece_of
from splitlint.fixes.make.job import Job, short
from splitlint.startup.patterns import lazy_pattern

#: What may stand around the interpolation in a word that is a folder, or all that is in it.
_BEFORE = lazy_pattern(rb"(?:^|[\s\"'])(?P<quote>\"?)\Z")
_AFTER = lazy_pattern(rb"(?P<quote>\"?)(?P<below>/[*.]?)?(?P<end>\"?)(?=\s)")


def repeat(job: Job) -> tuple[Fix, ...]:
    """`kind = "beside"`, `output`: give the command the same word once more, for `output` of the package.

    Where there is no such output, the two words are the same, which cp and rsync take for one (cp says so).
    """
    piece = piece_of(job.package)
    if job.view is None or piece is None:
        return ()
    string, interpolation = piece.string, piece.interpolation
    data = job.source.data
    opened = _BEFORE.search(data[string.start_byte : interpolation.start_byte])
    closed = _AFTER.match(data, interpolation.end_byte, string.end_byte)
    if opened is None or closed is None or opened["quote"] != closed["quote"] + closed["end"]:
        return ()
    whole = forms.subject(job.view, inside_conversions(job.package))
    form = forms.output_form(job.view, job.package, whole, job.word("output")) if whole is not None else None
    if form is None:
        return ()
    word = f"{opened['quote'].decode()}${{{form.text}}}{closed[0].decode()}"
    return (Fix(f"add `{short(word)}`", job.safety, (Edit(job.source.path, closed.end(), closed.end(), " " + word),)),)

"""Paths that a rule asks for, in programs of any language."""

from __future__ import annotations

import pytest

from splitlint.analysis.programs import paths_in_file
from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence
from splitlint.syntax.python import Unparsed

IMAGE = ("**/kernel-modules/{bzImage,Image}",)


@pytest.mark.parametrize(
    ("path", "code", "confidence"),
    [
        ("boot.py", 'open("kernel-modules/Image")\n', Confidence.HIGH),
        ("boot.py", 'open(f"kernel-modules/{kernel_image}")\n', Confidence.MEDIUM),
        ("boot.py", 'open(f"kernel-modules/{x}")\n', Confidence.LOW),
        ("boot.py", 'x.endswith("kernel-modules/Image")\n', Confidence.MEDIUM),
        ("boot.rs", 'open("kernel-modules/Image")', Confidence.MEDIUM),
        ("boot.rs", 'format!("kernel-modules/{}", x)', Confidence.LOW),
        ("Makefile", 'IMAGE = "kernel-modules/Image"', Confidence.MEDIUM),
    ],
)
def test_confidence_says_how_the_path_is_known(path: str, code: str, confidence: Confidence) -> None:
    found = paths_in_file(Source(path, code.encode(), language_of(path)), IMAGE)
    assert not isinstance(found, Unparsed)
    assert [one.confidence for one in found] == [confidence]


def test_python_that_cannot_be_read_says_so() -> None:
    assert isinstance(paths_in_file(Source("x.py", b"print 'kernel-modules/Image'\n", "python"), IMAGE), Unparsed)


def test_dollars_in_python_are_no_shell_variables() -> None:
    code = 'open("$root/$generation/kernel-modules/Image")\n'
    found = paths_in_file(Source("boot.py", code.encode(), "python"), IMAGE)
    assert not isinstance(found, Unparsed)
    assert [one.shown for one in found] == ["$root/$generation/kernel-modules/Image"]

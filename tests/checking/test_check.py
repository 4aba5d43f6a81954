"""The engine: what comes of a file, of many files, and of bytes that nobody would write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from splitlint.checking.check import check_files, check_source, wanted
from splitlint.config import Config
from splitlint.files.discover import File
from splitlint.files.languages import NIX, PYTHON, SHELL, TEXT
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Finding, Severity
from tests.asking import RULE_SET
from tests.making import make_finding


def found(code: str, path: str = "a.nix", language: str = NIX, config: Config | None = None) -> tuple[Finding, ...]:
    return check_source(Source(path, code.encode(), language), RULE_SET, config or Config()).findings


def test_a_finding_has_its_place_and_its_proof() -> None:
    (one,) = found('{ pkgs }:\nlet k = pkgs.linux; in\n"${k}/lib/modules"\n')
    assert (one.rule, one.path, one.span.line, one.span.column, one.confidence) == (
        "modules-path",
        "a.nix",
        3,
        4,
        Confidence.HIGH,
    )
    assert one.reasons == ("`k` is `pkgs.linux` (line 2)",)
    assert [(other.span.line, other.message) for other in one.related] == [(2, "`k` is `pkgs.linux`")]
    assert one.excerpt.lines[one.span.line - one.excerpt.first_line] == '"${k}/lib/modules"'


def test_findings_come_in_the_order_of_the_file() -> None:
    lines = [one.span.line for one in found("{ pkgs }: [\n" + '"${pkgs.linux}/lib/modules"\n' * 3 + "]")]
    assert lines == [2, 3, 4]


def test_equal_lines_have_fingerprints_of_their_own_that_survive_moving() -> None:
    lines = '"${pkgs.linux}/lib/modules"\n' * 2
    here = [one.fingerprint for one in found(f"{{ pkgs }}: [\n{lines}]")]
    moved = [one.fingerprint for one in found(f"{{ pkgs }}:\n\n# more\n[\n  {lines}]")]
    assert len(set(here)) == 2
    assert here == moved


def test_a_file_without_a_needle_is_only_asked_whether_nix_parses_it() -> None:
    assert found("{ pkgs }: pkgs.hello") == ()
    assert [one.rule for one in found("{ pkgs }: pkgs.hello (((")] == ["syntax-error"]


@pytest.mark.parametrize(
    ("config", "count"),
    [
        (Config(), 1),
        (Config(select=("modules-path",)), 1),
        (Config(select=("vmlinux",)), 0),
        (Config(ignore=("modules-path",)), 0),
    ],
)
def test_rules_are_selected_and_ignored(config: Config, count: int) -> None:
    assert len(found('{ pkgs }: "${pkgs.linux}/lib/modules"', config=config)) == count


def test_a_suppression_comment_is_told_of_its_finding() -> None:
    code = '{ pkgs }:\n# splitlint: ignore[modules-path] the phone has one output\n"${pkgs.linux}/lib/modules"\n'
    (one,) = found(code)
    assert one.suppressed is not None


@pytest.mark.parametrize(
    ("finding", "config", "shown"),
    [
        (make_finding(), Config(), True),
        (make_finding(confidence=Confidence.LOW), Config(), False),
        (make_finding(confidence=Confidence.LOW), Config(min_confidence="low"), True),
        (make_finding(severity=Severity.WARNING), Config(min_severity="error"), False),
        (make_finding(path="old/a.nix"), Config(per_path_ignores=(("old/**", ("modules-path",)),)), False),
    ],
)
def test_thresholds(finding: Finding, config: Config, shown: bool) -> None:
    assert wanted(finding, config) is shown


def write(folder: Path, files: dict[str, str]) -> list[File]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return [File(name, str(folder / name)) for name in files]


def test_every_file_is_accounted_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = write(
        tmp_path,
        {
            "a.nix": '{ pkgs }: "${pkgs.linux}/lib/modules"',
            "b.nix": '{ kernel }: kernel.frob { a = "lib/modules"; b = kernel; }',
            "c.nix": "{ }",
            "d.nix": '{ kernel }: "${kernel}/x lib/modules"',
            "e.nix": '{ pkgs }:\n# splitlint: ignore[modules-path] x\n"${pkgs.linux}/lib/modules"',
        },
    )
    result = check_files(files, RULE_SET, Config())
    assert [one.path for one in result.findings] == ["a.nix", "e.nix"]
    summary = result.summary
    assert (summary.files, summary.findings, summary.suppressed, summary.parsed) == (5, 1, 1, 3)
    assert summary.fixable == 1


@pytest.mark.parametrize("systems", ["lib/systems/platforms.nix", "systems/parse.nix"])
def test_a_package_set_with_platforms_of_its_own_may_read_them(
    systems: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    read = '{ stdenv, kernel }: "${kernel}/${stdenv.hostPlatform.linux-kernel.target}"'
    files = write(
        tmp_path,
        {
            "set/pkgs/image.nix": read,
            "set/pkgs/tree.nix": '{ pkgs }: "${pkgs.linux}/lib/modules"',
            "other/image.nix": read,
        },
    )
    write(tmp_path, {f"set/{systems}": "{ }: { }"})
    found = [(one.path, one.rule) for one in check_files(files, RULE_SET, Config()).findings]
    assert found == [("other/image.nix", "image-name"), ("set/pkgs/tree.nix", "modules-path")]


def test_what_another_file_passes_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = write(
        tmp_path,
        {
            "default.nix": "{ pkgs }: import ./x.nix { the-kernel = pkgs.linux; }",
            "x.nix": '{ the-kernel }: "${the-kernel}/lib/modules"',
        },
    )
    (one,) = check_files(files, RULE_SET, Config()).findings
    assert (one.path, one.confidence) == ("x.nix", Confidence.HIGH)
    assert (one.related[0].path, one.related[0].span.line) == ("default.nix", 1)
    assert one.reasons[0] == "`the-kernel` is passed here (default.nix:1)"


def test_low_confidence_is_counted_and_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = write(tmp_path, {"x.sh": "#!/bin/sh\ncp -r $kernel/lib/modules .\n"})
    result = check_files(files, RULE_SET, Config())
    assert (result.findings, result.summary.below_threshold) == ((), 1)


def test_python_that_cannot_be_parsed_is_named_once_and_not_fatal() -> None:
    checked = check_source(Source("a.py", b"def (:\n 'kernel-modules/bzImage' lib/modules", PYTHON), RULE_SET, Config())
    assert [problem.fatal for problem in checked.problems] == [False]


def test_a_file_that_is_not_utf8_is_checked_all_the_same() -> None:
    data = '{ pkgs }: [ "caf\xe9" "${pkgs.linux}/lib/modules" ]'.encode("latin-1")
    (one,) = check_source(Source("a.nix", data), RULE_SET, Config()).findings
    assert data[one.span.start : one.span.end] == b"pkgs.linux"


WORDS = r"""
{ pkgs, kernel, ... }:|pkgs.linux|${|}|"|''|/lib/modules|kernel|kernel-modules/|bzImage|with |let | in |= |; |inherit (
) kernel;|(|[|]|#|$kernel|overrideAttrs (old: { postInstall = |makeModulesClosure { |if x then |import ./x.nix |cp -r
find |os.path.join(|f'{kernel}|<<EOF|EOF|\\|`|${{|?|.|modules|lib|vmlinux|system.modulesTree = |outputs|makeFlags|€
# splitlint: ignore[modules-path] x
"""
PIECES = st.sampled_from([*(word.encode() for word in re.split(r"[|\n]", WORDS)), b"\n", b"\xff", b"\x00", b"|>"])
BYTES = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(b"".join))


@pytest.mark.parametrize(
    ("language", "suffix"), [(NIX, "nix"), (SHELL, "sh"), (PYTHON, "py"), (TEXT, "rs"), (TEXT, "pl")]
)
@settings(max_examples=120, deadline=None)
@given(data=BYTES)
@example(data=b'{ pkgs }: "${pkgs.linux}/lib/modules\xff')
@example(data=b'"\x80"')
@example(data=b"(" * 3000 + b" kernel lib/modules")
@example(data=b'\xef\xbb\xbf{ pkgs }: "${pkgs.linux}/lib/modules"\r\n')
def test_no_bytes_make_it_raise_and_places_lie_in_the_file(language: str, suffix: str, data: bytes) -> None:
    source = Source(f"x.{suffix}", data, language)
    for one in check_source(source, RULE_SET, Config(), RULE_SET.rules).findings:
        assert 0 <= one.span.start <= one.span.end <= len(data)
        assert source.span(one.span.start, one.span.end) == one.span
        assert 1 <= one.span.line <= one.span.end_line <= len(source.line_starts)
        for edit in (edit for fix in one.fixes for edit in fix.edits):
            assert 0 <= edit.start <= edit.end <= len(data)

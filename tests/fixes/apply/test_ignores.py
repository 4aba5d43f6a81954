"""Comments that make splitlint ignore a finding: where they are written, and that nothing else changes."""

from __future__ import annotations

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.findings.finding import Finding
from splitlint.fixes.apply.ignores import with_ignores
from tests.asking import RULE_SET


def found(path: str, text: str) -> tuple[Source, list[Finding]]:
    data = text.encode()
    source = Source(path, data, language_of(path, data))
    return source, list(check_source(source, RULE_SET, Config()).findings)


def ignored(path: str, text: str, reason: str = "pinned") -> str:
    """A text in which every finding is ignored, after it was checked that it is."""
    source, findings = found(path, text)
    assert findings, "nothing is found in the first place"
    done = with_ignores(source, findings, reason)
    assert done.left == ()
    assert len(done.placed) == len(findings)
    after = found(path, done.data.decode())[1]
    assert [(one.rule, one.suppressed) for one in after] == [(one.rule, reason) for one in findings]
    return done.data.decode()


NIX = [
    (
        "at the end of the line",
        '{ pkgs }:\n{\n  a = "${pkgs.linux}/lib/modules";\n}\n',
        '{ pkgs }:\n{\n  a = "${pkgs.linux}/lib/modules";  # splitlint: ignore[modules-path] pinned\n}\n',
    ),
    (
        "after the string of a script",
        "{ pkgs }: pkgs.runCommand \"x\" { } ''\n  cp -r ${pkgs.linux}/lib/modules $out\n''\n",
        "{ pkgs }: pkgs.runCommand \"x\" { } ''\n  cp -r ${pkgs.linux}/lib/modules $out\n"
        "''  # splitlint: ignore[modules-path] pinned\n",
    ),
    (
        "behind a comment that is there",
        '{ pkgs }: "${pkgs.linux}/lib/modules" # for the initrd\n',
        '{ pkgs }: "${pkgs.linux}/lib/modules" # for the initrd  # splitlint: ignore[modules-path] pinned\n',
    ),
    (
        "at the end of a file without a line end",
        '{ pkgs }: "${pkgs.linux}/lib/modules"',
        '{ pkgs }: "${pkgs.linux}/lib/modules"  # splitlint: ignore[modules-path] pinned',
    ),
    (
        "with the line ends of Windows",
        '{ pkgs }:\r\n"${pkgs.linux}/lib/modules"\r\n',
        '{ pkgs }:\r\n"${pkgs.linux}/lib/modules"  # splitlint: ignore[modules-path] pinned\r\n',
    ),
    (
        "one for two on a line",
        '{ pkgs }: [ "${pkgs.linux}/lib/modules" "${pkgs.linux}/lib/modules" ]\n',
        '{ pkgs }: [ "${pkgs.linux}/lib/modules" "${pkgs.linux}/lib/modules" ]'
        "  # splitlint: ignore[modules-path] pinned\n",
    ),
    (
        "one for two in a script",
        "{ pkgs }: pkgs.runCommand \"x\" { } ''\n"
        "  cp ${pkgs.linux}/lib/modules a\n  cp ${pkgs.linux}/lib/modules b\n''\n",
        "{ pkgs }: pkgs.runCommand \"x\" { } ''\n  cp ${pkgs.linux}/lib/modules a\n  cp ${pkgs.linux}/lib/modules b\n"
        "''  # splitlint: ignore[modules-path] pinned\n",
    ),
    (
        "above a string that is followed by more of the line",
        "{ pkgs }: [\n"
        "  (pkgs.runCommand \"x\" { } ''\n    cp ${pkgs.linux}/lib/modules a\n  '' + ''\n    b\n  '')\n]\n",
        "{ pkgs }: [\n  # splitlint: ignore[modules-path] pinned\n"
        "  (pkgs.runCommand \"x\" { } ''\n    cp ${pkgs.linux}/lib/modules a\n  '' + ''\n    b\n  '')\n]\n",
    ),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in NIX], ids=[row[0] for row in NIX])
def test_in_nix(text: str, expected: str) -> None:
    assert ignored("a.nix", text) == expected


def test_a_rule_joins_the_comment_that_is_there() -> None:
    text = '{ pkgs }: "${pkgs.linux}/lib/modules" # splitlint: ignore[vmlinux] why\n'
    source, findings = found("a.nix", text)
    done = with_ignores(source, [one for one in findings if one.rule == "modules-path"], "")
    assert (
        done.data.decode() == '{ pkgs }: "${pkgs.linux}/lib/modules" # splitlint: ignore[vmlinux, modules-path] why\n'
    )


def test_without_a_reason_nothing_follows_the_brackets() -> None:
    assert ignored("a.nix", '{ pkgs }: "${pkgs.linux}/lib/modules"\n', "").endswith("ignore[modules-path]\n")


def test_a_reason_is_one_line() -> None:
    source, findings = found("a.nix", '{ pkgs }: "${pkgs.linux}/lib/modules"\n')
    done = with_ignores(source, findings, " two\n lines ")
    assert done.data.endswith(b"# splitlint: ignore[modules-path] two lines\n")


OTHERS = [
    ("a.sh", "kexec -l /run/booted-system/kernel-modules/bzImage\n", 1),
    ("a.sh", "kexec \\\n  -l /run/booted-system/kernel-modules/bzImage \\\n  --reuse-cmdline\n", 1),
    ("a.py", 'def f():\n    open("/run/booted-system/kernel-modules/bzImage")\n', 2),
    ("a.rs", 'fn main() {\n  open("/run/booted-system/kernel-modules/bzImage");\n}\n', 2),
    ("Makefile", "x:\n\tnix build nixpkgs#linux_6_12 && ls result/lib/modules\n", 2),
    ("ci.yaml", "a:\n  - run: |\n      nix build nixpkgs#linux_6_12 && ls result/lib/modules\n", 3),
    ("README.md", "```sh\nnix build nixpkgs#linux_6_12 && ls result/lib/modules\n```\n", 2),
    ("README.md", "See `nix build nixpkgs#linux_6_12 && ls result/lib/modules`.\n", 1),
]


@pytest.mark.parametrize(("path", "text", "line"), OTHERS, ids=[f"{path}, {text[:12]!r}" for path, text, _ in OTHERS])
def test_in_other_languages(path: str, text: str, line: int) -> None:
    lines = ignored(path, text).splitlines()
    (at,) = (number for number, written in enumerate(lines, 1) if "splitlint: ignore[" in written)
    assert at == line
    rest = [re_without(written) for written in lines]
    assert [written for written in rest if written.strip()] == text.splitlines()


def re_without(line: str) -> str:
    """A line without its comment for splitlint."""
    return (
        line.partition("  # splitlint")[0]
        .partition("  // splitlint")[0]
        .partition("  <!-- splitlint")[0]
        .partition("# splitlint")[0]
        .rstrip()
    )


def test_where_no_comment_can_stand_nothing_is_written() -> None:
    source = Source("a.json", b'{ "a": "/run/booted-system/kernel-modules/bzImage" }\n', "text")
    (finding,) = found("a.rs", 'x("/run/booted-system/kernel-modules/bzImage")\n')[1]
    done = with_ignores(source, [finding], "why")
    assert (done.data, done.placed, done.left) == (source.data, (), (finding,))

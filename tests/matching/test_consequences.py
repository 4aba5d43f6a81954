"""How a finding fails where it is: what the command does, when the script runs, and what hides an error."""

from __future__ import annotations

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.findings.finding import Confidence, Finding
from splitlint.report import github, junit
from splitlint.rulebook.pages import default_folder, load_rules
from tests.making import make_finding, make_result

RULE_SET = load_rules([default_folder()])


def found(text: str, path: str = "a.nix") -> Finding:
    data = text.encode()
    (one,) = check_source(Source(path, data, language_of(path, data)), RULE_SET, Config()).findings
    return one


def in_build(command: str) -> Finding:
    return found("{ pkgs }: pkgs.runCommand \"x\" { } ''\n  mkdir -p $out\n  " + command + "\n''")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("cp -r ${pkgs.linux}/lib/modules $out", "`cp` stops the build here"),
        ("xz -dc ${pkgs.linux}/lib/modules/a.ko.xz > $out/a", "`xz` stops the build here"),
        ("sudo env A=b insmod ${pkgs.linux}/lib/modules/a.ko", "`insmod` stops the build here"),
        ("cp -r ${pkgs.linux}/lib/modules $out 2>/dev/null", "`cp` stops the build here"),
        ("[ -d ${pkgs.linux}/lib/modules ] || exit 1", "the test stops the build here"),
        ("for f in ${pkgs.linux}/lib/modules/*; do cp $f $out; done", "the loop stops the build here"),
    ],
)
def test_a_command_that_opens_the_path_stops_a_build(command: str, said: str) -> None:
    one = in_build(command)
    assert (one.impact, one.consequence, one.silent) == (("build-failure",), said, False)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("ln -s ${pkgs.linux}/lib/modules $out/modules", "`ln -s` makes a dangling link"),
        ("cp -r ${pkgs.linux}/lib/modules $out || true", "`|| true` hides the failure"),
        ("if [ -e ${pkgs.linux}/lib/modules ]; then x; fi", "`[ -e ]` is false"),
        (
            "find ${pkgs.linux}/lib/modules | while read f; do x; done",
            "without `pipefail` a failure left of `|`",
        ),
    ],
)
def test_what_hides_the_error_is_said_and_makes_it_silent(command: str, said: str) -> None:
    one = in_build(command)
    assert one.impact == ("silent-empty",)
    assert one.consequence.startswith(said)
    assert one.consequence.endswith(": the build succeeds, but the files are missing") or "is lost" in one.consequence


def test_a_script_that_runs_later_fails_then() -> None:
    code = '{ pkgs }: pkgs.writeShellScript "x" "cp -r ${pkgs.linux}/lib/modules /run"'
    one = found(code)
    assert (one.impact, one.consequence) == (("runtime-failure",), "`cp` fails here at run time")
    one = found("#!/bin/sh\nkexec -l /run/booted-system/kernel-modules/bzImage\n", "a.sh")
    assert (one.impact, one.consequence) == (("runtime-failure",), "`kexec` fails here at run time")


@pytest.mark.parametrize(
    "command",
    ["echo ${pkgs.linux}/lib/modules > $out/path", "cat > $out/path <<EOF\n  ${pkgs.linux}/lib/modules\n  EOF"],
)
def test_a_path_that_is_only_written_down_fails_where_it_is_read(command: str) -> None:
    one = in_build(command)
    assert one.consequence == "it fails where this path is read: `cp` stops, `ln -s` makes a dangling link"


@pytest.mark.parametrize(
    ("arguments", "silent"),
    [
        ('rootModules = [ "ext4" ];', False),
        ('rootModules = [ "ext4" ]; allowMissing = false;', False),
        ('rootModules = [ "ext4" ]; allowMissing = true;', True),
        ("rootModules = [ ];", True),
    ],
)
def test_a_closure_is_only_empty_where_modules_may_be_missing(arguments: str, silent: bool) -> None:
    one = found("{ pkgs }: pkgs.makeModulesClosure { kernel = pkgs.linux; firmware = null; " + arguments + " }")
    assert one.silent is silent
    assert one.confidence == Confidence.HIGH


def test_a_phase_of_an_override_says_which_command_fails() -> None:
    code = "{ pkgs }: pkgs.linux.overrideAttrs (old: { postFixup = ''\n  COMMAND $out/lib/modules/6.12/build\n''; })"
    assert found(code.replace("COMMAND", "unlink")).consequence == "`unlink` stops the build here"
    one = found(code.replace("COMMAND", "rm -rf"))
    assert (one.silent, one.consequence[:20]) == (True, "`rm -f` ignores what")


def test_reports_for_services_say_it_too() -> None:
    result = make_result(make_finding(consequence="`cp` stops the build here"))
    assert "`cp` stops the build here" in github.render(result)
    assert "`cp` stops the build here" in junit.render(result)

"""The commands for authors of packs, from a skeleton to a tested pack."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.cli.main import COMMANDS, main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_the_overview_names_the_commands_and_nothing_else() -> None:
    arguments = [sys.executable, "-m", "splitlint", "--help"]
    text = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    told = text.partition("commands:\n")[2].splitlines()
    assert told[0].split() == ["COMMAND"]
    assert [row.split()[0] for row in told[1:] if row.startswith("    ") and not row.startswith("     ")] == [*COMMANDS]


class TestNewPack:
    @pytest.mark.parametrize("arguments", [("glibc-headers",), ("a_b", "packs", "--package", "mesa-demos"), ("X11",)])
    def test_a_new_pack_passes_its_test(self, run: Run, arguments: tuple[str, ...]) -> None:
        code, out, _ = run("new-pack", *arguments)
        assert code == 0
        folder = "/".join([*arguments[1:2], arguments[0]])
        assert out == f"Wrote {folder}/. Change it, and run `splitlint test {folder}`.\n"
        code, out, _ = run("test", folder)
        assert code == 0
        assert "All as the pages say: " in out
        assert run("check", "--rules", folder, folder)[0] == 0

    def test_nothing_is_overwritten(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "frob").mkdir()
        assert run("new-pack", "frob") == (2, "", "splitlint: frob: is there already, and is not changed\n")
        assert list((tmp_path / "frob").iterdir()) == []

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("../x",), "`../x` is no name"),
            (("x", "--package", "let"), "`let` has another meaning"),
            (("kernel-modules",), "splitlint has a pack `kernel-modules`"),
            (("x", "--package", "linux_6_12"), "a pack of splitlint describes `linux_6_12` already"),
            (("x", "--package", "kernel"), "a pack of splitlint describes `kernel` already"),
        ],
    )
    def test_a_name_that_cannot_be_used(self, run: Run, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
        code, out, error = run("new-pack", *arguments)
        assert (code, out) == (2, "")
        assert error.startswith(f"splitlint: {said}")
        assert list(tmp_path.iterdir()) == []

    def test_a_link_that_leads_out_of_the_folder_is_not_followed(self, run: Run, tmp_path: Path) -> None:
        outside = tmp_path.parent / f"{tmp_path.name}-outside"
        outside.mkdir()
        (tmp_path / "packs").symlink_to(outside)
        assert run("new-pack", "frob", "packs")[0] == 2
        assert list(outside.iterdir()) == []


class TestTest:
    @pytest.fixture
    def page(self, run: Run, tmp_path: Path) -> Path:
        assert run("new-pack", "frob")[0] == 0
        return tmp_path / "frob/moved-data.md"

    @staticmethod
    def broken(page: Path) -> int:
        text = page.read_text()
        page.write_text(text.replace("${hello}", "${pkgs.frob}"))
        return text.count("\n", 0, text.index("${hello}")) + 1

    def test_a_failure_is_told_with_page_line_and_what_was_found(self, run: Run, page: Path) -> None:
        line = self.broken(page)
        code, out, _ = run("test", "frob", "--no-default-rules")
        assert code == 1
        first, second, third, *_ = out.splitlines()
        assert first == f"frob/moved-data.md:{line}: Leave alone"
        assert second == "  expected: no finding"
        assert third.startswith("  found:    `moved-data` (high confidence): ")
        assert out.splitlines()[-1] == "1 failure in 7 cases on 1 page."

    def test_as_json(self, run: Run, page: Path) -> None:
        line = self.broken(page)
        code, out, _ = run("test", "frob", "--no-default-rules", "--format", "json")
        report = json.loads(out)
        assert code == 1
        assert [(one["path"], one["line"], one["kind"], one["packs"]) for one in report["failures"]] == [
            ("frob/moved-data.md", line, "Leave alone", "alone")
        ]
        assert report["summary"] == {"pages": 1, "cases": 7, "cases_of_other_packs": 0, "failures": 1}

    def test_the_packs_of_the_configuration_if_none_is_named(self, run: Run, page: Path, tmp_path: Path) -> None:
        (tmp_path / ".splitlint.toml").write_text('rules = ["frob"]\n')
        self.broken(page)
        assert run("test")[0] == 1
        assert run("test", "--isolated", "--select", "vmlinux")[0] == 0

    def test_one_page_alone(self, run: Run, page: Path) -> None:
        self.broken(page)
        (page.parent / "other.md").write_text(page.read_text().replace("${pkgs.frob}/share", "${hello}/share"))
        code, out, _ = run("test", "frob", "--select", "other", "--no-default-rules")
        assert code == 1, "each finds what the other does"
        assert "moved-data.md:" not in out
        assert run("test", "frob", "--select", "othr")[2] == (
            "splitlint: there is no rule `othr`; did you mean `other`?\n"
        )

    def test_a_folder_that_is_no_pack(self, run: Run) -> None:
        code, _, error = run("test", "nowhere")
        assert (code, error) == (2, "splitlint: nowhere: cannot be read: No such file or directory\n")


CODE = """\
{ pkgs, kernel }:
let
  inherit (pkgs) linux;
  x = /* é */ if kernel ? modules then kernel.modules else kernel;
in
pkgs.runCommand "x" { K = linux; } ''
  cp ${kernel}/lib/modules/${kernel.modDirVersion}/modules.dep $out
  ln -s $K/lib/modules $out
''
"""


class TestInspect:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        (tmp_path / "flake.nix").write_text("{ }\n")
        (tmp_path / "a.nix").write_text(CODE)
        return tmp_path / "a.nix"

    def test_each_expression_of_a_line_with_its_reasons(self, run: Run, file: Path) -> None:
        code, out, _ = run("inspect", "a.nix:3")
        assert code == 0
        assert "a.nix:3:12: `pkgs`\n  is        `pkgs` (high confidence)\n" in out
        assert "a.nix:3:18: `linux`\n  is        `kernel`, a whole kernel (high confidence)\n" in out

    def test_a_parameter_has_the_value_that_the_file_shows(self, run: Run, file: Path) -> None:
        out = run("inspect", "a.nix:1:9")[1]
        assert "a.nix:1:9: `kernel`\n  is        `kernel`, a whole kernel (medium confidence)\n" in out
        assert "  because   `kernel.modDirVersion` shows that it is a kernel (line 7)\n" in out

    def test_code_that_never_runs_is_told(self, run: Run, file: Path) -> None:
        out = run("inspect", "a.nix:4:61")[1]
        assert out.startswith("a.nix:4:15: `if kernel ? modules then"), "columns count characters"
        assert out.count("code that never runs") == 1
        assert "a.nix:4:60: `kernel`\n  is        code that never runs with the newest nixpkgs\n" in out

    def test_a_use_is_told_where_it_is_written_and_where_it_is_used(self, run: Run, file: Path) -> None:
        for place in ("a.nix:6", "a.nix:8", "a.nix"):
            (block,) = (one for one in run("inspect", place)[1].split("\n\n") if "path      lib/modules\n" in one)
            assert block.startswith("a.nix:6:27: a use of `linux`\n")
            assert "a.nix:6:27: a use of `linux`" in run("inspect", "a.nix:6:28")[1]
            assert "\n  goes to   the command `ln` of a script, while something is built; nobody sees" in block
            assert "\n  through   the variable `K` (attribute)\n  used      line 8\n" in block

    def test_a_receiver_is_told_as_pages_write_it(self, run: Run, file: Path) -> None:
        out = run("inspect", "a.nix:6:27")[1]
        assert "  goes to   an attribute, for `into`: `attribute:K`\n" in out
        assert "  goes to   an argument of a function, for `into`: `pkgs.runCommand(1){K}`\n" in out

    def test_inside_of_a_text_it_is_the_text(self, run: Run, file: Path) -> None:
        out = run("inspect", "a.nix:8:3")[1]
        assert out.startswith("a.nix:6:36: `'' cp ${kernel}/lib/modules")

    def test_a_script_has_uses(self, run: Run, file: Path, tmp_path: Path) -> None:
        (tmp_path / "default.nix").write_text(
            "{ stdenv, linux }: stdenv.mkDerivation { kernel = linux; builder = ./b.sh; }\n"
        )
        (tmp_path / "b.sh").write_text("cp -r $kernel/lib/modules $out\n")
        code, out, _ = run("inspect", "b.sh")
        assert code == 0
        assert "a use of `$kernel`" in out
        assert "(medium confidence)\n  path      lib/modules\n" in out, "as Nix gives it to the script"

    def test_what_other_files_say_of_a_parameter(self, run: Run, file: Path, tmp_path: Path) -> None:
        (tmp_path / "sub.nix").write_text("{ thing }: thing\n")
        (tmp_path / "default.nix").write_text("{ pkgs }: import ./sub.nix { thing = pkgs.linux; }\n")
        assert "`kernel`, a whole kernel (high confidence)" in run("inspect", "sub.nix:1:3")[1]

    def test_a_file_that_nix_cannot_parse_is_told(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "broken.nix").write_text('{ pkgs }:\n{ x = (; y = "${pkgs.linux}/lib/modules"; }\n')
        code, out, _ = run("inspect", "broken.nix")
        assert code == 0
        assert out.startswith("note: not everything is known of this file: ")
        assert "(line 2)" in " ".join(out.split()), out

    def test_a_file_without_uses(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "none.nix").write_text("{ }\n")
        assert run("inspect", "none.nix")[:2] == (0, "Nothing that a pack describes is used in this file.\n")

    def test_a_file_with_a_colon_in_its_name(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "a.nix:3").write_text("{ }\n")
        assert "neither a Nix file nor" in run("inspect", "a.nix:3")[2]

    @pytest.mark.parametrize(
        ("place", "said"),
        [
            ("a.nix:10", "a.nix: has 10 lines"),
            ("a.nix:99", "a.nix: has 10 lines, and no line 99"),
            ("a.nix:0", "lines and columns are counted from 1"),
            ("a.nix:1:0", "lines and columns are counted from 1"),
            ("a.nix:9999999999999", "lines and columns are counted from 1"),
            ("nowhere.nix:3", "nowhere.nix: cannot be read: No such file or directory"),
            ("a.py", "a.py: is neither a Nix file nor a shell script"),
        ],
    )
    def test_a_place_that_is_not_there(self, run: Run, file: Path, place: str, said: str) -> None:
        (file.parent / "a.py").write_text("print()\n")
        code, out, error = run("inspect", place)
        if place == "a.nix:10":
            assert (code, error) == (0, "")
        else:
            assert (code, out) == (2, "")
            assert said in error


class TestLearn:
    @pytest.fixture
    def listings(self, tmp_path: Path) -> Path:
        (tmp_path / "old").write_text("out\tbin/frob\nout\tshare/frob/data/a\nout\tshare/frob/data/b\n")
        (tmp_path / "new").write_text("out\tbin/frob\ndata\tshare/frob/data/a\ndata\tshare/frob/data/b\n")
        return tmp_path

    def test_what_has_moved_is_written_for_a_pack(self, run: Run, listings: Path) -> None:
        code, out, error = run("learn", "old", "new", "--family", "frob")
        assert (code, error) == (0, "")
        assert out == (
            '[families.frob]\noutputs = ["out", "data"]\nnew_outputs = ["data"]\n\n'
            '[families.frob.moved]\n"share" = "data"\n"share/frob/**" = "data"\n'
        )

    def test_what_it_writes_can_stand_in_a_pack(self, run: Run, listings: Path) -> None:
        assert run("new-pack", "frob")[0] == 0
        path = listings / "frob/pack.toml"
        begin = path.read_text().partition("# All outputs")[0]
        learned = run("learn", "old", "new", "--family", "frob")[1].partition("\n")[2]
        path.write_text(begin + learned)
        assert run("test", "frob")[0] == 0

    def test_lines_that_say_nothing_are_told_with_file_and_line(self, run: Run, listings: Path) -> None:
        (listings / "new").write_text("out\tbin/frob\nout bin/x\nout\t../y\n")
        code, out, error = run("learn", "old", "new")
        assert (code, out) == (2, "")
        assert error == (
            "splitlint: new:2: there is no tab: a line is OUTPUT, a tab and PATH\n"
            "splitlint: new:3: the path has `..` in it\n"
        )

    def test_a_listing_that_cannot_be_read(self, run: Run, listings: Path) -> None:
        assert run("learn", "old", "nowhere")[::2] == (
            2,
            "splitlint: nowhere: cannot be read: No such file or directory\n",
        )
        (listings / "new").write_bytes(b"out\ta\nout\t\xff\n")
        assert run("learn", "old", "new")[2] == "splitlint: new:2: is not UTF-8: byte 0xff\n"

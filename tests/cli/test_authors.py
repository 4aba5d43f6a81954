"""The commands for authors of packs, from a skeleton to a tested pack."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from splitlint.cli.main import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


class TestNewPack:
    @pytest.mark.parametrize("arguments", [("glibc-getent",), ("a_b", "packs", "--package", "mesa"), ("X11",)])
    def test_a_new_pack_passes_its_test(self, run: Run, arguments: tuple[str, ...]) -> None:
        code, out, _ = run("new-pack", *arguments)
        assert code == 0
        folder = "/".join([*arguments[1:2], arguments[0]])
        assert out == f"Wrote {folder}/. Change it, and run `splitlint test {folder}`.\n"
        code, out, _ = run("test", folder)
        assert (code, out.partition(":")[0]) == (0, "All as the pages say")
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

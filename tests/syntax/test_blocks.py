"""The shell commands in files of other languages, with exact positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from splitlint.files.languages import language_of
from splitlint.files.source import Source
from splitlint.syntax.blocks import Block, shell_blocks


def blocks(path: str, text: str) -> tuple[Block, ...]:
    data = text.encode()
    return shell_blocks(Source(path, data, language_of(path, data)))


def commands(path: str, text: str) -> list[str]:
    """What the shell sees of each block."""
    return [block.script.text.decode().strip() for block in blocks(path, text)]


class TestYaml:
    def test_plain_quoted_and_block_scalars(self) -> None:
        text = (
            "jobs:\n  a:\n    steps:\n      - run: nix build .#x\n      - name: two\n"
            "        run: |\n          ls result\n\n"
            "          ls other\n      - run: \"echo \\\"x\\\"\"\n      - run: 'it''s'\n"
            "      - run: >-\n          nix build\n          .#y\n"
        )
        assert commands("ci.yml", text) == [
            "nix build .#x",
            "ls result\n\nls other",
            'echo "x"',
            "it's",
            "nix build .#y",
        ]

    def test_plain_scalar_goes_on_in_the_next_line(self) -> None:
        assert commands("ci.yml", "a:\n  run: nix build\n    nixpkgs#linux\n  name: x\n") == ["nix build nixpkgs#linux"]

    def test_lists_of_commands_of_one_job(self) -> None:
        text = (
            "build:\n  before_script:\n    - nix build .#x\n  script:\n  - ls result\n  - |\n"
            "    ls a\n    ls b\nother:\n  script: ls c\n"
        )
        found = blocks("gitlab.yml", text)
        assert [(block.place, block.script.text.decode().strip()) for block in found] == [
            ("build", "nix build .#x"),
            ("build", "ls result"),
            ("build", "ls a\nls b"),
            ("other", "ls c"),
        ]

    def test_steps_of_one_job_have_one_place(self) -> None:
        text = (
            "jobs:\n  a:\n    steps:\n      - name: x\n        run: one\n      - run: two\n  b:\n"
            "    steps:\n    - run: three\n"
        )
        assert [block.place for block in blocks("ci.yaml", text)] == ["jobs/a", "jobs/a", "jobs/b"]

    def test_expression_of_the_ci_is_a_variable(self) -> None:
        assert commands("ci.yml", "run: nix build nixpkgs#${{ matrix.kernel }}.dev\n") == [
            "nix build nixpkgs#${__expression}.dev"
        ]

    def test_text_that_is_no_command_is_left_out(self) -> None:
        text = (
            "description: |\n  run: nix build nixpkgs#linux\non:\n  push:\n    branches: [main]\n"
            "env:\n  X: nix build .#x\n"
        )
        assert commands("ci.yml", text) == []

    def test_windows_line_ends(self) -> None:
        assert commands("ci.yml", "run: |\r\n  a\r\n  b\r\n") == ["a\nb"]


class TestRecipes:
    def test_make_hands_dollars_and_variables_to_the_shell(self) -> None:
        text = (
            "OUT := $(shell nix build --print-out-paths .#x)\nCFLAGS = -O2 -g\nall: x\n"
            "\t@for f in a b; do \\\n\t  echo $$f $(OUT) $@ ; done\n"
        )
        assert commands("Makefile", text) == [
            "OUT=$(nix build --print-out-paths .#x)\nfor f in a b; do \\\n  echo $f ${OUT} ${__make} ; done"
        ]

    def test_make_shell_assignment(self) -> None:
        assert commands("rules.mk", "K != nix-build -A x\nall:\n\tls $(K)\n") == ["K=$(nix-build -A x)\nls ${K}"]

    def test_just_variables_and_recipes_of_other_languages(self) -> None:
        text = (
            'kernel := `nix build --print-out-paths .#x`\nout := "result"\n\nrun host:\n'
            "    @ls {{kernel}} {{ out }} {{a + b}}\n\n"
            "py:\n    #!/usr/bin/env python3\n    import os\n\nsh:\n    #!/usr/bin/env bash\n    ls x\n"
        )
        assert commands("justfile", text) == [
            (
                'kernel=$(nix build --print-out-paths .#x)\nout="result"\n'
                "ls ${kernel} ${out} ${__just}\n#!/usr/bin/env bash\nls x"
            )
        ]

    def test_run_lines_of_a_container_file(self) -> None:
        assert commands(
            "Dockerfile", "FROM x\nRUN nix build .#x && \\\n    ls result\nCOPY a b\nRUN --mount=type=cache ls\n"
        ) == ["nix build .#x && \\\n    ls result\nls"]


class TestDocuments:
    def test_fences_of_the_shell_and_no_others(self) -> None:
        text = (
            "# T\n```sh\nls a\n```\n\n~~~ {.bash}\nls b\n~~~\n```nix\nls c\n```\n````\nls d\n"
            "````\n- x\n  ```bash\n  ls e\n  ```\n"
        )
        assert commands("README.md", text) == ["ls a", "ls b", "ls d", "ls e"]

    def test_prompts_tell_commands_from_what_they_print(self) -> None:
        text = "```console\n$ nix build \\\n    .#x\nbuilding '/nix/store/x'\n[me@host:~]$ ls result\nlib\n```\n"
        assert commands("README.md", text) == ["nix build \\\n    .#x\nls result"]

    def test_indented_code_and_code_in_a_line(self) -> None:
        text = "Try\n\n    nix build .#x\n    ls result\n\nor `nix build .#y && ls result/lib`, not `make` or `foo`.\n"
        assert commands("README.md", text) == ["nix build .#x\nls result", "nix build .#y && ls result/lib"]

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("a.adoc", "[source,bash]\n----\nls a\n----\n"),
            ("a.adoc", "[,console]\n----\n$ ls a\n----\n"),
            ("a.rst", "Try::\n\n   ls a\n\nand so on\n"),
            ("a.rst", ".. code-block:: console\n   :caption: x\n\n   $ ls a\n\ntext\n"),
            ("a.org", "#+BEGIN_SRC sh\nls a\n#+END_SRC\n"),
        ],
    )
    def test_other_markup(self, path: str, text: str) -> None:
        assert commands(path, text) == ["ls a"]


def test_other_files_have_no_blocks() -> None:
    assert commands("main.rs", 'fn main() { run("nix build") }') == []
    assert commands("package.json", '{"run": "nix build"}') == []


NAMES = ["ci.yml", "Makefile", "justfile", "Dockerfile", "a.md", "a.adoc", "a.rst", "a.org", "a.sh"]
ALPHABET = "run:script -|>\"'\n\t `~$(){}:=#\\ax=é@%.["


@given(st.sampled_from(NAMES), st.text(alphabet=ALPHABET, max_size=120))
def test_every_byte_of_a_block_stands_in_the_file(path: str, text: str) -> None:
    data = text.encode()
    for block in blocks(path, text):
        script = block.script
        for run, following in zip(
            script.runs, [*(run.start for run in script.runs[1:]), len(script.text)], strict=True
        ):
            assert 0 <= run.file_start <= run.file_end <= len(data)
            if not run.whole and not script.marks:
                assert (
                    script.text[run.start : following] == data[run.file_start : run.file_start + following - run.start]
                )

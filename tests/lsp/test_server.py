"""What an editor sees: diagnostics while typing, hover, quick fixes, in files as they are there and not on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor, codes_of, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

BAD = '{ config }: "${config.boot.kernelPackages.kernel}/lib/modules"\n'
PART = '{ it }: "${it}/lib/modules"\n'
ENVIRONMENT = 'pkgs.buildEnv { name = "x"; paths = [ pkgs.linux ]; pathsToLink = [ "/lib/modules" ]; }'
FIXED = '{ config, lib }: "${lib.getOutput "modules" config.boot.kernelPackages.kernel}/lib/modules"\n'
#: Characters of one, two, three and four bytes; the last is two units in UTF-16.
ODD = "a é € 😀"


async def test_what_is_wrong_is_shown_with_its_page(editor: Editor, repo: str) -> None:
    (found,) = await editor.open(f"{repo}a.nix", BAD)
    assert (found.code, found.source, found.severity) == ("modules-path", "splitlint", types.DiagnosticSeverity.Error)
    assert found.code_description is not None
    assert found.code_description.href.endswith("/rules/kernel-modules/modules-path/")
    assert found.range == types.Range(types.Position(0, 15), types.Position(0, 48))
    what, how, write = found.message.split("\n")
    assert "`lib/modules`" in what
    assert how
    assert "getOutput" in write


async def test_it_goes_when_it_is_typed_away_and_comes_back(editor: Editor, repo: str) -> None:
    await editor.open(f"{repo}a.nix", BAD)
    editor.type(f"{repo}a.nix", FIXED)
    assert codes_of(await editor.found(f"{repo}a.nix")) == []
    editor.type(f"{repo}a.nix", BAD)
    assert codes_of(await editor.found(f"{repo}a.nix")) == ["modules-path"]


async def test_a_file_that_nix_cannot_parse_is_no_end(editor: Editor, repo: str) -> None:
    assert codes_of(await editor.open(f"{repo}a.nix", "{ a = [ ; }\n")) == ["syntax-error"]
    editor.type(f"{repo}a.nix", BAD)
    assert codes_of(await editor.found(f"{repo}a.nix")) == ["modules-path"]


async def test_what_is_found_is_taken_back_when_the_file_is_closed(editor: Editor, repo: str) -> None:
    await editor.open(f"{repo}a.nix", BAD)
    editor.close(f"{repo}a.nix")
    await editor.becomes(f"{repo}a.nix", [])


async def test_what_another_file_says_counts_before_it_is_saved(editor: Editor, repo: str) -> None:
    editor.write(f"{repo}default.nix", "{ pkgs }: import ./part.nix { it = pkgs.hello; }\n")
    assert codes_of(await editor.open(f"{repo}part.nix", PART)) == []
    whole = "{ pkgs }: import ./part.nix { it = pkgs.linux; }\n"
    await editor.open(f"{repo}default.nix", whole)
    (found,) = await editor.becomes(f"{repo}part.nix", ["modules-path"])
    places = [one.location for one in found.related_information or ()]
    elsewhere = [one.range.start.character for one in places if one.uri == editor.uri(f"{repo}default.nix")]
    assert any(whole[start:].startswith("pkgs.linux") for start in elsewhere)
    editor.type(f"{repo}default.nix", "{ pkgs }: import ./part.nix { it = pkgs.linux.dev; }\n")
    await editor.becomes(f"{repo}part.nix", [])
    editor.type(f"{repo}default.nix", whole)
    await editor.becomes(f"{repo}part.nix", ["modules-path"])
    editor.close(f"{repo}default.nix")
    await editor.becomes(f"{repo}part.nix", [])


async def test_a_file_that_is_written_by_something_else_counts(editor: Editor, repo: str) -> None:
    editor.write(f"{repo}default.nix", "{ pkgs }: import ./part.nix { it = pkgs.hello; }\n")
    assert codes_of(await editor.open(f"{repo}part.nix", PART)) == []
    editor.write(f"{repo}default.nix", "{ pkgs }: import ./part.nix { it = pkgs.linux_latest; }\n")
    editor.client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams(
            [types.FileEvent(editor.uri(f"{repo}default.nix"), types.FileChangeType.Changed)]
        )
    )
    await editor.becomes(f"{repo}part.nix", ["modules-path"])


async def test_a_safe_fix_is_preferred_and_mends_the_text(editor: Editor, repo: str) -> None:
    (found,) = await editor.open(f"{repo}a.nix", BAD)
    safe, other, ignore, every = await editor.actions(f"{repo}a.nix", found.range)
    assert (other.kind, other.is_preferred) == ("quickfix", False)
    assert other.title.endswith("(unsafe: review it)")
    assert (safe.kind, safe.is_preferred) == ("quickfix", True)
    assert "unsafe" not in safe.title
    assert (ignore.title, ignore.is_preferred) == ("Ignore modules-path here", False)
    assert every.kind == "source.fixAll.splitlint"
    editor.apply(safe)
    assert codes_of(await editor.found(f"{repo}a.nix")) == []


async def test_an_unsafe_fix_says_so_and_is_never_preferred(editor: Editor, repo: str) -> None:
    text = f"{{ pkgs, lib }}: {ENVIRONMENT}\n"
    (found,) = await editor.open(f"{repo}a.nix", text)
    unsafe, _ = await editor.actions(f"{repo}a.nix", found.range)
    assert unsafe.title.endswith("(unsafe: review it)")
    assert unsafe.is_preferred is False
    editor.apply(unsafe)
    assert codes_of(await editor.found(f"{repo}a.nix")) == []


async def test_a_finding_is_ignored_in_its_place(editor: Editor, repo: str) -> None:
    (found,) = await editor.open(f"{repo}a.nix", BAD)
    (ignore,) = [one for one in await editor.actions(f"{repo}a.nix", found.range) if "Ignore" in one.title]
    editor.apply(ignore)
    assert "# splitlint: ignore[modules-path]" in editor.texts[editor.uri(f"{repo}a.nix")]
    assert codes_of(await editor.found(f"{repo}a.nix")) == []


async def test_all_safe_fixes_are_applied_at_once(editor: Editor, repo: str) -> None:
    text = (
        "{ config, lib, pkgs }:\n{\n"
        f'  # {ODD}\n  a = "${{pkgs.linux}}/lib/modules"; b = "{ODD}${{pkgs.linux}}/lib/modules";\n'
        f"  c = {ENVIRONMENT};\n}}\n"
    )
    assert codes_of(await editor.open(f"{repo}a.nix", text)) == ["build-env", "modules-path", "modules-path"]
    nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
    (action,) = await editor.actions(f"{repo}a.nix", nowhere, only=["source.fixAll"])
    assert action.kind == "source.fixAll.splitlint"
    editor.apply(action)
    assert codes_of(await editor.found(f"{repo}a.nix")) == ["build-env"]
    assert editor.texts[editor.uri(f"{repo}a.nix")].count(ODD) == 2
    assert await editor.actions(f"{repo}a.nix", nowhere, only=["source.fixAll.splitlint"]) == []


async def test_fixing_everything_is_worked_out_when_it_is_chosen(editor: Editor, repo: str) -> None:
    (found,) = await editor.open(f"{repo}a.nix", BAD)
    (action,) = [one for one in await editor.actions(f"{repo}a.nix", found.range) if one.kind != "quickfix"]
    assert action.edit is None
    editor.apply(await editor.client.code_action_resolve_async(action))
    assert codes_of(await editor.found(f"{repo}a.nix")) == []


@pytest.mark.parametrize("only", [["refactor"], ["source.organizeImports"], ["source.fixAll.eslint"]])
async def test_nothing_is_offered_to_those_who_ask_for_something_else(
    editor: Editor, repo: str, only: list[str]
) -> None:
    (found,) = await editor.open(f"{repo}a.nix", BAD)
    assert await editor.actions(f"{repo}a.nix", found.range, only=only) == []


async def test_places_behind_characters_beyond_the_basic_plane(editor: Editor, repo: str) -> None:
    text = f'{{ pkgs }}: {{ x = "{ODD}"; y = "😀${{pkgs.linux}}/lib/modules"; }}\n'
    (found,) = await editor.open(f"{repo}a.nix", text)
    assert found.range.start == editor.place(f"{repo}a.nix", "pkgs.linux")
    assert found.range.end == editor.place(f"{repo}a.nix", "}/lib")
    safe = (await editor.actions(f"{repo}a.nix", found.range))[0]
    editor.apply(safe)
    now = editor.texts[editor.uri(f"{repo}a.nix")]
    assert f'"{ODD}"; y = "😀${{' in now
    assert codes_of(await editor.found(f"{repo}a.nix")) == []
    assert "a whole" in await editor.hover(f"{repo}a.nix", editor.place(f"{repo}a.nix", "pkgs.linux", 6))


async def test_lines_that_end_as_on_windows_stay_so(editor: Editor, repo: str) -> None:
    text = '{ pkgs }:\r\n{\r\n  a = "${pkgs.linux}/lib/modules";\r\n}\r\n'
    (found,) = await editor.open(f"{repo}a.nix", text)
    safe = (await editor.actions(f"{repo}a.nix", found.range))[0]
    editor.apply(safe)
    now = editor.texts[editor.uri(f"{repo}a.nix")]
    assert now.count("\n") == now.count("\r\n")
    assert codes_of(await editor.found(f"{repo}a.nix")) == []


async def test_hover_tells_of_the_finding_and_of_the_value(editor: Editor, repo: str) -> None:
    await editor.open(f"{repo}a.nix", '{ kernel }: [ kernel.modDirVersion "${kernel}/lib/modules" ]\n')
    told = await editor.hover(f"{repo}a.nix", editor.place(f"{repo}a.nix", "kernel}"))
    assert told.startswith("**A path under lib/modules is read from the kernel itself**")
    assert "It depends on the command that reads the path." in told
    assert "What to write" not in told
    assert "`kernel` is `kernel`, a whole kernel (medium confidence)" in told
    assert "- `kernel.modDirVersion` shows that it is a kernel (line 1)" in told
    assert "path lib/modules: goes to" in told


async def test_hover_has_nothing_to_say_of_what_is_not_known(editor: Editor, repo: str) -> None:
    await editor.open(f"{repo}a.nix", "x: x\n")
    assert await editor.hover(f"{repo}a.nix", types.Position(0, 3)) == ""


async def test_scripts_are_checked_too(editor: Editor, repo: str) -> None:
    text = '#!/bin/sh\nk=$(nix build --print-out-paths nixpkgs#linux)\nls "$k/lib/modules"\n'
    assert codes_of(await editor.open(f"{repo}run.sh", text)) == ["command-line"]


async def test_the_configuration_is_read_again_when_it_changes(editor: Editor, repo: str, here: Path) -> None:
    assert codes_of(await editor.open(f"{repo}a.nix", BAD)) == ["modules-path"]
    (here / ".splitlint.toml").write_text('ignore = ["modules-path"]\n')
    await editor.becomes(f"{repo}a.nix", [])
    (here / ".splitlint.toml").write_text('exclude = ["b.nix"]\n')
    await editor.becomes(f"{repo}a.nix", ["modules-path"])
    assert codes_of(await editor.open(f"{repo}b.nix", BAD)) == []


async def test_a_configuration_that_is_wrong_is_shown_where_it_is(editor: Editor, repo: str, here: Path) -> None:
    (here / ".splitlint.toml").write_text('# what counts\nignored = ["vmlinux"]\n')
    editor.shown.clear()
    assert codes_of(await editor.open(f"{repo}a.nix", BAD)) == ["modules-path"]
    (wrong,) = await editor.becomes(f"{repo}.splitlint.toml", ["None"])
    assert wrong.range.start == types.Position(1, 0)
    assert "did you mean `ignore`?" in wrong.message
    await until(lambda: len(editor.shown) == 1)
    (here / ".splitlint.toml").write_text('ignore = ["vmlinux"]\n')
    await editor.becomes(f"{repo}.splitlint.toml", [])
    assert codes_of(await editor.found(f"{repo}a.nix")) == ["modules-path"]


async def test_a_wrong_configuration_that_is_deleted_is_wrong_no_longer(editor: Editor, repo: str, here: Path) -> None:
    (here / ".splitlint.toml").write_text('ignored = ["vmlinux"]\n')
    await editor.open(f"{repo}a.nix", BAD)
    await editor.becomes(f"{repo}.splitlint.toml", ["None"])
    (here / ".splitlint.toml").unlink()
    await editor.becomes(f"{repo}.splitlint.toml", [])


async def test_a_pyproject_of_something_else_is_not_blamed_for_the_configuration_above(
    editor: Editor, repo: str, here: Path
) -> None:
    (here / ".splitlint.toml").write_text('ignored = ["vmlinux"]\n')
    (here / "sub").mkdir()
    (here / "sub" / "pyproject.toml").write_text('[project]\nname = "x"\n')
    await editor.open(f"{repo}sub/a.nix", BAD)
    await editor.becomes(f"{repo}.splitlint.toml", ["None"])
    (here / ".splitlint.toml").write_text('ignore = ["vmlinux"]\n')
    await editor.becomes(f"{repo}.splitlint.toml", [])


async def test_what_a_baseline_knows_is_not_shown(editor: Editor, here: Path, repo: str) -> None:
    from splitlint.authoring.configured import load_rule_set
    from splitlint.checking.check import check_source
    from splitlint.config import Config
    from splitlint.files.source import Source
    from splitlint.findings import baseline

    rules, config = load_rule_set(Config())
    known = check_source(Source(f"{repo}a.nix", BAD.encode()), rules, config).findings
    (here / "old.json").write_text(baseline.render(known))
    (here / ".splitlint.toml").write_text('baseline = "old.json"\n')
    assert codes_of(await editor.open(f"{repo}a.nix", BAD)) == []
    editor.type(f"{repo}a.nix", BAD.replace("lib/modules", "lib/modules/1"))
    assert codes_of(await editor.found(f"{repo}a.nix")) == ["modules-path"]


async def test_a_file_that_is_not_on_disk_at_all_and_one_that_no_rule_is_for(editor: Editor, repo: str) -> None:
    assert codes_of(await editor.open(f"{repo}new/deep/a.nix", BAD)) == ["modules-path"]
    assert codes_of(await editor.open(f"{repo}x.bin", BAD)) == []
    assert codes_of(await editor.open(f"{repo}zero.nix", "{ a = 1;\0 }")) == []


async def test_a_request_that_is_cancelled_is_answered_and_the_next_one_too(editor: Editor, repo: str) -> None:
    await editor.open(f"{repo}a.nix", BAD)
    where = types.HoverParams(types.TextDocumentIdentifier(editor.uri(f"{repo}a.nix")), types.Position(0, 44))
    future = editor.client.protocol.send_request("textDocument/hover", where, msg_id="first")
    editor.client.cancel_request(types.CancelParams("first"))
    assert not future.done()
    assert "a whole kernel" in await editor.hover(f"{repo}a.nix", types.Position(0, 44))


async def test_no_file_brings_the_server_down(editor: Editor, repo: str) -> None:
    texts = ["[" * 200_000, "(" * 5_000 + BAD, '"' + "${" * 3_000, "\ufeff" + BAD, "\ud83d" + BAD]
    for number, text in enumerate(texts):
        await editor.open(f"{repo}{number}.nix", text)
    assert codes_of(await editor.open(f"{repo}good.nix", BAD)) == ["modules-path"]
    assert editor.logged == []


async def test_of_many_keystrokes_the_last_one_counts(editor: Editor, repo: str) -> None:
    many = "".join(f'  x{number} = "${{pkgs.linux}}/lib/modules";\n' for number in range(400))
    await editor.open(f"{repo}a.nix", "{ pkgs }: { }\n")
    for number in range(30):
        editor.type(f"{repo}a.nix", f"{{ pkgs }}: {{\n{many}  y = {number}; }}\n")
    editor.type(f"{repo}a.nix", BAD)
    assert codes_of(await editor.found(f"{repo}a.nix")) == ["modules-path"]


async def test_files_that_are_no_files_are_not_checked(editor: Editor, repo: str) -> None:
    document = types.TextDocumentItem("untitled:a.nix", "nix", 1, BAD)
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    assert codes_of(await editor.open(f"{repo}a.nix", BAD)) == ["modules-path"]
    assert "untitled:a.nix" not in editor.told
    where = types.HoverParams(types.TextDocumentIdentifier("untitled:a.nix"), types.Position(0, 20))
    assert await editor.client.text_document_hover_async(where) is None

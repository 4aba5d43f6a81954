"""With a real editor: Neovim, as Debian has it, with the settings in `editors/`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.tools import need

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = '{ pkgs, lib }: {\n  # 😀\n  x = "😀 ${pkgs.linux}/lib/modules";\n}\n'
#: It opens a file, waits for what is found, applies the fix that is preferred, and waits until nothing is found.
SCRIPT = """
local given = vim.fn.json_decode(vim.env.GIVEN)
vim.opt.runtimepath:prepend(given.settings)
package.path = given.settings .. "/?.lua;" .. package.path
vim.cmd("filetype on")
require("splitlint").setup({ cmd = given.cmd })
vim.cmd("edit " .. given.file)
if vim.bo.filetype ~= "nix" then vim.bo.filetype = "nix" end
local buffer = vim.api.nvim_get_current_buf()
local told = {}
local function found() return vim.diagnostic.get(buffer) end
told.waited = vim.wait(20000, function() return #found() > 0 end, 10)
told.first = vim.tbl_map(function(one)
  return { one.lnum, one.col, one.end_lnum, one.end_col, one.severity, one.source, one.message, one.code }
end, found())
local at = found()[1]
vim.api.nvim_win_set_cursor(0, { at.lnum + 1, at.col })
local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = {} }
local answers = vim.lsp.buf_request_sync(buffer, "textDocument/codeAction", params, 20000)
told.titles = {}
for id, answer in pairs(answers) do
  for _, action in ipairs(answer.result) do
    table.insert(told.titles, action.title)
    if action.isPreferred then
      vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(id).offset_encoding)
    end
  end
end
told.fixed = vim.wait(20000, function() return #found() == 0 end, 10)
told.text = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
vim.fn.writefile({ vim.fn.json_encode(told) }, given.out)
vim.cmd("qall!")
"""


def test_neovim_shows_a_finding_and_fixes_it(tmp_path: Path) -> None:
    neovim = need("nvim", "neovim")
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.nix").write_text(TEXT)
    (tmp_path / "run.lua").write_text(SCRIPT)
    given = {
        "settings": str(ROOT / "editors/neovim"),
        "cmd": [sys.executable, "-m", "splitlint", "lsp"],
        "file": str(tmp_path / "a.nix"),
        "out": str(tmp_path / "out.json"),
    }
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PYTHONPATH": str(ROOT),
        "GIVEN": json.dumps(given),
    }
    command = [neovim, "--headless", "--clean", "-n", "-c", f"luafile {tmp_path}/run.lua"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env=environment, stdin=subprocess.DEVNULL
    )
    assert (tmp_path / "out.json").exists(), done.stderr
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["waited"]
    (first,) = told["first"]
    # Neovim counts bytes in a line.
    line = TEXT.split("\n")[2].encode()
    start = line.index(b"pkgs.linux")
    assert first[:6] == [2, start, 2, start + len("pkgs.linux"), 1, "splitlint"]
    assert "`lib/modules`" in first[6]
    assert any(title.startswith("Ignore") for title in told["titles"])
    assert told["fixed"]
    fixed = "\n".join(told["text"]) + "\n"
    assert fixed == TEXT.replace("${pkgs.linux}", '${lib.getOutput "modules" pkgs.linux}')

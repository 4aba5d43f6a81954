"""The settings in `editors/` are what those editors read."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.tools import need

EDITORS = Path(__file__).resolve().parent.parent.parent / "editors"
#: What stands for the modules that VS Code has, and then starts and restarts the extension.
VSCODE = """
const Module = require("module");
const told = { commands: [], started: [], stopped: 0, errors: [] };
let fails = false;
const vscode = {
  workspace: {
    getConfiguration: () => ({ get: () => ["splitlint", "lsp"] }),
    onDidChangeConfiguration: (act) => { told.changed = act; return {}; },
  },
  commands: { registerCommand: (name, act) => { told.commands.push(name); told.restart = act; return {}; } },
  window: { showErrorMessage: (message) => told.errors.push(message) },
};
class LanguageClient {
  constructor(id, name, server, options) { this.given = { id, server, options }; }
  async start() { if (fails) throw new Error("spawn splitlint ENOENT"); told.started.push(this.given); }
  async stop() { told.stopped += 1; }
}
const load = Module._load;
Module._load = (name, ...rest) =>
  name === "vscode" ? vscode : name === "vscode-languageclient/node" ? { LanguageClient } : load(name, ...rest);
const extension = require(process.argv[2]);
(async () => {
  await extension.activate({ subscriptions: [] });
  await told.restart();
  await told.changed({ affectsConfiguration: (name) => name === "splitlint.command" });
  fails = true;
  await told.restart();
  await extension.deactivate();
  console.log(JSON.stringify(told));
})();
"""


def test_the_extension_for_vs_code_starts_the_server_and_says_if_it_cannot(tmp_path: Path) -> None:
    node = need("node", "nodejs")
    (tmp_path / "stand-in.js").write_text(VSCODE)
    command = [node, str(tmp_path / "stand-in.js"), str(EDITORS / "vscode/extension.js")]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    package = json.loads((EDITORS / "vscode/package.json").read_text())
    assert told["commands"] == [one["command"] for one in package["contributes"]["commands"]]
    assert len(told["started"]) == 3
    assert told["stopped"] == 3
    first = told["started"][0]
    assert first["server"] == {"command": "splitlint", "args": ["lsp"]}
    languages = [one["language"] for one in first["options"]["documentSelector"]]
    assert [f"onLanguage:{one}" for one in languages] == package["activationEvents"]
    (error,) = told["errors"]
    assert "pipx install 'splitlint[lsp]'" in error


def test_helix_is_told_of_a_server_that_it_uses() -> None:
    settings = tomllib.loads((EDITORS / "helix/languages.toml").read_text())
    server = settings["language-server"]["splitlint"]
    assert [server["command"], *server["args"]] == ["splitlint", "lsp"]
    assert all("splitlint" in one["language-servers"] for one in settings["language"])


#: It opens a file, has it checked as Flymake does, and prints where something was found.
EMACS = """
(let ((told nil))
  (find-file "a.nix")
  (setq splitlint-command (split-string (getenv "COMMAND")))
  (splitlint--flymake (lambda (found) (setq told (or found t))))
  (with-timeout (60) (while (not told) (accept-process-output nil 0.1)))
  (dolist (one (if (listp told) told))
    (princ (format "%s %s %s\n" (flymake-diagnostic-beg one) (flymake-diagnostic-type one)
                   (flymake-diagnostic-text one)))))
"""


def test_emacs_shows_what_is_found_through_flymake(tmp_path: Path) -> None:
    emacs = need("emacs", "emacs-nox")
    text = '# 😀\n{ pkgs }: "${pkgs.linux}/lib/modules"\n'
    (tmp_path / "a.nix").write_text(text)
    (tmp_path / "run.el").write_text(EMACS)
    command = [emacs, "--batch", "-Q", "-l", str(EDITORS / "emacs/splitlint.el"), "-l", "run.el"]
    paths = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(EDITORS.parent), "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)}
    environment = {**paths, "COMMAND": f"{sys.executable} -m splitlint"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment)
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"{text.index('pkgs.linux') + 1} :error error[modules-path] ")


def test_emacs_compiles_its_settings_without_a_warning(tmp_path: Path) -> None:
    emacs = need("emacs", "emacs-nox")
    copy = tmp_path / "splitlint.el"
    copy.write_text((EDITORS / "emacs/splitlint.el").read_text())
    strict = ["--eval", "(setq byte-compile-error-on-warn t)"]
    command = [emacs, "--batch", "-Q", *strict, "-f", "batch-byte-compile", str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

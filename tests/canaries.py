"""Repositories whose own configuration starts a program, wherever a configuration can: the program leaves a mark."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.scan_trees import run_git

BROKEN = '{ config }: "${config.boot.kernelPackages.kernel}/lib/modules"\n'
_HOOKS = (
    *("applypatch-msg", "fsmonitor-watchman", "post-checkout", "post-commit", "post-index-change", "post-merge"),
    *("post-rewrite", "pre-auto-gc", "pre-commit", "pre-push", "reference-transaction", "sendemail-validate"),
)
_ALIASES = ("cat-file", "check-ignore", "diff", "ls-files", "ls-tree", "merge-base", "rev-parse", "status")


class Canary:
    """A program that tells of itself, and whether it has."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "canary"
        self._mark = folder / "fired"
        self.program.write_text(f'#!/bin/sh\necho "$0 $*" >> "{self._mark}"\nexit 1\n')
        self.program.chmod(0o755)

    def heard(self) -> str:
        """What it has said since it was asked last."""
        if not self._mark.exists():
            return ""
        said = self._mark.read_text()
        self._mark.unlink()
        return said


def _repository(folder: Path) -> Path:
    """Two commits, a changed file, one that was only touched, and a new one: whatever can be asked about is there."""
    (folder / "sub").mkdir(parents=True)
    for name in ("a.nix", "b.nix", "sub/c.nix"):
        (folder / name).write_text(BROKEN)
    run_git(folder, "init", "-q")
    run_git(folder, "add", "-A")
    run_git(folder, "commit", "-qm", "first")
    (folder / "d.nix").write_text(BROKEN)
    run_git(folder, "add", "-A")
    run_git(folder, "commit", "-qm", "second")
    (folder / "a.nix").write_text(BROKEN + "# changed\n")
    (folder / "new.nix").write_text(BROKEN)
    os.utime(folder / "b.nix")
    return folder


def _settings(canary: Canary) -> dict[str, str]:
    """All settings by which git is told of a program."""
    program = str(canary.program)
    settings = {
        "core.fsmonitor": program,
        "core.sshCommand": program,
        "core.gitProxy": program,
        "core.askPass": program,
        "core.editor": program,
        "core.pager": program,
        "core.alternateRefsCommand": program,
        "core.untrackedCache": "true",
        "sequence.editor": program,
        "credential.helper": f"!{program}",
        "diff.external": program,
        "diff.x.command": program,
        "diff.x.textconv": program,
        "diff.x.cachetextconv": "true",
        "filter.x.clean": program,
        "filter.x.smudge": program,
        "filter.x.process": program,
        "filter.x.required": "true",
        "gpg.program": program,
        "gpg.ssh.program": program,
        "interactive.diffFilter": program,
        "log.showSignature": "true",
        "merge.x.driver": program,
        "mergetool.x.cmd": program,
        "submodule.recurse": "true",
        "trailer.x.command": program,
        "uploadpack.packObjectsHook": program,
        "web.browser": program,
        "browser.x.cmd": program,
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
        "remote.origin.url": f"ext::{program}",
        "remote.origin.uploadpack": program,
    }
    settings |= {f"alias.{name}": f"!{program}" for name in _ALIASES}
    return settings | {f"pager.{name}": program for name in _ALIASES}


def _write_settings(folder: Path, canary: Canary, *where: str) -> None:
    for name, value in _settings(canary).items():
        run_git(folder, "config", *where, name, value)


def _with_attributes(folder: Path) -> None:
    for path in (folder / ".gitattributes", folder / ".git/info/attributes"):
        path.write_text("* filter=x diff=x merge=x\n")


def settings(folder: Path, canary: Canary) -> Path:
    """In the repository's configuration."""
    _repository(folder)
    _write_settings(folder, canary)
    _with_attributes(folder)
    return folder


def included(folder: Path, canary: Canary) -> Path:
    """In files that the configuration includes."""
    _repository(folder)
    other = folder / ".git" / "more"
    for name, value in _settings(canary).items():
        run_git(folder, "config", "--file", str(other), name, value)
    run_git(folder, "config", "include.path", "more")
    run_git(folder, "config", f"includeIf.gitdir:{folder}/.path", str(other))
    _with_attributes(folder)
    return folder


def of_work_tree(folder: Path, canary: Canary) -> Path:
    """In the configuration of one work tree, which is a linked one."""
    top = _repository(folder.with_name("main"))
    run_git(top, "worktree", "add", "-q", str(folder))
    run_git(top, "config", "extensions.worktreeConfig", "true")
    _write_settings(folder, canary, "--worktree")
    (folder / "a.nix").write_text(BROKEN + "# changed\n")
    (folder / ".gitattributes").write_text("* filter=x diff=x merge=x\n")
    return folder


def hooks(folder: Path, canary: Canary) -> Path:
    """As hooks, in both places for them."""
    _repository(folder)
    (folder / ".git/hooks").mkdir(exist_ok=True)
    (folder / "hooks").mkdir()
    for name in _HOOKS:
        for place in (folder / ".git/hooks", folder / "hooks"):
            shutil.copy(canary.program, place / name)
    run_git(folder, "config", "core.hooksPath", str(folder / "hooks"))
    run_git(folder, "config", "core.fsmonitor", str(folder / "hooks/fsmonitor-watchman"))
    return folder


def promisor(folder: Path, canary: Canary) -> Path:
    """As the server from which objects are fetched that a partial clone has not got."""
    _repository(folder)
    run_git(folder, "config", "remote.o.url", f"ext::{canary.program}")
    run_git(folder, "config", "remote.o.promisor", "true")
    run_git(folder, "config", "remote.o.uploadpack", str(canary.program))
    run_git(folder, "config", "protocol.ext.allow", "always")
    run_git(folder, "config", "extensions.partialClone", "o")
    (folder / "b.nix").write_text(BROKEN + "# other\n")
    for name in ("HEAD:b.nix", "HEAD:sub", "HEAD~1"):
        blob = run_git(folder, "rev-parse", name)
        (folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    return folder


def promisor_by_ssh(folder: Path, canary: Canary) -> Path:
    """As the program that leads to such a server."""
    promisor(folder, canary)
    run_git(folder, "config", "remote.o.url", "ssh://example.invalid/repository")
    run_git(folder, "config", "core.sshCommand", str(canary.program))
    run_git(folder, "config", "protocol.ssh.allow", "always")
    return folder


def submodule(folder: Path, canary: Canary) -> Path:
    """In the configuration of a submodule."""
    inner = _repository(folder.with_name("inner"))
    _repository(folder)
    run_git(folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "module")
    run_git(folder, "commit", "-qam", "with a submodule")
    _write_settings(folder / "module", canary)
    (folder / "module/a.nix").write_text(BROKEN + "# changed\n")
    (folder / "module/.gitattributes").write_text("* filter=x diff=x\n")
    run_git(folder, "config", "submodule.module.update", f"!{canary.program}")
    run_git(folder, "config", "diff.ignoreSubmodules", "none")
    return folder


def alternates(folder: Path, canary: Canary) -> Path:
    """In a repository that the objects are borrowed from."""
    lender = settings(folder.with_name("lender"), canary)
    _repository(folder)
    (folder / ".git/objects/info/alternates").write_text(f"{lender}/.git/objects\n")
    run_git(folder, "config", "core.alternateRefsCommand", str(canary.program))
    return folder


def embedded(folder: Path, canary: Canary) -> Path:
    """In a bare repository that is committed in a folder, and so is in every clone."""
    evil = folder / "vendor/evil"
    for name in ("objects", "refs"):
        (evil / name).mkdir(parents=True)
        (evil / name / "keep").touch()
    (evil / "HEAD").write_text("ref: refs/heads/main\n")
    (evil / "config").write_text("[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\n")
    for name, value in _settings(canary).items():
        run_git(folder, "config", "--file", str(evil / "config"), name, value)
    (evil / "x.nix").write_text(BROKEN)
    return _repository(folder)


def embedded_without_git(folder: Path, canary: Canary) -> Path:
    """The same, in a tree that has no repository around it, as an archive has none."""
    embedded(folder, canary)
    shutil.rmtree(folder / ".git")
    return folder


def in_an_invalid_git_folder(folder: Path, canary: Canary) -> Path:
    """In a folder that is a bare repository, and has a `.git` that git passes over."""
    _repository(folder)
    for path in (folder / ".git").iterdir():
        shutil.move(path, folder / path.name)
    _write_settings_file(folder / "config", canary)
    run_git(folder, "config", "--file", "config", "core.bare", "false")
    return folder


def _write_settings_file(path: Path, canary: Canary) -> None:
    for name, value in _settings(canary).items():
        run_git(path.parent, "config", "--file", str(path), name, value)


def bare(folder: Path, canary: Canary) -> Path:
    """In a bare repository."""
    source = _repository(folder.with_name("source"))
    subprocess.run(["git", "clone", "-q", "--bare", str(source), str(folder)], check=True, capture_output=True)
    _write_settings_file(folder / "config", canary)
    return folder


#: Where the programs are planted.
PLANTS: tuple[Callable[[Path, Canary], Path], ...] = (
    settings,
    included,
    of_work_tree,
    hooks,
    promisor,
    promisor_by_ssh,
    submodule,
    alternates,
    embedded,
    embedded_without_git,
    in_an_invalid_git_folder,
)

"""Overrides of which the attributes stand in a file of their own, that says nothing of a kernel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from splitlint.cli.main import main

OVERLAY = """\
final: prev: {
  linux_tuned = prev.linux_latest.overrideAttrs (import ./flags.nix);
  linux_small = prev.linux_latest.overrideAttrs (import ./phase.nix { inherit (prev) lib; });
  hello = prev.hello.overrideAttrs (import ./other.nix);
}
"""
FLAGS = 'old: { KCFLAGS = "-O3"; }\n'
PHASE = """\
{ lib }:
old: {
  postInstall = (old.postInstall or "") + ''
    rm -r $out/lib/modules/*/kernel/sound
  '';
}
"""


def test_they_are_found_where_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {"overlay": OVERLAY, "flags": FLAGS, "phase": PHASE, "other": FLAGS}.items():
        Path(f"{name}.nix").write_text(text)
    main(["check", "--isolated", "--format", "json", "."])
    found = [(one["path"], one["rule"]) for one in json.loads(capsys.readouterr().out)["findings"]]
    assert found == [("flags.nix", "override-env"), ("phase.nix", "override-phase")]

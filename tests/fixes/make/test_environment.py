"""Attributes of an override that become variables of the build again: what is moved into `env`, and what is not."""

from __future__ import annotations

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import NIX
from splitlint.files.source import Source
from splitlint.findings.finding import Finding, Safety
from splitlint.fixes.apply.apply import fix_file
from tests.test_rules import RULE_SET
from tests.worlds import prove_all


def checked(text: bytes) -> tuple[Finding, ...]:
    return check_source(Source("a.nix", text, NIX), RULE_SET, Config()).findings


def fixed(text: str) -> str:
    """The text after `--fix --unsafe-fixes`; a second run must leave it alone and have nothing to say of `env`."""
    done = fix_file("a.nix", text.encode(), checked, Safety.UNSAFE)
    assert done.refused == {}
    new = done.data("a.nix", text.encode())
    assert fix_file("a.nix", new, checked, Safety.UNSAFE).changes == ()
    return new.decode()


HEAD = "{ lib, linux, extra, ... }: linux.overrideAttrs "
MOVED = {
    "a set becomes a function": (
        '{ dontStrip = true; LLVM = "1"; }',
        '(old: { dontStrip = true; env = (old.env or { }) // { LLVM = "1"; }; })',
    ),
    "a set in parentheses": ('({ LLVM = "1"; })', '(old: { env = (old.env or { }) // { LLVM = "1"; }; })'),
    "two variables": (
        '{ LLVM = "1"; KCFLAGS = "-O3"; }',
        '(old: { env = (old.env or { }) // { LLVM = "1"; KCFLAGS = "-O3"; }; })',
    ),
    "a function": ('(p: { LLVM = "1"; })', '(p: { env = (p.env or { }) // { LLVM = "1"; }; })'),
    "a function of the final attributes, too": (
        '(final: p: { LLVM = "1"; })',
        '(final: p: { env = (p.env or { }) // { LLVM = "1"; }; })',
    ),
    "a function that did not look": ('(_: { LLVM = "1"; })', '(old: { env = (old.env or { }) // { LLVM = "1"; }; })'),
    "a function that takes them apart": (
        '({ patches ? [ ], ... }: { LLVM = "1"; })',
        '({ env ? { }, patches ? [ ], ... }: { env = env // { LLVM = "1"; }; })',
    ),
    "a name for what is taken apart": (
        '({ patches ? [ ], ... }@o: { LLVM = "1"; })',
        '({ patches ? [ ], ... }@o: { env = (o.env or { }) // { LLVM = "1"; }; })',
    ),
    "a let inside": (
        '(old: let x = "1"; in { LLVM = x; })',
        '(old: let x = "1"; in { env = (old.env or { }) // { LLVM = x; }; })',
    ),
    "old is something else": (
        "{ LLVM = old.x; }",
        "(previousAttrs: { env = (previousAttrs.env or { }) // { LLVM = old.x; }; })",
    ),
    "an env with dots": (
        '(old: { env.A = "1"; LLVM = "1"; })',
        '(old: { env.A = "1"; env.LLVM = "1"; })',
    ),
    "an env by //": (
        '(old: { env = old.env // { A = "1"; }; LLVM = "1"; })',
        '(old: { env = old.env // { A = "1"; LLVM = "1"; }; })',
    ),
    "an env by a call": (
        '(old: { env = f old.env; LLVM = "1"; })',
        '(old: { env = f old.env // { LLVM = "1"; }; })',
    ),
    "an env by if": (
        '(old: { env = if extra then { } else old.env; LLVM = "1"; })',
        '(old: { env = (if extra then { } else old.env) // { LLVM = "1"; }; })',
    ),
    "an inherited env": (
        '(old: { inherit (old) env patches; LLVM = "1"; ARCH = "arm"; })',
        '(old: { inherit (old) patches; env = (old.env or { }) // { LLVM = "1"; ARCH = "arm"; }; })',
    ),
    "right of //": (
        '(old: { dontStrip = true; } // { LLVM = "1"; })',
        '(old: { dontStrip = true; } // { env = (old.env or { }) // { LLVM = "1"; }; })',
    ),
    "only if": (
        '(old: lib.optionalAttrs extra { LLVM = "1"; })',
        '(old: lib.optionalAttrs extra { env = (old.env or { }) // { LLVM = "1"; }; })',
    ),
    "a set with a condition": (
        '({ dontStrip = true; } // lib.optionalAttrs extra { LLVM = "1"; })',
        '(old: { dontStrip = true; } // lib.optionalAttrs extra { env = (old.env or { }) // { LLVM = "1"; }; })',
    ),
    "either": (
        '(old: if extra then { LLVM = "1"; } else { })',
        '(old: if extra then { env = (old.env or { }) // { LLVM = "1"; }; } else { })',
    ),
    "a list": (
        '(old: { KCFLAGS = [ "-O3" "-g" ]; })',
        '(old: { env = (old.env or { }) // { KCFLAGS = toString [ "-O3" "-g" ]; }; })',
    ),
    "a sum of lists": (
        '(old: { KCFLAGS = [ "-O3" ] ++ extra; })',
        '(old: { env = (old.env or { }) // { KCFLAGS = toString ([ "-O3" ] ++ extra); }; })',
    ),
    "a list if": (
        '(old: { KCFLAGS = lib.optional extra "-O3"; })',
        '(old: { env = (old.env or { }) // { KCFLAGS = toString (lib.optional extra "-O3"); }; })',
    ),
    "a remark": (
        '(old: { LLVM /* clang */ = "1" /* all */; })',
        '(old: { env = (old.env or { }) // { LLVM /* clang */ = "1" /* all */; }; })',
    ),
}

LEFT = {
    "its own old value": '(old: { KRUSTFLAGS = (old.KRUSTFLAGS or "") + "-C"; })',
    "another's old value": '(old: { KCFLAGS = "${old.KCPPFLAGS or ""} -O3"; })',
    "a question about the old value": '(old: { KCFLAGS = if old ? KCFLAGS then "" else "-O3"; })',
    "a reader": '(final: old: { LLVM = "1"; preBuild = "echo ${final.LLVM}"; })',
    "a reader by inherit": '(final: old: { LLVM = "1"; passthru = { inherit (final) LLVM; }; })',
    "a reader in a recursive set": '(old: rec { LLVM = "1"; preBuild = "echo ${LLVM}"; })',
    "a reader by name": '(old: { LLVM = "1"; passAsFile = [ "LLVM" ]; })',
    "an env to the left": '(old: { env.A = "1"; } // { LLVM = "1"; })',
    "an env to the right": '(old: { LLVM = "1"; } // lib.optionalAttrs extra { env.A = "1"; })',
    "variables on both sides": '(old: { LLVM = "1"; } // lib.optionalAttrs extra { KCFLAGS = "-O3"; })',
    "what nobody knows to the left": '(old: extra // { LLVM = "1"; })',
    "a path": "(old: { RUST_LIB_SRC = ./library; })",
    "nothing": "(old: { LLVM = null; })",
    "a formal in a recursive set": '({ patches ? [ ], ... }: rec { LLVM = "1"; })',
}


@pytest.mark.parametrize("name", MOVED)
def test_a_variable_is_moved(name: str) -> None:
    broken, wanted = MOVED[name]
    assert fixed(HEAD + broken) == HEAD + wanted


@pytest.mark.parametrize("name", LEFT)
def test_a_variable_is_left_to_a_human(name: str) -> None:
    text = HEAD + LEFT[name]
    kept = [one for one in checked(text.encode()) if one.rule == "override-env"]
    assert kept, "it is found"
    assert fixed(text) == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            '{ linux }: let tweak = o: { LLVM = "1"; }; in linux.overrideAttrs tweak',
            '{ linux }: let tweak = o: { env = (o.env or { }) // { LLVM = "1"; }; }; in linux.overrideAttrs tweak',
        ),
        (
            '{ linux }: let t = v: o: { LLVM = v; }; in linux.overrideAttrs (t "1")',
            '{ linux }: let t = v: o: { env = (o.env or { }) // { LLVM = v; }; }; in linux.overrideAttrs (t "1")',
        ),
        ('{ linux }: let f = v: { LLVM = v; }; in linux.overrideAttrs (old: f "1")', ""),
        ('{ lib, linux }: lib.overrideDerivation linux (old: { LLVM = "1"; })', ""),
        ('{ linux }: linux.overrideDerivation (old: { LLVM = "1"; })', ""),
    ],
)
def test_who_gets_the_old_attributes_is_known_by_value(text: str, wanted: str) -> None:
    assert fixed(text) == (wanted or text)


def test_what_is_moved_is_proved_by_nix() -> None:
    unknown = ("extra", " f ", "old.env ", "old.x", "env patches")
    pairs = {
        name: (HEAD + broken, HEAD + wanted)
        for name, (broken, wanted) in MOVED.items()
        if not any(word in broken for word in unknown)
    }
    assert len(pairs) > 12
    verdicts = dict(zip(pairs, prove_all(list(pairs.values())), strict=True))
    assert {name: verdict.reason for name, verdict in verdicts.items() if not verdict.proved} == {}

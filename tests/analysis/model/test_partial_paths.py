"""Globs on paths of which only a part is known."""

from __future__ import annotations

import time

import pytest

from splitlint.analysis.model import path_globs
from splitlint.analysis.model.partial_paths import Beside, Gap, Pieces, Real, below, parent, shown
from splitlint.analysis.model.path_fits import Fit, fits

X = Gap("x")


@pytest.mark.parametrize(
    ("path", "globs", "fit"),
    [
        (("/a/b/c",), ("**/b/c",), Fit.YES),
        (("/a/b/c",), ("b/c",), Fit.NO),
        (("a//b/./c",), ("a/b/c",), Fit.YES),
        (("a/x/../b",), ("a/b",), Fit.YES),
        (("a/vmlinuz-6",), ("a/vmlinu{x,z}*",), Fit.YES),
        (("a/b/c",), ("a/**", "!a/b/**"), Fit.NO),
        ((X, "/a/b"), ("**/a/b",), Fit.YES),
        (("a/", X), ("a/b",), Fit.MAYBE),
        (("a/", X), ("a/*",), Fit.YES),
        (("a/", X), ("a/**", "!a/b"), Fit.YES),
        ((X, "/b"), ("**/a/b",), Fit.NO),
        ((Gap("self.kernel_modules_dir"), "/b"), ("**/kernel-modules/b",), Fit.LIKELY),
        (("a/", Gap("kernel_image_name")), ("a/{bzImage,Image}",), Fit.LIKELY),
        ((X, "/", X), ("**/a/b",), Fit.NO),
        (("a/v-", X), ("a/v*",), Fit.YES),
        (("a/v-", X), ("a/w*",), Fit.NO),
        (("a/", Gap("n", options=("b", "c"))), ("a/b",), Fit.YES),
        (("a/", Gap("n", options=("d", "c"))), ("a/b",), Fit.NO),
        ((Beside(("/s/kernel",)), "/lib"), ("beside(**/kernel)/lib",), Fit.YES),
        ((Real(("/s/kernel",)), "/../lib"), ("beside(**/kernel)/lib",), Fit.YES),
        ((Beside((Gap("kernel"),)), "/lib"), ("beside(**/kernel)/lib",), Fit.LIKELY),
        ((Beside((Gap("__file__"),)), "/lib"), ("beside(**/kernel)/lib",), Fit.NO),
        ((Real(("/s/kernel",)), "/lib"), ("**/kernel/lib",), Fit.NO),
    ],
)
def test_fit(path: Pieces, globs: tuple[str, ...], fit: Fit) -> None:
    assert fits(path, globs) is fit


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        (("/a/b",), "/a"),
        (("/a/b/",), "/a"),
        (("/a",), "/"),
        ((X, "/b"), "{x}"),
        (("a/", X), "a"),
        ((X,), "dirname(realpath({x}))"),
        ((Real(("k",)),), "dirname(realpath(k))"),
        (("name",), "{..}"),
        ((), ""),
    ],
)
def test_parent(path: Pieces, folder: str) -> None:
    assert shown(parent(path)) == folder


def test_absolute_path_stands_for_itself() -> None:
    assert below(("a",), ("/b",)) == ("/b",)
    assert below(("a/",), ("b",)) == ("a/b",)


@pytest.mark.parametrize("glob", ["**/a/" * 8 + "b", "*a*a*a*a*a*a*b", "**/" * 9 + "b", "*/" * 9 + "**/*a*/b"])
@pytest.mark.parametrize("text", ["/a" * 2000, "a" * 4000, "/a" * 50_000])
def test_no_path_makes_a_glob_backtrack(glob: str, text: str) -> None:
    started = time.process_time()
    assert fits((text,), (glob, "!" + glob)) is Fit.NO
    assert path_globs.pattern(glob).fullmatch("/" + text[:4000].strip("/")) is None
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("", ["", "/"], ["/a"]),
        ("lib/modules", ["/lib/modules", "/lib/modules/"], ["/lib", "/lib/modules/x"]),
        ("lib/**", ["/lib", "/lib/a/b/"], ["/liba", ""]),
        ("**", ["", "/", "/a/b"], []),
        ("**/b", ["/b", "/a/b", "/a/a/b/"], ["/ab", "/b/a"]),
        ("a/**/b/**/c", ["/a/b/c", "/a/x/b/b/x/c"], ["/a/c/b"]),
        ("a/*/c", ["/a/b/c"], ["/a/c", "/a/b/b/c"]),
        ("v*i*z", ["/vmlinuz-iz", "/viz"], ["/vmluz", "/vi/z"]),
        ("a\\*", ["/a*"], ["/ab"]),
    ],
)
def test_a_glob_means_a_whole_path(glob: str, yes: list[str], no: list[str]) -> None:
    assert [path for path in yes if path_globs.pattern(glob).fullmatch(path) is None] == []
    assert [path for path in no if path_globs.pattern(glob).fullmatch(path) is not None] == []

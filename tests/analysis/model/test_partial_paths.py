"""Globs on paths of which only a part is known."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitlint.analysis.model import path_globs, paths
from splitlint.analysis.model.holes import Hole
from splitlint.analysis.model.partial_paths import below, parent
from splitlint.analysis.model.path_fits import Fit, fits
from splitlint.analysis.model.texts import flat, joined, shown
from splitlint.analysis.model.values import Beside, Content, Real

X = Hole("x")


@pytest.mark.parametrize(
    ("path", "globs", "fit"),
    [
        (("/a/b/c",), ("**/b/c",), Fit.YES),
        (("/a/b/c",), ("b/c",), Fit.NO),
        (("a//b/./c",), ("a/b/c",), Fit.YES),
        (("a/x/../b",), ("a/b",), Fit.YES),
        (("a/vmlinuz-6",), ("a/vmlinu{x,z}*",), Fit.YES),
        (("a/b/c",), ("a/**", "!a/b/**"), Fit.NO),
        (("a/b/c/d",), ("a/{b/c,x}/d",), Fit.YES),
        (("a/b/", X, "/d"), ("a/{b/c,x}/d",), Fit.MAYBE),
        (("v*",), ("v\\*",), Fit.YES),
        (("vx",), ("v\\*",), Fit.NO),
        ((X, "/a/b"), ("**/a/b",), Fit.YES),
        (("a/", X), ("a/b",), Fit.MAYBE),
        (("a/", X), ("a/*",), Fit.YES),
        (("a/", X), ("a/**", "!a/b"), Fit.YES),
        ((X, "/b"), ("**/a/b",), Fit.NO),
        ((Hole("self.kernel_modules_dir"), "/b"), ("**/kernel-modules/b",), Fit.LIKELY),
        (("a/", Hole("kernel_image_name")), ("a/{bzImage,Image}",), Fit.LIKELY),
        ((X, "/", X), ("**/a/b",), Fit.NO),
        (("a/v-", X), ("a/v*",), Fit.YES),
        (("a/v-", X), ("a/w*",), Fit.NO),
        (("a/", Hole("n", options=("b", "c"))), ("a/b",), Fit.YES),
        (("a/", Hole("n", options=("d", "c"))), ("a/b",), Fit.NO),
        ((Beside(joined("/s/kernel")), "/lib"), ("beside(**/kernel)/lib",), Fit.YES),
        ((Real(joined("/s/kernel")), "/../lib"), ("beside(**/kernel)/lib",), Fit.YES),
        ((Beside(joined(Hole("kernel"))), "/lib"), ("beside(**/kernel)/lib",), Fit.LIKELY),
        ((Beside(joined(Hole("__file__"))), "/lib"), ("beside(**/kernel)/lib",), Fit.NO),
        ((Real(joined("/s/kernel")), "/lib"), ("**/kernel/lib",), Fit.NO),
    ],
)
def test_fit(path: tuple[Content, ...], globs: tuple[str, ...], fit: Fit) -> None:
    assert fits(joined(*path), globs) is fit


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        (("/a/b",), "/a"),
        (("/a/b/",), "/a"),
        (("/a",), "/"),
        ((X, "/b"), "{x}"),
        (("a/", X), "a"),
        ((X,), "dirname(realpath({x}))"),
        ((Real(joined("k")),), "dirname(realpath(k))"),
        (("name",), "{..}"),
        ((), ""),
    ],
)
def test_parent(path: tuple[Content, ...], folder: str) -> None:
    assert shown(parent(joined(*path))) == folder


def test_absolute_path_stands_for_itself() -> None:
    assert below(joined("a"), joined("/b")) == joined("/b")
    assert below(joined("a/"), joined("b")) == joined("a/b")


_PARTS = st.sampled_from(["a", "b", "ab", "v-", "*", "{x}", X])
_NAMES = st.lists(_PARTS, min_size=1, max_size=2)
_WANTED = st.sampled_from(["a", "b", "*", "**", "v*", "{a,b/ab}", "*b", "\\*"])
_GLOBS = st.lists(_WANTED, min_size=1, max_size=4).map("/".join)


@settings(deadline=None)
@given(st.lists(_NAMES, max_size=5), _GLOBS, _GLOBS)
def test_a_path_surely_fits_where_it_fits_whatever_is_not_known(
    names: list[list[Content]], glob: str, other: str
) -> None:
    path = joined(*(content for name in names for content in ("/", *name)))
    globs = (glob, "!" + other)
    assert (fits(path, globs) is Fit.YES) is paths.matches(flat(path), globs)


@pytest.mark.parametrize("glob", ["**/a/" * 8 + "b", "*a*a*a*a*a*a*b", "**/" * 9 + "b", "*/" * 9 + "**/*a*/b"])
@pytest.mark.parametrize("text", ["/a" * 2000, "a" * 4000, "/a" * 50_000])
def test_no_path_makes_a_glob_backtrack(glob: str, text: str) -> None:
    started = time.process_time()
    assert fits(joined(text), (glob, "!" + glob)) is Fit.NO
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

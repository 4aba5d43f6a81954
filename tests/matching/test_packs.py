"""Packs: what a folder's `pack.toml` says becomes the world that the evaluator knows."""

from __future__ import annotations

from typing import Any

import pytest

from splitlint.analysis.model.homes import Home
from splitlint.analysis.model.values import Package, PackageSet, Tree
from splitlint.matching.packs import world_of
from splitlint.rulebook.rule import Pack, RuleError

LIBFOO: dict[str, Any] = {
    "noun": "libfoo",
    "roots": ["pkgs.libfoo", "pkgs.libfoo_*"],
    "sets": ["pkgs.fooPackages"],
    "member": "libfoo",
    "outputs": ["out", "data"],
    "moved": {"share/**": "data"},
}


def pack(**data: Any) -> Pack:
    return Pack("foo", "Foo's data moved", "26.05", "", data, "foo/pack.toml")


def test_another_split_is_another_pack_and_no_new_engine() -> None:
    world = world_of(
        [pack(families={"foo": LIBFOO}, places={"store": ["config.foo.store"]}, read_back={"pkgs.f": ["a"]})]
    )
    assert world.shape_of(("pkgs", "libfoo_2")) == Package("foo", root="pkgs.libfoo_2")
    assert world.shape_of(("pkgs", "fooPackages")) == PackageSet("foo", "pkgs.fooPackages")
    assert world.shape_of(("config", "foo", "store")) == Tree("store")
    assert world.families[0].output_of("/share/doc/x") == "data"
    assert world.families[0].output_of("/bin/x") == "out"
    assert world.read_back == {"pkgs.f": ("a",)}
    assert world.families[0].moved == {"share/**": Home("data", left="out", since="26.05")}


def test_several_packs_share_a_world() -> None:
    bar = Pack("bar", "", "", "", {"families": {"bar": {"roots": ["pkgs.bar"]}}}, "bar/pack.toml")
    world = world_of([pack(families={"foo": LIBFOO}), bar])
    assert [family.name for family in world.families] == ["foo", "bar"]
    assert world.shape_of(("pkgs", "bar")) == Package("bar", root="pkgs.bar")


def test_a_family_that_says_little() -> None:
    (family,) = world_of([pack(families={"foo": {}})]).families
    assert (family.noun, family.outputs, family.member, family.roots) == ("foo", ("out",), "", ())


def test_no_packs_no_world() -> None:
    assert world_of([]).families == ()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"families": 1}, "[families.NAME] are tables"),
        ({"families": {"foo": 1}}, "[families.NAME] are tables"),
        ({"families": {"foo": {"roots": "pkgs.libfoo"}}}, "families.foo.roots is a list of strings"),
        ({"families": {"foo": {"outputs": ["out", 1]}}}, "families.foo.outputs is a list of strings"),
        ({"families": {"foo": {"moved": ["share"]}}}, "[families.foo.moved] is a table"),
        ({"families": {"foo": {"maker_files": {"x": 1}}}}, "[families.foo.maker_files] is a table of strings"),
        ({"places": ["store"]}, "[places] is a table of lists of strings"),
        ({"places": {"store": "config.foo"}}, "[places] is a table of lists of strings"),
        ({"read_back": {"pkgs.f": 1}}, "[read_back] is a table of lists of strings"),
        ({"texts": {"a": 1}}, "[texts] is a table of strings"),
    ],
)
def test_what_a_pack_cannot_mean(data: dict[str, Any], message: str) -> None:
    with pytest.raises(RuleError) as error:
        world_of([pack(**data)])
    assert str(error.value) == f"foo/pack.toml: {message}"

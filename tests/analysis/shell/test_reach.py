"""Links and copies that a script makes of what it is given, and looks into by their names."""

from __future__ import annotations

import pytest

from tests.shell_scripts import KERNEL, meaning, shown


def reached(script: str) -> list[str]:
    """The paths in the kernel that words name which do not say so."""
    return [shown(use.path) for use in meaning(script).uses() if use.reached and use.value.shape == KERNEL.shape]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("ln -s ${kernel} k; ls k/lib", id="ln -s"),
        pytest.param("ln --symbolic -f ${kernel} ./k; ls k/lib", id="long, with a dot"),
        pytest.param("ln -sfn ${kernel} $out/k; ls $out/k/lib", id="in a folder that is not known"),
        pytest.param('d=$(mktemp -d); ln -s ${kernel} "$d/k"; ls $d/k/lib', id="in a temporary folder"),
        pytest.param("ln -s ${kernel} k; cd k; ls lib", id="and gone into"),
        pytest.param("mkdir x; cd x; ln -s ${kernel} k; ls k/lib", id="beside"),
        pytest.param("ln -s ${kernel} a; ln -s a b; ls b/lib", id="a link to a link"),
        pytest.param("ln -s ${kernel} k; f() { ls k/lib; }; f", id="in a function"),
        pytest.param("K=${kernel}; ln -s $K k; ls k/lib", id="through a variable"),
        pytest.param("cp -r ${kernel} k; ls k/lib", id="a copy"),
        pytest.param("mount --bind ${kernel} /mnt; ls /mnt/lib", id="a mount"),
        pytest.param("mount -o ro,bind ${kernel} /mnt; ls /mnt/lib", id="a mount with options"),
        pytest.param("ln -s ${kernel} k; for x in k/lib; do :; done", id="in a loop"),
    ],
)
def test_a_path_through_a_link_is_one_in_what_it_leads_to(script: str) -> None:
    assert "/lib" in reached(script)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("ls k/lib; ln -s ${kernel} k", id="before it is made"),
        pytest.param("ln -s ${kernel} k; ls x/k/lib k2/lib", id="other names"),
        pytest.param("ln -s ${kernel} $a/k; ls $b/k/lib", id="in another folder"),
        pytest.param("ln -s ${kernel} k; cd x; ls k/lib", id="from another folder"),
        pytest.param("mkdir k; ln -s ${kernel} k; ls k/lib", id="in a folder of that name"),
        pytest.param("ln -s ${kernel} k/; ls k/lib", id="in a folder"),
        pytest.param("ln ${kernel} k; ls k/lib", id="a hard link"),
        pytest.param("ln -s ${kernel} ${kernel.dev} k; ls k/lib", id="several"),
        pytest.param("cp ${kernel} k; ls k/lib", id="no copy of a folder"),
        pytest.param("cp -r ${kernel}/dtbs k; ls k/lib", id="a copy of a part"),
        pytest.param("cp -r ${kernel} k; mkdir k/lib; ls k/lib", id="a copy to which something is added"),
        pytest.param("cp -r ${kernel} k; cp -r ${modules}/lib k/; ls k/lib", id="a copy with the other output"),
        pytest.param("cp -r x k; cp -r ${kernel} k; ls k/lib", id="a copy into what is there"),
        pytest.param("ln -s ${modules} k; ls k/lib", id="another output"),
    ],
)
def test_what_is_no_path_through_a_link(script: str) -> None:
    assert "/lib" not in reached(script)


def test_a_link_that_is_used_whole() -> None:
    (use,) = (use for use in meaning("ln -s ${kernel} k; depmod -b k 6.12").uses() if use.reached)
    assert use.command is not None
    assert (use.command.name, shown(use.path)) == ("depmod", "")


def test_links_that_lead_in_circles_end() -> None:
    assert reached("ln -s a b; ln -s b a; ls a/lib") == []
    assert "/lib" in reached("ln -s ${kernel} k; ln -s k k; ls k/lib")

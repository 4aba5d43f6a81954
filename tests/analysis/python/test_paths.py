"""Paths that Python code puts together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitlint.analysis.model.holes import Hole
from splitlint.analysis.model.path_fits import Fit
from splitlint.analysis.model.texts import shown
from splitlint.analysis.python.paths import matching, path_uses
from splitlint.analysis.python.python_path import COMMAND, COMPARED, MESSAGE, PythonPath
from splitlint.files.languages import NIX, PYTHON
from splitlint.files.source import Source
from splitlint.syntax.embedded import text_of_file
from splitlint.syntax.python import Unparsed
from tests.nix_strings import script_in

IMAGE = ("**/kernel-modules/{bzImage,Image,zImage,vmlinuz*,System.map,dtbs}", "**/kernel-modules/dtbs/**")
BESIDE = ("beside(**/{kernel,bzImage})/lib/modules/**",)


def uses(code: str) -> tuple[PythonPath, ...]:
    found = path_uses(text_of_file(Source("x.py", code.encode(), PYTHON)))
    assert not isinstance(found, Unparsed)
    return found


def paths(code: str) -> list[str]:
    return [shown(use.path) for use in uses(code)]


def images(code: str) -> list[str]:
    return [code.encode()[use.start : use.end].decode() for use, _ in matching(uses(code), IMAGE)]


def besides(code: str) -> list[str]:
    return [shown(use.path) for use, _ in matching(uses(code), BESIDE)]


@pytest.mark.parametrize(
    "expression",
    [
        '"/run/booted-system/kernel-modules/bzImage"',
        'f"{generation}/kernel-modules/bzImage"',
        '"%s/kernel-modules/bzImage" % generation',
        '"%s/%s/%s" % (generation, "kernel-modules", "Image")',
        '"{}/kernel-modules/{name}".format(generation, name="Image")',
        'generation + "/kernel-modules/" + "Image"',
        'os.path.join(generation, "kernel-modules", "bzImage")',
        'Path(generation) / "kernel-modules" / "bzImage"',
        'Path(generation).joinpath("kernel-modules", "System.map")',
        'Path(generation, "kernel-modules/dtbs/a.dtb")',
        '"/".join([generation, "kernel-modules", "Image"])',
        '(Path(generation) / "kernel-modules" / "x").with_name("Image")',
        '"kernel-" "modules/Image"',
        'f"{generation}/kernel-modules/vmlinuz-{version}"',
    ],
)
def test_image_in_the_module_tree_is_seen_in_every_way_to_write_it(expression: str) -> None:
    assert images(f"open({expression})\n") == [expression]


@pytest.mark.parametrize(
    "expression",
    [
        '"/run/booted-system/kernel-modules/lib/modules"',
        '"/run/booted-system/kernel"',
        '"/src/open-gpu-kernel-modules/bzImage"',
        'os.path.join(generation, "kernel-modules", "lib", "modules", version)',
        'Path(generation) / "kernel-modules" / "uio.ko"',
        'modules / "bzImage"',
        'f"{a}/{b}"',
        '["kernel", "kernel-modules", "bzImage"]',
    ],
)
def test_other_paths_are_left_alone(expression: str) -> None:
    assert images(f"open({expression})\n") == []


def test_variables_constants_and_attributes_are_followed() -> None:
    code = """
MODULES = "kernel-modules"
class Builder:
    def __init__(self, top):
        self.tree = top / MODULES
    def image(self, arch):
        name = "bzImage" if arch == "x86_64" else "Image"
        return self.tree / name
"""
    assert images(code) == ["self.tree / name"]
    assert {"{top}/kernel-modules/bzImage", "{top}/kernel-modules/Image"} <= set(paths(code))


def test_last_assignment_counts_and_branches_are_alternatives() -> None:
    code = 'd = "a"\nd = "b"\nif x:\n    d = "c"\np = d + "/kernel"\n'
    assert [path for path in paths(code) if path.endswith("kernel")] == ["c/kernel", "b/kernel"]


def test_growing_variable_is_put_together() -> None:
    assert images('p = top\np /= "kernel-modules"\nopen(p / "Image")\n') == ['p / "Image"']
    assert images('p = "kernel-modules"\np += "/Image"\nopen(p)\n') == ["p"]


def test_loop_over_names_is_followed() -> None:
    assert images('for n in ("bzImage", "Image"):\n    open(f"kernel-modules/{n}")\n') == ['f"kernel-modules/{n}"']


def test_unknown_last_name_may_be_the_image() -> None:
    ((use, fit),) = matching(uses('x = f"{g}/kernel-modules/{x}"\n'), IMAGE)
    assert fit is Fit.MAYBE
    assert use.path.parts[-1].content == Hole("x")


def test_same_fault_is_found_once_where_it_arises() -> None:
    code = 'modules = top + "/kernel-modules/dtbs"\ncopy(modules + "/a.dtb")\n'
    assert images(code) == ['top + "/kernel-modules/dtbs"']


@pytest.mark.parametrize(
    "code",
    [
        'd = os.path.dirname(os.path.realpath("%s/kernel" % g))\nm = glob.glob("%s/lib/modules/*" % d)[0]\n',
        'import os.path as p\nm = os.listdir(p.join(p.dirname(os.readlink(g + "/kernel")), "lib", "modules"))\n',
        'm = Path(f"{g}/kernel").resolve().parent / "lib/modules"\n',
        'm = next(Path(f"{g}/kernel").resolve().parent.glob("lib/modules/*"))\n',
        'm = os.path.realpath(g + "/kernel") + "/../lib/modules"\n',
        'def real(*, name):\n    return os.path.realpath(g + "/" + name)\n'
        'm = os.path.dirname(real(name="kernel")) + "/lib/modules"\n',
        "def version(kernel):\n"
        "    return os.listdir(os.path.join(os.path.dirname(os.readlink(kernel)), 'lib/modules'))\n",
    ],
    ids=["systemd-boot", "aliased", "pathlib", "glob", "dot-dot", "function", "parameter"],
)
def test_modules_beside_the_kernel_image_are_seen(code: str) -> None:
    assert len(besides(code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        'm = os.path.join(os.path.dirname(os.path.realpath(__file__)), "lib/modules")\n',
        'm = os.path.join(os.path.dirname(g + "/kernel"), "lib/modules")\n',
        'm = Path("/run/booted-system/kernel-modules").resolve() / "lib/modules"\n',
    ],
    ids=["own-folder", "no-link-followed", "module-tree"],
)
def test_modules_beside_other_things_are_left_alone(code: str) -> None:
    assert besides(code) == []


def test_fixture_that_writes_the_image_is_said_to_write() -> None:
    code = """
(gen / "kernel-modules" / "bzImage").touch()
open(gen / "kernel-modules/Image", "w")
shutil.copy("kernel-modules/zImage", "kernel-modules/System.map")
machine.succeed("mkdir -p g/kernel-modules && touch g/kernel-modules/bzImage")
open("kernel-modules/dtbs")
"""
    written = {code.encode()[u.start : u.end].decode(): u.writes for u, _ in matching(uses(code), IMAGE)}
    assert written == {
        'gen / "kernel-modules" / "bzImage"': True,
        'gen / "kernel-modules/Image"': True,
        '"kernel-modules/zImage"': False,
        '"kernel-modules/System.map"': True,
        "g/kernel-modules/bzImage": True,
        '"kernel-modules/dtbs"': False,
    }


def test_word_of_a_command_is_underlined_alone() -> None:
    code = 'machine.succeed(f"kexec -l {top}/kernel-modules/bzImage --initrd=/é; true")\n'
    ((use, fit),) = matching(uses(code), IMAGE)
    assert code.encode()[use.start : use.end] == b"{top}/kernel-modules/bzImage"
    assert (use.use, use.function, fit) == (COMMAND, "machine.succeed", Fit.YES)


def test_text_for_people_docstrings_and_regexes_are_no_finding() -> None:
    code = '''
"""The image was in kernel-modules/bzImage."""
print("no kernel-modules/bzImage")
log.warning("kernel-modules/bzImage")
parser.add_argument("--image", help="kernel-modules/bzImage")
re.compile("kernel-modules/bzImage")
raise RuntimeError("kernel-modules/bzImage")
# kernel-modules/bzImage
'''
    assert images(code) == []
    assert {use.use for use in uses(code) if "bzImage" in shown(use.path)} == {MESSAGE}


def test_compared_text_says_so() -> None:
    (use,) = [use for use in uses('if path.endswith("kernel-modules/bzImage"): pass\n') if use.path]
    assert use.use == COMPARED


def test_expected_value_of_a_test_is_a_path() -> None:
    assert images('assert spec.kernel == gen / "kernel-modules/bzImage"\n') == ['gen / "kernel-modules/bzImage"']


def test_environment_and_nix_marks_are_named() -> None:
    assert paths('open(os.environ["TOP"] + "/kernel-modules/Image")\n') == ["{TOP}/kernel-modules/Image"]
    assert paths('open("@efi@/kernel")\n') == ["{efi}/kernel"]


def test_functions_that_call_each_other_end() -> None:
    code = (
        "def a(x):\n    return b(x) + '/p'\ndef b(x):\n    return a(x) + '/q'\ny = a('z') + '/kernel'\nz = z + '/z'\n"
    )
    assert any(path.endswith("/kernel") for path in paths(code))


def test_python_in_a_nix_string_maps_back_to_the_file() -> None:
    data = b"""{ testScript = ''
  top = "${config.system.build.toplevel}"
  machine.succeed(f"kexec -l {top}/kernel-modules/bzImage ''${x}")
  open("${a}/kernel-modules/Image")
''; }"""
    script, interpolations = script_in(Source("x.nix", data, NIX), is_shell=False)
    found = path_uses(script)
    assert not isinstance(found, Unparsed)
    (first, _), (second, _) = matching(found, IMAGE)
    assert data[first.start : first.end] == b"{top}/kernel-modules/bzImage"
    assert data[second.start : second.end] == b'"${a}/kernel-modules/Image"'
    holes = [use.path.parts[0].content for use in (first, second)]
    sources = [hole.source for hole in holes if isinstance(hole, Hole)]
    assert [interpolations[hole] for hole in sources if isinstance(hole, int)] == [
        "${config.system.build.toplevel}",
        "${a}",
    ]


_PIECES = st.sampled_from(
    ["x", " = ", '"a/b"', 'f"{x}/c"', " % ", " / ", "(", ")", "Path", ".parent", ".format(x)", "\n", "os.path.join",
     "def f(x): return ", "for x in ", ": ", "x += ", "[0]", "'''", "\\", "{", "é", "f(x)", ".resolve()", " if x else ",
     ", "]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=25).map("".join))
def test_any_code_gives_paths_inside_the_file_or_a_reason(code: str) -> None:
    found = path_uses(text_of_file(Source("x.py", code.encode(), PYTHON)))
    if isinstance(found, Unparsed):
        return
    for use in found:
        assert 0 <= use.start < use.end <= len(code.encode())

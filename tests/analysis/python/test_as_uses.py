"""Python in Nix strings: what it does with the packages that are put into it."""

from __future__ import annotations

import pytest

from splitlint.analysis.model.uses import Command, Program, Use
from splitlint.analysis.model.values import Package
from tests.asking import analysed


def uses(python: str) -> list[Use]:
    """The uses of the whole kernel in a test's script."""
    file = analysed(f"{{ pkgs }}: {{ testScript = ''\n{python}\n''; }}")
    return [
        use
        for use in file.uses
        if isinstance(use.sink, Program | Command)
        and isinstance(use.value.shape, Package)
        and use.value.shape.output is None
    ]


def paths(python: str) -> list[tuple[str, str]]:
    """The paths below the kernel, and how it comes there."""
    return [(use.path, use.way) for use in uses(python) if isinstance(use.sink, Program)]


@pytest.mark.parametrize(
    "expression",
    [
        'open("${pkgs.linux}/lib/x")',
        'open("${pkgs.linux}" + "/lib/x")',
        'os.path.join("${pkgs.linux}", "lib", "x")',
        'Path("${pkgs.linux}") / "lib" / "x"',
        'Path("${pkgs.linux}").joinpath("lib/x")',
        'Path("${pkgs.linux}", "lib/x").resolve()',
        '"%s/lib/x" % "${pkgs.linux}"',
        '"{}/lib/x".format("${pkgs.linux}")',
        'f"{"${pkgs.linux}"}/lib/x"',
        'print(glob.glob("${pkgs.linux}/lib/x"))',
        'print("${pkgs.linux}/lib/x")',
        'run_it("look at ${pkgs.linux}/lib/x now")',
        'x.startswith("${pkgs.linux}/lib/x")',
    ],
)
def test_a_path_that_is_put_together_around_an_interpolation(expression: str) -> None:
    assert paths(f"x = {expression}") == [("/lib/x", "direct")]


@pytest.mark.parametrize(
    "python",
    [
        'k = "${pkgs.linux}"\nopen(k + "/lib/x")',
        'k = Path("${pkgs.linux}")\nopen(k / "lib" / "x")',
        'K = "${pkgs.linux}"\ndef f():\n    return f"{K}/lib/x"',
        'k = os.path.realpath("${pkgs.linux}")\nopen("%s/lib/x" % k)',
        'k = Path("${pkgs.linux}/bzImage").resolve().parent\nopen(k / "lib/x")',
        'for k in ("${pkgs.linux}", "/x"):\n    open(f"{k}/lib/x")',
        'class C:\n    k = "${pkgs.linux}"\n    def f(self):\n        return self.k + "/lib/x"',
    ],
)
def test_a_path_below_a_variable(python: str) -> None:
    assert ("/lib/x", "variable") in paths(python)


def test_a_path_below_a_variable_is_told_where_the_value_is_written() -> None:
    code = "{ pkgs }: { testScript = ''\nk = \"${pkgs.linux}\"\nopen(k + \"/lib/x\")\n''; }"
    (use,) = (use for use in analysed(code).uses if use.path == "/lib/x")
    assert code[use.place.start : use.place.end] == "pkgs.linux"
    assert use.span is not None
    assert code[use.span.start : use.span.end] == 'k + "/lib/x"'
    assert use.variable == "k"


def test_what_a_variable_brings_along_is_told_from_what_is_added() -> None:
    found = uses('k = "${pkgs.linux}/lib"\nopen(k + "/x")')
    assert ("/lib/x", "/lib") in [(use.path, use.carried) for use in found]


@pytest.mark.parametrize(
    "python",
    [
        "# ${pkgs.linux}/lib/x",
        "x = 1  # ${pkgs.linux}/lib/x",
        '"""What is in ${pkgs.linux}/lib/x."""',
        'raise RuntimeError("no ${pkgs.linux}/lib/x")',
        'print("there is no ${pkgs.linux}/lib/x")',
        'log.info("${pkgs.linux}/lib/x")',
        "x = (",
    ],
)
def test_comments_docstrings_and_messages_use_nothing(python: str) -> None:
    assert paths(python) == []


def commands(python: str) -> list[tuple[str, str, str]]:
    """The commands that get the kernel: their name, the word before, the path below it."""
    return [(use.sink.name, use.sink.before, use.path) for use in uses(python) if isinstance(use.sink, Command)]


@pytest.mark.parametrize(
    "python",
    [
        'machine.succeed("modinfo -b ${pkgs.linux} x")',
        'machine.succeed("""\n  modinfo -b ${pkgs.linux} x\n""")',
        'machine.wait_until_succeeds("modinfo -b " + "${pkgs.linux}" + " x")',
        'machine.succeed("true", "modinfo -b ${pkgs.linux} x")',
        'machine.execute(f"modinfo -b {"${pkgs.linux}"} x")',
        'k = "${pkgs.linux}"\nmachine.fail(f"modinfo -b {k} x")',
        'k = "${pkgs.linux}"\nmachine.succeed("modinfo -b {} x".format(k))',
        'k = "${pkgs.linux}"\nmachine.succeed("modinfo -b %s x" % k)',
        'c = "modinfo -b ${pkgs.linux} x"\nmachine.succeed(c)',
        "machine.succeed(\"sh -c 'modinfo -b ${pkgs.linux} x'\")",
        'machine.succeed("true && (cd /; modinfo -b ${pkgs.linux} x) | cat")',
        'os.system("modinfo -b ${pkgs.linux} x")',
        'subprocess.run("modinfo -b ${pkgs.linux} x", shell=True)',
        'subprocess.run(["modinfo", "-b", "${pkgs.linux}", "x y"], check=True)',
        'subprocess.check_output(args=("modinfo", "-b", "${pkgs.linux}"))',
        'k = Path("${pkgs.linux}")\nsubprocess.run(["modinfo", "-b", str(k)])',
    ],
)
def test_a_command_that_is_run_is_a_script(python: str) -> None:
    assert ("modinfo", "-b", "") in commands(python)


@pytest.mark.parametrize(
    "python",
    [
        'x = "modinfo -b ${pkgs.linux} x"',
        'machine.succeed("# modinfo -b ${pkgs.linux} x")',
        'machine.log("modinfo -b ${pkgs.linux} x")',
        'machine.wait_for_unit("x", "modinfo -b ${pkgs.linux} x")',
    ],
)
def test_what_is_not_run_is_none(python: str) -> None:
    assert commands(python) == []


def test_a_command_knows_its_places_in_spite_of_escapes() -> None:
    code = "{ pkgs }: { testScript = ''\nmachine.succeed(\"echo ''$x \\\"é\\\" && cd ${pkgs.linux} && ls lib\")\n''; }"
    (use,) = (use for use in analysed(code).uses if use.path == "/lib")
    assert use.span is not None
    data = code.encode()
    assert data[use.place.start : use.place.end] == b"pkgs.linux"
    assert data[use.span.start : use.span.end] == b"lib"


def test_variables_that_double_at_each_line_end() -> None:
    lines = ['a0 = "${pkgs.linux}"', *(f"a{number + 1} = a{number} + a{number}" for number in range(40))]
    assert len(uses("\n".join([*lines, 'open(a40 + "/lib")']))) < 1000

"""The cost of a file grows as the file does: four times as much of the same takes about four times as long."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from splitlint.checking.check import check_source
from splitlint.config import Config
from splitlint.files.languages import NIX, PYTHON, SHELL, TEXT
from splitlint.files.source import Source
from tests.asking import RULE_SET

KERNEL = "${config.boot.kernelPackages.kernel}"
LINUX = "${pkgs.linux}"
LANGUAGES = {"a.nix": NIX, "a.sh": SHELL, "a.yml": TEXT, "a.py": PYTHON}
FEW = 150
#: Twice what it should be; of something quadratic it is sixteen.
MOST = 8


Text = Callable[[int], str]


def lines(head: str, line: Callable[[int], str], tail: str) -> Text:
    return lambda count: head + "".join(line(number) for number in range(count)) + tail


def nix(head: str, line: Callable[[int], str], tail: str) -> tuple[str, Text]:
    return "a.nix", lines(head, line, tail)


PATH = f"{LINUX}/lib/modules"
FILES = {
    "one set": nix("{ config }: {\n", lambda n: f'  a{n} = "{KERNEL}/lib/modules";\n', "}\n"),
    "a let with a name for the package": nix(
        "{ pkgs }: let k = pkgs.linux;\n", lambda n: f'  a{n} = "${{k}}/lib/modules";\n', "in { inherit k; }\n"
    ),
    "a let with many functions": nix(
        "{ pkgs }: let\n", lambda n: f'  f{n} = {{ kernel }}: "${{kernel}}/lib/modules";\n', "in { }\n"
    ),
    "a variable of Python that is bound anew": nix(
        f'{{ pkgs }}: pkgs.writers.writePython3 "x" {{ }} \'\'\n  x = "{LINUX}"\n',
        lambda n: "  if y:\n      x = x + '/a'\n  else:\n      x = x + '/b'\n",
        "  print(x + '/lib/modules')\n''",
    ),
    "comments that ignore it": nix(
        "{ config }: {\n",
        lambda n: f'  a{n} = "{KERNEL}/lib/modules"; # splitlint: ignore[modules-path] x\n',
        "}\n",
    ),
    "comments that ignore nothing": nix(
        "{ config }: {\n",
        lambda n: f"  a{n} = {n}; # splitlint: ignore[modules-path] x\n",
        f'b = "{KERNEL}/lib/modules"; }}\n',
    ),
    "comments above scripts": nix(
        "{ config }: {\n",
        lambda n: f"  # splitlint: ignore[modules-path] x\n  a{n} = ''\n    cp {KERNEL}/lib/modules x\n  '';\n",
        "}\n",
    ),
    "comments behind scripts": nix(
        "{ config }: {\n",
        lambda n: f"  a{n} = ''\n    cp {KERNEL}/lib/modules x\n  ''; # splitlint: ignore[modules-path] x\n",
        "}\n",
    ),
    "variables of one script": nix(
        "{ pkgs, runCommand }: runCommand \"x\" { } ''\n",
        lambda n: f"  K{n}={LINUX}\n  cp -r $K{n}/lib/modules $out\n",
        "''\n",
    ),
    "variables of one derivation": nix(
        "{ pkgs }: pkgs.stdenv.mkDerivation {\n",
        lambda n: f'  K{n} = pkgs.linux; p{n} = "cp $K{n}/lib/modules $out";\n',
        "}\n",
    ),
    "a script with paths that are cut off": nix(
        "{ pkgs }: ''\n", lambda n: f'cp {PATH} x\n  echo x | sed "s,{LINUX},,"\n', "''\n"
    ),
    "one line of a script": nix("{ pkgs }: ''", lambda n: f"cp -r {PATH} $out; ", "''\n"),
    "one line of a list": nix("{ pkgs }: [", lambda n: f' "{PATH}"', "]\n"),
    "a list that travels": nix("{ pkgs }: pkgs.aggregateModules [\n", lambda n: "  pkgs.linux\n", "]\n"),
    "parameters with defaults": (
        "a.nix",
        lambda count: (
            "{ pkgs, "
            + ", ".join(f"x{n} ? pkgs.linux" for n in range(count))
            + "}: ["
            + "".join(f' "${{x{n}}}/lib/modules"' for n in range(count))
            + "]"
        ),
    ),
    "sets put together": nix("{ pkgs }: { }", lambda n: f' // {{ k{n} = "{PATH}"; }}', "\n"),
    "lists put together": nix("{ pkgs }: [ ]", lambda n: f' ++ [ "{PATH}" ]', "\n"),
    "a call of many arguments": nix("{ pkgs, f }: f", lambda n: f' "{PATH}"', "\n"),
    "conditions": nix("{ pkgs, c }: c", lambda n: f' && (c "{PATH}")', "\n"),
    "a set in a set in a set": (
        "a.nix",
        lambda count: "{ pkgs }: " + "{ a = " * (6 * count) + f'"{PATH}"' + "; }" * (6 * count),
    ),
    "findings in each other": (
        "a.nix",
        lambda count: "{ pkgs }: " + f'{{ x = "{PATH}"; a = ' * (3 * count) + "1" + "; }" * (3 * count),
    ),
    "overrides": nix(
        "{ pkgs }: [\n",
        lambda n: f'  (pkgs.linux.overrideAttrs (o: {{ postInstall = "cp -r $out/lib/modules $out/{n}"; }}))\n',
        "]\n",
    ),
    "overridden variables": nix(
        "{ pkgs }: [\n", lambda n: '  (pkgs.linux.overrideAttrs (o: { KCFLAGS = "-O2"; }))\n', "]\n"
    ),
    "builds of a script": (
        "a.sh",
        lines("", lambda n: f"k{n}=$(nix-build '<nixpkgs>' -A linux)\ncp -r $k{n}/lib/modules x{n}\n", ""),
    ),
    "builds of a CI file": (
        "a.yml",
        lines(
            "jobs:\n  a:\n    steps:\n",
            lambda n: f"      - run: nix build nixpkgs#linux\n      - run: cp -r result/lib/modules x{n}\n",
            "",
        ),
    ),
    "literals of a program": (
        "a.py",
        lines("x = [\n", lambda n: "'/run/booted-system/kernel-modules/bzImage',\n", "]\n"),
    ),
}


@pytest.mark.parametrize(("name", "text"), FILES.values(), ids=FILES)
def test_four_times_as_much_takes_about_four_times_as_long(name: str, text: Text) -> None:
    few, many = (Source(name, text(count).encode(), LANGUAGES[name]) for count in (FEW, 4 * FEW))
    seconds(few)
    factors: list[float] = []
    while len(factors) < 3 and (not factors or factors[-1] >= MOST):
        once = seconds(few)
        factors.append(seconds(many) / once)
    assert min(factors) < MOST


def seconds(source: Source) -> float:
    """Processor time of a check."""
    before = time.process_time()
    check_source(source, RULE_SET, Config())
    return time.process_time() - before

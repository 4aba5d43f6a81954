"""What packages there are is said in `rules/`: the engine names none, with its outputs, paths, sets and makers."""

from __future__ import annotations

import re
from pathlib import Path

from splitlint.rulebook.pages import default_folder, load_rules

ENGINE = Path(__file__).resolve().parent.parent / "splitlint"
SOURCES = sorted([*ENGINE.rglob("*.py"), *ENGINE.rglob("*.nix")])
#: The package that the first packs are about, what it is built as, and what is below it.
FIRST = r"kernel|linux_|linux-|linuxPackages|bzImage|vmlinu|initrd|lib/modules|\.ko\b|modDirVersion"
#: A set of functions of nixpkgs' library.
OF_THE_LIBRARY = {("nixpkgs.nix", "    kernel = __unknown;")}

#: Names in packs that mean something else in the engine.
COMMON = frozenset(
    {
        "package",
        "linux",
        "generic",
        "extend",
        "customPackage",
        "platforms",
        "elaborate",
        "hostPlatform",
        "buildPlatform",
    }
    | {"targetPlatform", "localSystem", "crossSystem"}
)


def named_in_packs() -> list[str]:
    """The packages, sets and makers that packs name without a wildcard, by their last names."""
    # The libraries of `outputs` are what this program itself is made with: SQLite, readline.
    packs = [pack for pack in load_rules([default_folder()]).packs if pack.name != "outputs"]
    tables = [table for pack in packs for table in pack.data.get("families", {}).values()]
    keys = ("roots", "sets", "makers", "set_makers")
    names = {name.lstrip("!").rpartition(".")[2] for table in tables for key in keys for name in table.get(key, ())}
    plain = {name for name in names if "*" not in name and len(name) > 4}
    return sorted(plain - COMMON)


def test_the_engine_names_no_package_of_a_pack() -> None:
    words = re.compile(rf"{FIRST}|(?<![\w.-])(?:{'|'.join(map(re.escape, named_in_packs()))})(?![\w-])")
    named = [
        f"{path.relative_to(ENGINE)}: {line.strip()}"
        for path in SOURCES
        for line in path.read_text().splitlines()
        if words.search(line) and "-linux" not in line and (path.name, line) not in OF_THE_LIBRARY
    ]
    assert named == []

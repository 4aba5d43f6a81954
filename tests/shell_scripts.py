"""Shell scripts in Nix strings and in files, for tests, with a few interpolations and variables that are known."""

from __future__ import annotations

from splitlint.analysis.model.texts import joined, plain
from splitlint.analysis.model.values import UNKNOWN, Package, Text, Value
from splitlint.analysis.shell.uses import ShellMeaning, ShellUse
from splitlint.files.source import Source
from splitlint.syntax.embedded import script_of_file
from tests.nix_strings import script_in

KERNEL = Value(Package("kernel"))
DEV = Value(Package("kernel", "dev"))
MODULES = Value(Package("kernel", "modules"))
MODULES_FOLDER = Value(joined(KERNEL, "/lib/modules"))
DENOTED = {
    "${kernel}": KERNEL,
    "${kernel.dev}": DEV,
    "${modules}": MODULES,
    "${folder}": MODULES_FOLDER,
    "${name}": plain("vfat"),
    "${both}": Value(joined(KERNEL, " ", DEV)),
}


def outside(name: str) -> Value | None:
    """What the variables are that the scripts do not assign."""
    return {"kernel": KERNEL, "linuxDev": DEV, "trees": DENOTED["${both}"]}.get(name)


def meaning_of(source: Source) -> ShellMeaning:
    """The meaning of the script in the first string of Nix source."""
    script, holes = script_in(source)
    return ShellMeaning(script, lambda number: DENOTED.get(holes[number], UNKNOWN), outside)


def meaning(text: str) -> ShellMeaning:
    """The meaning of what stands in a string with two single quotes."""
    return meaning_of(Source("x.nix", f"''{text}''".encode()))


def meaning_of_file(text: str) -> ShellMeaning:
    """The meaning of a script file."""
    return ShellMeaning(script_of_file(Source("x.sh", text.encode(), "shell")), lambda number: UNKNOWN, outside)


def shown(text: Text) -> str:
    """A text with `<kernel>` for values and `<?>` for what is not known."""
    contents = [part.content for part in text.parts]
    return "".join(one if isinstance(one, str) else "<kernel>" if isinstance(one, Value) else "<?>" for one in contents)


def uses(text: str, of: Value = KERNEL) -> list[ShellUse]:
    """The uses of a value, the kernel by default."""
    return [use for use in meaning(text).uses() if use.value.shape == of.shape]


def paths(text: str) -> list[str]:
    """The paths below the kernel that a script names."""
    return [shown(use.path) for use in uses(text)]


def in_command(text: str, command: str) -> list[str]:
    """Those that a command is given."""
    return [shown(use.path) for use in uses(text) if use.command is not None and use.command.name == command]

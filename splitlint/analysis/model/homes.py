"""Where the files of a package are now, and which output they left: the table `moved` of a family."""

from __future__ import annotations

from collections.abc import Mapping

from splitlint.analysis.model import paths
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass

#: What stands behind a folder where all that is in it is meant: `lib/*`, `lib/.`.
_ALL_OF_IT = lazy_pattern(r"(?:/\.|/\\?\*)+/*\Z")


@dataclass(frozen=True, slots=True)
class Home:
    """Where the files are that fit a glob of `moved`.

    `output`: an output, or an attribute, of the package; "" if they are not in it. `package`: the global name of
    another package that has them, "" if none has. `left`: the output that they were in before the split; the one that
    they are in if they have not moved. `since`: the first release in which they are here, "" if they have not moved.
    """

    output: str
    package: str = ""
    left: str = ""
    since: str = ""


def home_of(path: str, homes: Mapping[str, Home]) -> Home | None:
    """Where a path below a package is: by the last glob that fits; None if none does.

    All that is in a folder is where the folder is.
    """
    folder = _ALL_OF_IT.sub("", path) if path.endswith((".", "*", "/")) else path
    for glob, home in reversed(tuple(homes.items())):
        if paths.matches(path, (glob,)) or (folder != path and paths.matches(folder, (glob,))):
            return home
    return None


def leads_to(path: str, glob: str) -> bool:
    """Whether what a glob names is in a folder below a path, so that the path is there, too."""
    names = [name for name in path.split("/") if name]
    above = [name for name in glob.split("/") if name != "**"][: len(names)]
    is_deeper = len(names) < len([name for name in glob.split("/") if name != "**"])
    return is_deeper and paths.matches("/" + "/".join(names), ("/".join(above),))

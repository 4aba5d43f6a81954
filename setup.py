"""What pyproject.toml cannot say: where the rule pages go, and the README as it is shown elsewhere."""

import re
from pathlib import Path
from shutil import copytree, ignore_patterns

from setuptools import setup
from setuptools.command.build_py import build_py

TOP = Path(__file__).parent
HOME = "splitlint/splitlint"
#: The address of a link, and the image sign before its text, if it has one.
LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<address>[^)\s]+)\)")


class BuildWithRules(build_py):
    """As setuptools builds it, and `rules/`, which stands beside what it is about, as `splitlint/rules/`."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            inside = Path(self.build_lib, "splitlint", "rules")
            copytree(TOP / "rules", inside, ignore=ignore_patterns("__pycache__"), dirs_exist_ok=True)


def version() -> str:
    """The version, which is also the tag of the release without its `v`."""
    found = re.search(r'^__version__ = "([^"]+)"', (TOP / "splitlint/__init__.py").read_text(), re.MULTILINE)
    return found[1] if found else "0"


def readme() -> str:
    """The README with links that lead to the files of this version, wherever it is read."""
    tag = f"v{version()}"

    def absolute(link: re.Match[str]) -> str:
        address = link["address"]
        if re.match(r"[a-z]+:|#", address):
            return link[0]
        base = f"https://github.com/{HOME}/blob/{tag}"
        if link["image"]:
            base = f"https://raw.githubusercontent.com/{HOME}/{tag}"
        return f"{link['image']}[{link['text']}]({base}/{address})"

    return LINK.sub(absolute, (TOP / "README.md").read_text(encoding="utf-8"))


setup(
    cmdclass={"build_py": BuildWithRules},
    long_description=readme(),
    long_description_content_type="text/markdown",
)

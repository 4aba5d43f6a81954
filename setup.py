"""Puts the rule pages into the package: `rules/` stands at the top of the repository, beside what it is about."""

from pathlib import Path
from shutil import copytree, ignore_patterns

from setuptools import setup
from setuptools.command.build_py import build_py

TOP = Path(__file__).parent


class BuildWithRules(build_py):
    """As setuptools builds it, and `rules/` as `splitlint/rules/`."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            inside = Path(self.build_lib, "splitlint", "rules")
            copytree(TOP / "rules", inside, ignore=ignore_patterns("__pycache__"), dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithRules})

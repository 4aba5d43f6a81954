"""Makes the documentation site: pages from the texts of the repository, rules, corpus, and HTML from these.

    python docs/make_site.py FOLDER     the pages of this version go to FOLDER/VERSION, with FOLDER/index.html

Needs zensical (`pip install 'splitlint[docs]'`). The build is strict: a link that leads nowhere is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from site_pages import Texts, corpus_pages, releases_page, rule_pages

from splitlint import __version__
from splitlint.findings.addresses import SITE

ROOT = Path(__file__).resolve().parent.parent
BLOB = "https://github.com/splitlint/splitlint/blob/main/"
#: Documents and the names of their pages, in the order of the menu, by heading.
MENU = {
    "": {"README.md": "index.md"},
    "Use it": {
        "docs/usage.md": "usage.md",
        "docs/editors.md": "editors.md",
        "docs/integrations.md": "integrations.md",
        "docs/reports.md": "reports.md",
        "docs/scan.md": "scan.md",
        "docs/fixes.md": "fixes.md",
        "docs/outputs.md": "outputs.md",
        "docs/security.md": "security.md",
        "docs/trophies.md": "trophies.md",
    },
    "Extend it": {
        "docs/rules.md": "writing-rules.md",
        "CONTRIBUTING.md": "contributing.md",
        "docs/design.md": "design.md",
        "docs/design-speed.md": "design-speed.md",
        "bench/README.md": "bench.md",
        "docs/glossary.md": "glossary.md",
        "CHANGELOG.md": "changelog.md",
    },
}
_FENCED = re.compile(r"(^(`{3,})[^\n]*\n.*?^\2[ \t]*$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<=\]\()([^()\s]+)(?=\))")
#: The rules have pages of their own.
_TABLE = re.compile(r"<!-- rules:.*?<!-- end of rules -->", re.DOTALL)
_NAMED_LINK = re.compile(r"\[`?([\w/.-]+\.md)`?\]\(([\w/.-]+\.md)(#[\w-]+)?\)")
_OPENING = re.compile(r"^(`{3,})([^\n`]+)$", re.MULTILINE)


def documents() -> dict[str, str]:
    """The documents that are there, with the names of their pages."""
    named = {path: page for pages in MENU.values() for path, page in pages.items()}
    return {path: page for path, page in named.items() if (ROOT / path).exists()}


@cache
def pages() -> Texts:
    """All pages by their names, as Markdown."""
    made = {page: (path, (ROOT / path).read_text(encoding="utf-8")) for path, page in documents().items()}
    made["index.md"] = ("README.md", _TABLE.sub("See [all rules](rules/index.md).", made["index.md"][1]))
    made |= rule_pages(ROOT)
    made |= corpus_pages(ROOT)
    made["releases.md"] = ("", releases_page())
    home = {path or page: page for page, (path, _) in made.items()} | documents()
    titles = {path: text.partition("\n")[0].removeprefix("# ") for path, text in made.values() if path}
    return {page: (path, _as_page(page, path, text, titles, home)) for page, (path, text) in made.items()}


def _as_page(page: str, path: str, text: str, titles: dict[str, str], home: dict[str, str]) -> str:
    return rewritten(titled(text, path, titles), path, page, home) if path else text


def titled(text: str, path: str, titles: dict[str, str]) -> str:
    """A document in which links to others show their titles, not their names."""

    def title(found: re.Match[str]) -> str:
        there = os.path.normpath(os.path.join(os.path.dirname(path), found[2]))
        return f"[{titles.get(there, found[1])}]({found[2]}{found[3] or ''})"

    return _NAMED_LINK.sub(title, text)


def rewritten(text: str, path: str, page: str, home: dict[str, str]) -> str:
    """A document as a page: its links lead to pages, or to the repository; its code has no words for tests.

    `path`: where the document stands in the repository. `home`: the pages of documents.
    """

    def target(found: re.Match[str]) -> str:
        link, _, anchor = found[1].partition("#")
        if re.match(r"[a-z]+:", link) or not link:
            return found[1]
        there = os.path.normpath(os.path.join(os.path.dirname(path), link))
        hash_ = f"#{anchor}" if anchor else ""
        if there.removeprefix("rules/").endswith("index.md") and there in home.values():
            return found[1]
        if there in home:
            return os.path.relpath(home[there], os.path.dirname(page) or ".") + hash_
        if there.endswith((".svg", ".png")):
            return os.path.relpath(os.path.basename(there), os.path.dirname(page) or ".")
        return f"{BLOB}{there}{hash_}"

    parts = _FENCED.split(text)
    # Of three parts one is outside of fences, one is a fence, and one is its sign.
    outside = [_LINK.sub(target, part) for part in parts[0::3]]
    fences = [*map(_plain_fence, parts[1::3]), ""]
    return "".join(before + fence for before, fence in zip(outside, fences, strict=True))


def _plain_fence(fence: str) -> str:
    def opening(found: re.Match[str]) -> str:
        language = found[2].split()[0]
        file = re.search(r"\bfile=(\S+)", found[2])
        language = {"query": "text", "pl": "perl", "just": "make"}.get(language, language)
        return f'{found[1]} {language} title="{file[1]}"' if file else f"{found[1]}{language}"

    return _OPENING.sub(opening, fence, count=1)


def menu(made: Texts) -> Iterator[str]:
    """The entries of the menu, as TOML."""
    there = documents()
    for heading, listed in MENU.items():
        names = [page for path, page in listed.items() if path in there]
        entries = [f'"{name}"' for name in names]
        yield f"  {{ {_quoted(heading)} = [{', '.join(entries)}] }}," if heading else f"  {', '.join(entries)},"
        if heading == "Use it":
            yield f'  {{ "Rules" = [{", ".join(_rules(made))}] }},'
            corpus = sorted(name for name in made if name.startswith("corpus/") and name != "corpus/index.md")
            examples = ", ".join(f'"{name}"' for name in ["corpus/index.md", *corpus])
            yield f'  {{ "Examples" = [{examples}] }},'


def _rules(made: Texts) -> Iterator[str]:
    yield '"rules/index.md"'
    yield '"releases.md"'
    packs = dict.fromkeys(name.split("/")[1] for name in made if name.count("/") == 2 and name.startswith("rules/"))
    for pack in packs:
        inside = sorted(name for name in made if name.startswith(f"rules/{pack}/") and not name.endswith("/index.md"))
        index = [f"rules/{pack}/index.md"] if f"rules/{pack}/index.md" in made else []
        listed = ", ".join(f'"{name}"' if name in index else _entry(name) for name in [*index, *inside])
        yield f"{{ {_quoted(pack)} = [{listed}] }}"


def _entry(name: str) -> str:
    return f'{{ {_quoted(name.rpartition("/")[2].removesuffix(".md"))} = "{name}" }}'


def _quoted(text: str) -> str:
    return f'"{text}"'


def write_sources(folder: Path) -> None:
    """Writes the pages and the settings that the site is made from."""
    made = pages()
    for name, (_, text) in made.items():
        page = folder / "pages" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    for picture in (*ROOT.glob("docs/*.svg"), *ROOT.glob("docs/*.png")):
        shutil.copy(picture, folder / "pages")
    shutil.copy(ROOT / "docs/site.css", folder / "pages/extra.css")
    shutil.copy(ROOT / "share/splitlint.schema.json", folder / "pages")
    own = [f'site_url = "{SITE}/{__version__}/"', 'docs_dir = "pages"', 'site_dir = "site"']
    own += ["nav = [", *menu(made), "]"]
    settings = (ROOT / "docs/site.toml").read_text(encoding="utf-8")
    own_settings = settings.replace("[project]\n", "\n".join(["[project]", *own, ""]), 1)
    (folder / "zensical.toml").write_text(own_settings, encoding="utf-8")


def build(target: Path) -> int:
    """Builds the site of this version below a folder, beside those of others; the exit code of zensical."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_sources(folder)
        command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
        code = subprocess.run(command, cwd=folder, check=False).returncode
        if code:
            return code
        shutil.rmtree(target / __version__, ignore_errors=True)
        shutil.copytree(folder / "site", target / __version__)
    latest = f'<meta http-equiv="refresh" content="0; url={__version__}/">'
    page = f'<!doctype html><title>splitlint</title>{latest}<a href="{__version__}/">splitlint {__version__}</a>\n'
    (target / "index.html").write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1] if len(sys.argv) > 1 else "build/site")))

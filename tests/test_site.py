"""The documentation site: what findings link to is there, and no link leads nowhere."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from splitlint import __version__
from splitlint.config_schema import ADDRESS
from splitlint.findings.addresses import SITE
from splitlint.findings.own_rules import OWN_RULES
from splitlint.rulebook.pages import generic_pages
from tests.test_rules import RULE_SET
from tests.tools import REQUIRED

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "docs"))

import make_site  # noqa: E402  (the folder is no package)

BLOB = make_site.BLOB


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    if find_spec("zensical") is None:
        message = "this test needs zensical: pip install 'splitlint[docs]'"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(message)
        pytest.skip(message)
    folder = tmp_path_factory.mktemp("site")
    assert make_site.build(folder) == 0
    return folder


def page(site: Path, url: str) -> Path:
    """The file that an address of the site leads to."""
    assert url.startswith(f"{SITE}/{__version__}/")
    return site / url.removeprefix(f"{SITE}/") / "index.html"


def test_every_address_of_a_rule_is_a_page(site: Path) -> None:
    urls = {one.url for one in (*RULE_SET.rules, *generic_pages())} | {own.url for own in OWN_RULES.values()}
    assert len(urls) > 40
    assert {url for url in urls if not page(site, url).is_file()} == set()


def words(text: str) -> list[str]:
    """The words of a heading."""
    return re.findall(r"\w+", html.unescape(text))


def test_what_reports_link_to_is_a_page_about_that_rule(site: Path) -> None:
    command = [sys.executable, "-m", "splitlint", "check", "corpus", "--format", "sarif", "--exit-zero"]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    rules = report["runs"][0]["tool"]["driver"]["rules"]
    assert len(rules) > 30
    for rule in rules:
        text = page(site, rule["helpUri"]).read_text()
        heading = re.search(r"<h1[^>]*>(.*?)<a ", text, re.DOTALL)
        assert heading is not None
        assert words(re.sub(r"<.*?>", "", heading[1])) == words(rule["shortDescription"]["text"])


def test_rules_can_be_searched_for(site: Path) -> None:
    found = json.loads((site / __version__ / "search.json").read_text())
    places = {one["location"].partition("#")[0] for one in found["items"]}
    assert {one.url.removeprefix(f"{SITE}/{__version__}/") for one in RULE_SET.rules} <= places


def test_the_schema_of_the_configuration_is_where_it_says(site: Path) -> None:
    text = (site / ADDRESS.removeprefix(f"{SITE}/")).read_text()
    assert json.loads(text)["$id"] == ADDRESS


def test_the_newest_version_is_found_without_naming_it(site: Path) -> None:
    assert f'url={__version__}/"' in (site / "index.html").read_text()


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    loaded = re.compile(r"<(?:script|img|link|iframe)\b[^>]*?\b(?:src|href)=\"?(https?://[^\s\">]+)")
    # The address of the page itself, for search engines.
    found = {url for path in site.rglob("*.html") for url in loaded.findall(path.read_text()) if SITE not in url}
    assert found == set()


def links(made: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each link of the pages into the repository, with the page."""
    for name, (_, text) in made.items():
        for link in re.findall(rf"\]\({re.escape(BLOB)}([^)#]*)", text):
            yield name, link


def test_what_is_no_page_is_in_the_repository() -> None:
    made = make_site.pages()
    found = list(links(made))
    assert len(found) > 50
    assert [(name, link) for name, link in found if not (ROOT / link).exists()] == []


@pytest.mark.parametrize(
    ("link", "page", "expected"),
    [
        ("docs/usage.md", "index.md", "usage.md"),
        ("docs/usage.md#reports", "rules/p/x.md", "../../usage.md#reports"),
        ("https://nixos.org", "index.md", "https://nixos.org"),
        ("#below", "index.md", "#below"),
        ("LICENSE", "index.md", f"{BLOB}LICENSE"),
        ("docs/output.svg", "a/b.md", "../output.svg"),
    ],
)
def test_a_link_of_a_document_becomes_one_of_the_site(link: str, page: str, expected: str) -> None:
    text = f"see [it]({link}) and\n\n```nix unfixed\n[not]({link})\n```\n"
    made = make_site.rewritten(text, "README.md", page, {"docs/usage.md": "usage.md"})
    assert made == f"see [it]({expected}) and\n\n```nix\n[not]({link})\n```\n"


def test_a_link_that_leads_nowhere_is_an_error(tmp_path: Path) -> None:
    if find_spec("zensical") is None:
        pytest.skip("this test needs zensical: pip install 'splitlint[docs]'")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# Home\n\n[nowhere](nothing.md)\n")
    settings = (ROOT / "docs/site.toml").read_text().replace('extra_css = ["extra.css"]\n', "")
    (tmp_path / "zensical.toml").write_text(settings)
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_a_version_is_published_beside_older_ones(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    def publish(version: str, text: str) -> None:
        built = tmp_path / f"built-{version}-{text}"
        (built / version).mkdir(parents=True)
        (built / version / f"{text}.html").write_text(text)
        (built / "index.html").write_text(version)
        subprocess.run([str(ROOT / "docs/publish_site.sh"), str(built), str(tmp_path / "remote.git")], check=True)

    git("init", "--quiet", "--bare", "remote.git")
    publish("0.1.0", "old")
    publish("0.2.0", "first")
    publish("0.2.0", "second")
    publish("0.2.0", "second-again")
    files = git("-C", "remote.git", "ls-tree", "-r", "--name-only", "gh-pages").split()
    assert files == [".nojekyll", "0.1.0/old.html", "0.2.0/second-again.html", "index.html"]
    assert git("-C", "remote.git", "show", "gh-pages:index.html") == "0.2.0"
    assert len(git("-C", "remote.git", "log", "--format=%s", "gh-pages").splitlines()) == 4

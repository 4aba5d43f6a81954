from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from splitlint.files.positions import Excerpt
from splitlint.files.source import Source
from splitlint.findings.finding import Problem, Related, Result, Severity, Summary, When
from splitlint.report.html import render
from splitlint.startup.records import replace
from tests.report.browser import Browser
from tests.report.making import finding
from tests.report.sample import HISTORY, RULES, sample, sample_owners

TEXT = "{ kernel }:\n''\n  \N{GRINNING FACE} cp ${kernel}/lib/modules $out\n''\n"
HOSTILE = "</script><script>window.taken = 1</script><img src=x onerror='window.taken = 2'>{{ 7 * 7 }}<!--"
READY = "performance.getEntriesByName('drawn').length ? performance.getEntriesByName('drawn')[0].startTime : -1"
ROWS = "[...document.querySelectorAll('#rows .row')].length"
COLORS = """
    paper raised sunk hit hull s0 s1 s2 s3 s4 ink soft faint accent error warning info good accent-wash
    del add del-ink add-ink del-deep add-deep
"""
COLOR_OF = """(name) => {
    const probe = document.createElement("i");
    document.body.append(probe);
    probe.style.color = `var(--${name})`;
    const color = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
    probe.remove();
    return [name, color];
}"""
COUNT = "document.querySelector('#count').textContent"


@cache
def survey() -> str:
    result = sample()
    return render(
        result,
        rules=RULES,
        owners=sample_owners(result),
        history=HISTORY,
        title="NixOS/nixpkgs at 4f1c2e7",
        generated="23 November 2026",
        permalinks=[("", "https://github.com/NixOS/nixpkgs/blob/4f1c2e7")],
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Browser]:
    """The survey of 5,000 findings, opened afresh in the light; nothing may have been complained of at the end."""
    browser.scheme(dark=False)
    browser.size(1440, 1000)
    show(browser, tmp_path, survey())
    yield browser
    assert browser.console == []


def show(browser: Browser, folder: Path, text: str, address: str = "") -> None:
    file = folder / "report.html"
    file.write_text(text, encoding="utf-8")
    browser.console.clear()
    browser.open(file, address)
    browser.settle()


def of_sample(**wanted: object) -> int:
    shown = (one for one in sample().findings if one.suppressed is None)
    return sum(all(getattr(one, name) == value for name, value in wanted.items()) for one in shown)


def test_everything_is_in_the_file_and_named_in_its_policy() -> None:
    text = survey()
    assert re.findall(r'(?:src|href)="(?!#|data:,)[^"]*"', text.split('<script type="application/json"')[0]) == []
    policy = text.split('Content-Security-Policy" content="')[1].split('"')[0].replace("&#39;", "'")
    assert "unsafe" not in policy
    for element in (r"<style>(.*?)</style>", r'<script type="module">(.*?)</script>'):
        body = re.findall(element, text, re.DOTALL)[-1]
        assert f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" in policy


def test_the_first_view_of_5000_findings_is_there_within_a_second(page: Browser, tmp_path: Path) -> None:
    times = []
    for _ in range(3):
        page.open(tmp_path / "report.html")
        page.settle()
        times.append(page.run(READY))
    assert 0 < min(times) < 1000
    assert page.run(ROWS) < 200
    assert page.run(COUNT) == "4,999 findings"


def test_more_rows_come_when_the_end_of_the_list_comes_near(page: Browser) -> None:
    before = page.run(ROWS)
    page.run("scrollTo(0, document.body.scrollHeight)")
    page.settle()
    assert page.run(ROWS) > before


def test_a_word_of_a_facet_filters_the_list_and_the_totals(page: Browser) -> None:
    page.click("[data-focus='rule modules-closure']")
    number = of_sample(rule="modules-closure")
    assert page.run(COUNT) == f"{number:,} of 4,999 findings"
    assert page.run("[...new Set([...document.querySelectorAll('#rows .rule')].map((n) => n.textContent))]") == [
        "modules-closure"
    ]
    warnings = "document.querySelector(\"[data-focus='severity warning'] .count\").textContent"
    assert page.run(warnings) == "0"
    beside = "document.querySelector(\"[data-focus='rule kernel-search'] .count\").textContent"
    assert page.run(beside) == f"{of_sample(rule='kernel-search'):,}"
    page.click("[data-focus='rule kernel-search']")
    both = number + of_sample(rule="kernel-search")
    assert page.run(COUNT) == f"{both:,} of 4,999 findings"
    assert page.run(warnings) == f"{of_sample(rule='kernel-search'):,}"
    assert page.run("document.activeElement.dataset.focus") == "rule kernel-search"
    page.click("[data-focus='rule modules-closure']")
    page.click(".chip")
    assert page.run(COUNT) == "4,999 findings"


def test_the_list_is_sorted_by_the_head_that_is_clicked(page: Browser) -> None:
    names = "[...document.querySelectorAll('#rows .row')].map((row) => row.querySelector('.folder').textContent"
    page.click("th.place button")
    paths = page.run(f"{names} + '/' + row.querySelector('.name').firstChild.textContent)")
    assert paths == sorted(paths)
    assert page.run("document.querySelector('th.place').ariaSort") == "ascending"
    page.click("th.place button")
    last = max(one.path for one in sample().findings)
    assert page.run(f"({names} + '/' + row.querySelector('.name').firstChild.textContent))[0]") == last
    page.click("th.place button")
    assert page.run("document.querySelectorAll('th[aria-sort]').length") == 0


def test_when_findings_break_is_a_column_a_facet_and_a_part_of_the_details(browser: Browser, tmp_path: Path) -> None:
    times = {"a": "now", "b": "later", "c": "mixed", "d": ""}
    findings = (
        replace(
            finding(TEXT, "${kernel}", path=path, fingerprint=path),
            when=When(state, f"{state}: `x`", "25.11", "2025-08-17") if state else None,
        )
        for path, state in times.items()
    )
    show(browser, tmp_path, render(Result(tuple(findings)), rules=RULES), "#sort=when&at=b")
    cells = "[...document.querySelectorAll('td.when')].map((cell) => cell.textContent)"
    assert browser.run(cells) == ["now", "now or later", "", "after an update"]
    assert "later: x" in browser.run("document.querySelector('.detail').textContent")
    browser.click("[data-focus='when after an update']")
    assert browser.run(cells) == ["after an update"]
    assert browser.console == []


def test_without_such_findings_there_is_no_such_column(browser: Browser, tmp_path: Path) -> None:
    show(browser, tmp_path, render(Result((finding(TEXT, "${kernel}"),)), rules=RULES))
    assert browser.run("document.querySelectorAll('td.when, th.when, [aria-label=\"When it breaks\"]').length") == 0


def test_search_looks_at_paths_messages_rules_source_and_owners(page: Browser) -> None:
    page.press("/")
    page.type("KCFLAGS nixos/tests")
    page.settle()
    number = sum(1 for one in sample().findings if one.rule == "override-environment" and "nixos/tests" in one.path)
    assert page.run(COUNT) == f"{number:,} of 4,999 findings"
    page.press("Escape")
    page.press("Escape")
    assert page.run(COUNT) == "4,999 findings"


def test_the_map_is_walked_into_and_out_of(page: Browser) -> None:
    page.click(".box[data-focus='nixos']")
    number = sum(one.path.startswith("nixos/") for one in sample().findings if one.suppressed is None)
    assert page.run(COUNT) == f"{number:,} of 4,999 findings"
    assert page.run("document.querySelector('#crumbs').textContent") == "everything/nixos"
    page.click(".box[data-focus='nixos/modules']")
    page.run("history.back()")
    page.settle()
    assert page.run(COUNT) == f"{number:,} of 4,999 findings"
    page.press("u")
    assert page.run("document.querySelector('#crumbs').textContent") == "everything"


def test_the_map_can_be_walked_by_keyboard_alone(page: Browser) -> None:
    page.run("document.querySelector('.box').focus()")
    page.press("ArrowRight")
    name = page.run("document.activeElement.dataset.focus")
    page.press("Enter")
    assert page.run("document.querySelector('#crumbs').textContent") == f"everything/{name}"


def test_a_file_is_the_last_step_into_the_map(page: Browser, tmp_path: Path) -> None:
    path = sample().findings[0].path
    page.open(tmp_path / "report.html", f"#in={path}")
    page.settle()
    assert page.run(COUNT) == f"{of_sample(path=path):,} of 4,999 findings"
    assert page.run("document.querySelector('.box.here').dataset.focus") == path


def test_boxes_are_as_large_as_their_findings(page: Browser) -> None:
    sizes = page.run(
        "[...document.querySelectorAll('.box')].map((box) => { const rect = box.querySelector('rect');"
        "return [parseInt(box.ariaLabel.split(', ')[1].replace(',', '')),"
        "(+rect.getAttribute('width') + 2) * (+rect.getAttribute('height') + 2)]; })"
    )
    ratios = [area / number for number, area in sizes]
    assert len(sizes) == 3
    assert max(ratios) / min(ratios) < 1.01


def test_a_finding_opens_by_keyboard_and_shows_source_fix_and_reasons(browser: Browser, tmp_path: Path) -> None:
    one = replace(
        finding(TEXT, "${kernel}", instead="${kernel.modules or kernel}"),
        reasons=("`kernel` is a formal",),
        help="Write `kernel.modules`.",
    )
    one = replace(one, related=(Related("other.nix", one.span, "called here"),))
    show(browser, tmp_path, render(Result((one,)), read=lambda path: Source(path, TEXT.encode())))
    browser.press("j")
    browser.press("Enter")
    assert browser.run("document.querySelector('mark').textContent") == "${kernel}"
    assert browser.run("[...document.querySelectorAll('.diff .text')].map((node) => node.textContent)") == [
        "{ kernel }:",
        "''",
        "  \N{GRINNING FACE} cp ${kernel}/lib/modules $out",
        "  \N{GRINNING FACE} cp ${kernel.modules or kernel}/lib/modules $out",
        "''",
    ]
    assert browser.run("[...document.querySelectorAll('.diff .add b')].map((node) => node.textContent)") == [
        ".modules or kernel"
    ]
    words = browser.run("document.querySelector('.words').textContent")
    for part in ("the build fails", "Write kernel.modules.", "kernel is a formal", "other.nix:3 called here"):
        assert part in words
    browser.press("Enter")
    assert browser.run("document.querySelectorAll('.detail').length") == 0
    assert browser.console == []


def test_an_address_brings_back_filters_and_the_open_finding(page: Browser, tmp_path: Path) -> None:
    one = sample().findings[2500]
    page.open(tmp_path / "report.html", f"#rule={one.rule}&sort=-place&at={one.fingerprint}")
    page.settle()
    assert page.run(COUNT) == f"{of_sample(rule=one.rule):,} of 4,999 findings"
    assert page.run("document.querySelector('.opened .name').textContent") == (
        f"{one.path.rsplit('/', 1)[1]}:{one.span.line}"
    )
    assert page.run("document.querySelector('.detail mark').getBoundingClientRect().top") < 1000


def test_an_address_with_nonsense_shows_everything(page: Browser, tmp_path: Path) -> None:
    page.open(tmp_path / "report.html", "#rule=nope&sort=__proto__&at=x&%ff")
    page.settle()
    assert page.run(COUNT) == "4,999 findings"


def test_filters_that_leave_nothing_say_so_and_can_be_dropped(page: Browser) -> None:
    page.press("/")
    page.type("no such thing anywhere")
    page.settle()
    assert page.run("document.querySelector('#rows').textContent").startswith("No findings match the filters.")
    page.click("#rows .notice button")
    assert page.run(COUNT) == "4,999 findings"


def test_dark_follows_the_system_and_can_be_chosen(page: Browser) -> None:
    color = "getComputedStyle(document.body).backgroundColor"
    light = page.run(color)
    page.scheme(dark=True)
    dark = page.run(color)
    assert dark != light
    page.click("#theme-button")
    assert page.run(color) == light
    page.click("#theme-button")
    page.scheme(dark=False)
    assert page.run(color) == dark
    page.click("#theme-button")
    assert page.run(color) == light


@pytest.mark.parametrize("dark", [False, True])
def test_every_ink_can_be_read_on_every_ground(page: Browser, dark: bool) -> None:
    page.scheme(dark)
    colors = page.run(f"Object.fromEntries({json.dumps(COLORS.split())}.map({COLOR_OF}))")
    pairs = [(ink, ground) for ink in ("ink", "soft", "faint", "accent", "error", "warning", "info", "good")
             for ground in ("paper", "raised", "sunk")]  # fmt: skip
    pairs += [("ink", ground) for ground in ("hit", "hull", "s0", "s1", "s2", "s3", "s4")]
    pairs += [("soft", ground) for ground in ("hull", "s0", "s1", "s2")]
    pairs += [
        ("accent", "accent-wash"),
        ("del-ink", "del"),
        ("add-ink", "add"),
        ("del-ink", "del-deep"),
        ("add-ink", "add-deep"),
    ]
    poor = {pair: round(ratio, 2) for pair in pairs if (ratio := contrast(colors[pair[0]], colors[pair[1]])) < 4.5}
    assert poor == {}


def contrast(one: list[int], other: list[int]) -> float:
    """The contrast ratio of two colors (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: list[int]) -> float:
    parts = [part / 255 for part in color[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_nothing_that_is_said_of_a_file_can_become_markup_or_script(browser: Browser, tmp_path: Path) -> None:
    one = replace(
        finding(TEXT, "${kernel}", instead=HOSTILE, path=HOSTILE, rule=HOSTILE, message=HOSTILE, impact=(HOSTILE,)),
        help=f"{HOSTILE} [x](javascript:alert(1))",
        url="javascript:alert(1)",
        reasons=(HOSTILE,),
        fingerprint=HOSTILE,
    )
    excerpt = Excerpt(one.excerpt.first_line, tuple(line + HOSTILE for line in one.excerpt.lines))
    one = replace(one, related=(Related(HOSTILE, one.span, HOSTILE),), excerpt=excerpt)
    text = render(
        Result((one,), (Problem(HOSTILE, HOSTILE),)),
        owners={HOSTILE: [HOSTILE]},
        history=((HOSTILE, {HOSTILE: 1}), ("2025-01-01", {"error": 2})),
        title=HOSTILE,
        generated=HOSTILE,
        permalinks=[("", "javascript:alert(1)//")],
    )
    show(browser, tmp_path, text)
    browser.click("#rows .open")
    assert browser.run("document.querySelectorAll('img').length") == 0
    assert browser.run("typeof window.taken") == "undefined"
    assert browser.run("document.querySelector('td.place .name').textContent").startswith("script>")
    assert browser.run("document.querySelector('.message').textContent") == HOSTILE
    assert browser.run("document.title") == HOSTILE
    assert browser.run("[...document.querySelectorAll('a')].filter((a) => a.href.startsWith('javascript')).length") == 0
    assert browser.console == []


def test_a_path_that_is_not_utf_8_can_still_be_written(tmp_path: Path) -> None:
    text = render(Result((finding(TEXT, "${kernel}", path="a\udcff.nix"),)))
    assert (tmp_path / "a.html").write_text(text, encoding="utf-8") > 0


def test_a_tree_without_findings_says_how_much_was_read(browser: Browser, tmp_path: Path) -> None:
    show(browser, tmp_path, render(Result(summary=Summary(files=45210))))
    assert browser.run("document.querySelector('h1').textContent") == "Nothing found in 45,210 files."
    assert browser.run("document.querySelector('#work')") is None
    assert browser.console == []


def test_suppressed_findings_are_counted_but_not_listed(browser: Browser, tmp_path: Path) -> None:
    pair = (finding(TEXT, "${kernel}", suppressed="custom"), finding(TEXT, "$out", severity=Severity.WARNING))
    show(browser, tmp_path, render(Result(pair, summary=Summary(files=1, suppressed=1))))
    assert browser.run(COUNT) == "1 finding"
    assert "1 suppressed" in browser.run("document.querySelector('.account').textContent")


def test_the_trend_is_shown_where_there_is_a_history(page: Browser, tmp_path: Path) -> None:
    assert page.run("document.querySelector('#trend figcaption').textContent") == "9 more than on 2025-11-01"
    assert page.run("document.querySelectorAll('#trend circle').length") == len(HISTORY) + 1
    show(page, tmp_path, render(sample(20)))
    assert page.run("document.querySelector('#trend').hidden") is True


def test_a_history_by_rule_is_shown_by_severity(browser: Browser, tmp_path: Path) -> None:
    history = ((1740000000.0, {"modules-path": 3, "old-workaround": 2, "gone-rule": 1}),)
    show(browser, tmp_path, render(Result((finding(TEXT, "${kernel}"),)), rules=RULES, history=history))
    assert browser.run("document.querySelector('#trend figcaption').textContent") == "5 fewer than on 2025-02-19"
    assert browser.run("document.querySelector('#trend circle title').textContent") == (
        "2025-02-19: 3 error, 1 warning, 2 info"
    )


def test_revisions_of_repositories_are_folders_of_the_map(browser: Browser, tmp_path: Path) -> None:
    paths = ("a/repo@v1:nix/x.nix", "a/repo@v1:y.nix", "a/repo@v2:y.nix", "/abs/z.nix")
    found = tuple(finding(TEXT, "${kernel}", path=path) for path in paths)
    show(browser, tmp_path, render(Result(found)))
    boxes = "[...document.querySelectorAll('.box')].map((box) => box.dataset.focus)"
    assert browser.run(boxes) == ["a", "/abs/z.nix"]
    browser.click(".box[data-focus='a']")
    browser.click(".box[data-focus='a/repo@v1']")
    assert browser.run(boxes) == ["a/repo@v1:nix/x.nix", "a/repo@v1:y.nix"]
    assert browser.run(COUNT) == "2 of 4 findings"
    assert browser.run("document.querySelector('#crumbs').textContent") == "everything/a/repo@v1"


def test_the_totals_can_be_read_without_script(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(survey(), encoding="utf-8")
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(tmp_path / "report.html")
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert browser.run("document.querySelector('h1').innerText").startswith("4,999 findings in ")
    assert "--format markdown" in browser.run("document.body.innerText")


@pytest.mark.parametrize("width", [390, 800, 1100, 1440, 2200])
def test_nothing_sticks_out_at_any_width(page: Browser, width: int) -> None:
    page.size(width, 900)
    page.click("#rows .open")
    assert page.run("document.documentElement.scrollWidth") <= width


def test_paper_gets_the_list_without_the_controls(page: Browser) -> None:
    page.scheme(dark=True, media="print")
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.run("getComputedStyle(document.querySelector('aside')).display") == "none"
    assert page.run(ROWS) >= 500
    page.scheme(dark=False)


def test_the_keys_are_listed_and_the_list_closes(page: Browser) -> None:
    page.press("?")
    assert page.run("document.querySelector('#keys').open") is True
    page.press("Escape")
    assert page.run("document.querySelector('#keys').open") is False
    assert page.run(COUNT) == "4,999 findings"

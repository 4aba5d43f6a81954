"""One HTML file that opens from disk: totals, a map of the tree, every finding, no network.

The page carries its style, its script and its data. A Content-Security-Policy names the style and the
script by their digest, so that nothing else can run, whatever a file name or a source line says; the
data is JSON that the script reads, and the script builds text nodes, never markup, from it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from splitlint import __version__
from splitlint.findings.finding import Result, Severity
from splitlint.report.html_data import History, Owners, island
from splitlint.report.hunks import Reader, no_reader
from splitlint.report.info import Permalinks, Rules, address
from splitlint.untrusted.escapes import visible

_SCRIPTS = ("dom", "state", "facets", "treemap", "trend", "details", "table", "main")


def render(
    result: Result,
    *,
    rules: Rules | None = None,
    owners: Owners | None = None,
    history: History = (),
    read: Reader = no_reader,
    title: str = "",
    generated: str = "",
    permalinks: Permalinks = (),
) -> str:
    """The report as one HTML document.

    `owners` maps a path to its owners. `history` holds earlier runs. `read` gives files for the diffs of
    fixes. `title` says what was looked at, `generated` when. `permalinks` say where files
    are to be seen. Raises ImportError where jinja2 (extra `report`) is not installed.
    """
    from jinja2 import Environment

    data = island(result, rules=rules or {}, owners=owners or {}, history=history, read=lru_cache(maxsize=16)(read))
    data["permalinks"] = [(start, base.rstrip("/")) for start, base in permalinks]
    paths = {path for one in result.findings for path in (one.path, *(there.path for there in one.related))}
    # The script makes the others from what is shown.
    data["addresses"] = {shown: address(path, permalinks) for path in paths if (shown := visible(path)) != path}
    style = _asset("style.css")
    script = "\n".join(_asset(f"{name}.js") for name in _SCRIPTS)
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_asset("page.html.j2"))
    page = template.render(
        title=visible(title),
        generated=generated,
        version=__version__,
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'",
        data=_json(data),
        totals=_totals(result),
        summary=result.summary,
        problems=[(visible(one.path), visible(one.message)) for one in result.problems],
    )
    return page


def _totals(result: Result) -> dict[str, Any]:
    shown = [one for one in result.findings if one.suppressed is None]
    by_severity = Counter(one.severity for one in shown)
    return {
        "findings": len(shown),
        "files": len({one.path for one in shown}),
        "silent": sum(1 for one in shown if one.silent),
        "fixable": sum(1 for one in shown if one.safety is not None),
        "severities": [(scale.label, by_severity[scale]) for scale in sorted(Severity, reverse=True)],
    }


def _asset(name: str) -> str:
    return files("splitlint.report").joinpath("assets", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _json(data: object) -> str:
    """JSON that can stand in a script element: no `<` can end the element or open a comment in it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")

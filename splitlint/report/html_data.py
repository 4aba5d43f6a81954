"""The findings as the plain data that the HTML report carries inside itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from splitlint.findings.finding import Finding, Fix, Result, Severity
from splitlint.findings.impacts import IMPACT_WORDS, IMPACTS, SILENT_IMPACTS
from splitlint.report.hunks import Reader, hunks
from splitlint.report.info import Rules, rule_info
from splitlint.untrusted.escapes import visible

Owners = Mapping[str, Sequence[str]]
#: Earlier runs, oldest first: when (ISO 8601, or seconds since 1970), and counts by severity or by rule.
History = Sequence[tuple[str | float, Mapping[str, int]]]


_SEVERITIES = frozenset(scale.label for scale in Severity)


class _Index:
    """Numbers for words in the order of their first use."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.numbers: dict[str, int] = {word: at for at, word in enumerate(words)}

    def __getitem__(self, word: str) -> int:
        return self.numbers.setdefault(word, len(self.numbers))

    def words(self) -> list[str]:
        return list(self.numbers)


class _Tables:
    """The words that findings refer to by number."""

    def __init__(self) -> None:
        self.rules = _Index()
        self.impacts = _Index(IMPACTS)
        self.owners = _Index()
        self.helps = _Index([""])


def island(result: Result, *, rules: Rules, owners: Owners, history: History, read: Reader) -> dict[str, Any]:
    """What the script of the page reads: JSON values only, findings without the suppressed ones.

    Words that come again and again (rules, impacts, owners, helps) are numbers into tables.
    Empty fields of a finding are left out.
    """
    tables = _Tables()
    findings = [
        _finding(one, tables, owners.get(one.path, ()), read)
        for one in sorted(result.findings, key=lambda one: one.rank_key)
        if one.suppressed is None
    ]
    infos = [rule_info(rules, name) for name in tables.rules.words()]
    data = {
        "rules": [{"name": info.name, "title": info.title, "help": info.help, "url": info.url} for info in infos],
        "impacts": [
            {"name": word, "silent": word in SILENT_IMPACTS, "words": IMPACT_WORDS.get(word, word)}
            for word in tables.impacts.words()
        ],
        "owners": tables.owners.words(),
        "helps": tables.helps.words(),
        "history": [{"when": _time(when), "counts": _by_severity(counts, rules)} for when, counts in history],
        "findings": findings,
    }
    return {key: _shown(value) for key, value in data.items()}


def _shown(value: Any) -> Any:
    """Plain data in which nothing acts on whoever looks at it, as characters that turn lines round do."""
    if isinstance(value, str):
        return visible(value, kept="\n\t")
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    if isinstance(value, dict):
        return {_shown(key): _shown(one) for key, one in value.items()}
    return value


def _time(when: str | float) -> str:
    return when if isinstance(when, str) else datetime.fromtimestamp(when, UTC).isoformat()


def _by_severity(counts: Mapping[str, int], rules: Rules) -> dict[str, int]:
    """Counts by severity; those of rules go by the severity that the rule has now, warning if it is gone."""
    found: Counter[str] = Counter()
    for word, count in counts.items():
        found[word if word in _SEVERITIES else rule_info(rules, word).severity] += count
    return dict(found)


def _finding(one: Finding, tables: _Tables, owners: Sequence[str], read: Reader) -> dict[str, Any]:
    span = one.span
    data: dict[str, Any] = {
        "rule": tables.rules[one.rule],
        "severity": int(one.severity),
        "confidence": int(one.confidence),
        "impact": [tables.impacts[word] for word in one.impact],
        "path": visible(one.path),
        "at": [
            span.line,
            _shift(one, span.line, span.column),
            span.end_line,
            _shift(one, span.end_line, span.end_column),
        ],
        "message": one.message,
        "owners": [tables.owners[owner] for owner in owners],
        "reasons": list(one.reasons),
        "related": [[visible(there.path), there.span.line, there.message] for there in one.related],
        "fixes": [_fix(fix, one, read) for fix in one.fixes],
        "fingerprint": one.fingerprint,
        "url": one.url,
    }
    if one.consequence:
        data["consequence"] = one.consequence
    if one.when is not None:
        data["when"] = {"state": one.when.state, "text": one.when.text}
    if one.help:
        data["help"] = tables.helps[one.help]
    if one.excerpt.lines:
        data["excerpt"] = [one.excerpt.first_line, *one.excerpt.lines]
    return {key: value for key, value in data.items() if value not in ([], "")}


def _shift(one: Finding, line: int, column: int) -> int:
    """A 1-based column of a line as it is shown: what cannot be seen takes more room there."""
    index = line - one.excerpt.first_line
    if not 0 <= index < len(one.excerpt.lines):
        return column
    before = one.excerpt.lines[index][: column - 1]
    return column + len(visible(before, kept="\n\t")) - len(before)


def _fix(fix: Fix, finding: Finding, read: Reader) -> dict[str, Any]:
    return {
        "title": fix.title,
        "safety": int(fix.safety),
        "edits": len(fix.edits),
        "hunks": [
            {"path": visible(hunk.path), "line": hunk.line, "rows": [row.mark + row.text for row in hunk.rows]}
            for hunk in hunks(fix, finding, read)
        ],
    }

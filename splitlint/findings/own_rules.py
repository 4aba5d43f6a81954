"""Rules without a page: what splitlint says of the files themselves, and of the comments that are for it.

On the start-up path: imports nothing heavy.
"""

from __future__ import annotations

from splitlint.findings.addresses import rule_page
from splitlint.startup.named_tuples import NamedTuple

SYNTAX_ERROR, UNUSED, UNKNOWN = "syntax-error", "unused-suppression", "unknown-suppression"

#: The pack of these rules, as it were.
PACK = "splitlint"


class OwnRule(NamedTuple):
    """What `splitlint explain` and reports tell of one: its name, severity, title, text (Markdown) and address."""

    name: str
    severity: str
    title: str
    text: str
    url: str


_SYNTAX_ERROR_TEXT = """\
Nix cannot parse the file: a merge conflict was left in it, a string is not closed, a `;` is missing, or the like.
Most of the file can be checked all the same, but what follows the error may be misread.
So splitlint reports the error, and does not fix anything in this file until it is gone.

Of the files in a folder, only those in which a rule may find something, or with the markers of a merge conflict, are
parsed. `splitlint check FILE` and `nix-instantiate --parse FILE` parse any file.

If the file is broken on purpose, leave it out (`exclude` in the configuration), or put
`# splitlint: ignore-file[syntax-error] REASON` in it.
"""

_UNUSED_TEXT = """\
A comment such as `# splitlint: ignore[moved-path] pinned to 24.11` excuses a finding that is no longer there, or
names another rule than the one that is reported. It would hide the next finding in its place, so remove it:
`splitlint check --fix` does.
"""

_UNKNOWN_TEXT = """\
A comment that is meant for splitlint names no rule, a rule that does not exist, or something other than `ignore` and
`ignore-file`. It has no effect. Name the rule in brackets, as findings show it, and say why:

```nix
cp -r ${frob}/share/frob $out  # splitlint: ignore[moved-path] pinned to 24.11
```
"""

OWN_RULES = {
    rule.name: rule
    for rule in (
        OwnRule(
            SYNTAX_ERROR, "warning", "Nix cannot parse the file", _SYNTAX_ERROR_TEXT, rule_page(PACK, SYNTAX_ERROR)
        ),
        OwnRule(
            UNUSED,
            "info",
            "A suppression comment that suppresses nothing",
            _UNUSED_TEXT,
            rule_page(PACK, UNUSED),
        ),
        OwnRule(
            UNKNOWN,
            "info",
            "A suppression comment that names no rule that exists",
            _UNKNOWN_TEXT,
            rule_page(PACK, UNKNOWN),
        ),
    )
}

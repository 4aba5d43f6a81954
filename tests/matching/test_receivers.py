"""Who is asked about at all: no use that a rule means may be left out before it is looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from splitlint.analysis.model.uses import EVERYTHING, Argument, Attribute
from splitlint.matching.sink_patterns import Receivers, sink_pattern
from splitlint.matching.use_tables import asked_by, use_tables
from splitlint.rulebook.pages import default_folder, load_rules

_RULES = load_rules([default_folder()]).rules
_WRITTEN = sorted({one for rule in _RULES for table in use_tables(rule) for one in table.into if one[0] != "!"})
_NAMES = sorted({name for one in _WRITTEN for name in one.strip("[]{}").replace("{", ".").split(".") if name.isalnum()})
_PATHS = st.lists(st.sampled_from([*_NAMES, "pkgs", "lib", "config", "frob", "?", "*"]), min_size=1, max_size=4)
_SINKS = st.one_of(
    st.builds(
        Argument,
        _PATHS.map(".".join),
        st.integers(0, 2),
        _PATHS.map(tuple),
        st.booleans(),
        st.lists(_PATHS.map(".".join), max_size=1).map(tuple),
    ),
    st.builds(Attribute, _PATHS.map(tuple), st.booleans(), st.booleans()),
)


@given(_SINKS)
def test_a_sink_that_fits_a_receiver_is_asked_about(sink: Argument | Attribute) -> None:
    receivers = Receivers(_WRITTEN)
    outline = Argument(sink.function) if isinstance(sink, Argument) else Attribute(sink.names, is_option=sink.is_option)
    if any(sink_pattern(one).fits(sink) for one in _WRITTEN):
        assert receivers.may_fit(outline)


def test_each_receiver_is_found_by_its_own_name() -> None:
    receivers = Receivers(_WRITTEN)
    for one in _WRITTEN:
        pattern = sink_pattern(one)
        last = pattern.last.replace("*", "x")
        if pattern.kind == "argument":
            assert receivers.may_fit(Argument(f"pkgs.{last}")) or not pattern.name.fullmatch(f"pkgs.{last}")
        elif pattern.kind != "absent":
            sink = Attribute(
                tuple(one.partition(":")[2].removesuffix("[]").replace("*", "x").split(".")), is_option=True
            )
            assert receivers.may_fit(sink)


def test_most_functions_are_nobodys_business() -> None:
    asked = asked_by([rule for rule in _RULES if rule.name == "modules-closure"])
    assert not asked.receiver(Argument("lib.concatMap"))
    assert not asked.receiver(Attribute(("services", "frob", "enable"), is_option=True))
    assert asked.receiver(Argument("pkgs.makeModulesClosure"))
    assert EVERYTHING.receiver(Argument("lib.concatMap"))

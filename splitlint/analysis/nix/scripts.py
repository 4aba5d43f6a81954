"""The scripts in a Nix file: which texts a shell or Python runs, and what they see as variables."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache

from splitlint.analysis.eval.environment import Environment
from splitlint.analysis.eval.machine import Machine
from splitlint.analysis.eval.selection.packages import overriding
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import flat
from splitlint.analysis.model.uses import IN_BUILD, LATER
from splitlint.analysis.model.values import UNKNOWN, Attrs, Closure, Derivation, Package, Text, Thunk, Value
from splitlint.analysis.nix.record import Called, Recorder
from splitlint.analysis.nixpkgs import table
from splitlint.analysis.nixpkgs.table import Facts
from splitlint.startup.named_tuples import NamedTuple
from splitlint.startup.patterns import lazy_pattern
from splitlint.syntax.nix_tree.nodes import Lambda

_OVERRIDES = (".overrideAttrs", ".overrideDerivation", ".overridePythonAttrs")
#: A line of a longer string that can hardly be anything but a shell's.
_COMMAND_LINE = lazy_pattern(
    r"(?:\A|\n)\s*(?:(?:cp|ln|mkdir|rm|install|find|cat|echo|modprobe|insmod|depmod|chmod|mount) +[-$\"'/.\x00]"
    r"|export \w+=|\w+=\$\(|if \[|for \w+ in |set -[eux])"
)
_SHELL = lazy_pattern(r"\A\s*#![^\n]*(?:sh\b|[sS]hell\b|\x00)")
_OTHER_LANGUAGE = lazy_pattern(r"\A\s*#!.*(?:python|perl|ruby|node|lua|awk)")
_PYTHON = lazy_pattern(r"\A\s*#!.*\bpython")
#: The second line of a script that brings its interpreter along.
_NIX_SHELL = lazy_pattern(r"\A\s*#!.*nix-shell.*\n#!.*nix-shell.*\s-i\s+(\w+)")
#: What makes a glob more than a name.
_SIGNS = frozenset("*?[.")


class NixScript(NamedTuple):
    """A text that is run, the attributes that it sees as variables, and when it is run (see `Use.when`)."""

    text: Text
    environment: Attrs | None
    when: str


class Scripts:
    """The scripts that an evaluation has come upon: those of shells, and the texts that Python runs."""

    def __init__(self, recorder: Recorder, machine: Machine) -> None:
        self._recorder = recorder
        self._machine = machine
        self._shell: dict[Text, list[Attrs | None]] = {}
        self._when: dict[Text, str] = {}
        self._python: dict[Text, None] = {}
        self._find()

    @property
    def shell(self) -> Iterator[NixScript]:
        """The shell scripts: one that is run in several derivations is there once for each."""
        for text, environments in self._shell.items():
            for environment in environments:
                yield NixScript(text, environment, self._when[text])

    @property
    def python(self) -> tuple[Text, ...]:
        """The texts that Python runs."""
        return tuple(self._python)

    @cached_property
    def places(self) -> frozenset[Place]:
        """The places of everything that scripts are put together from."""
        texts = (*self._shell, *self._python)
        return frozenset(part.place for text in texts for part in text.parts if part.place is not None)

    def _find(self) -> None:
        builder = table.row(("pkgs", "mkDerivation"))
        phases = builder.facts.scripts if builder is not None else ()
        for call in list(self._recorder.calls):
            if call.row is None:
                self._of_unknown(call, phases)
            elif call.row.facts.scripts or call.row.facts.programs:
                self._of_call(call.row.facts, call.arguments)
        for one in list(self._recorder.overrides):
            for option in alternatives(one.given):
                if isinstance(option.shape, Attrs):
                    self._of_attributes(phases, option.shape, _with_old(option.shape, one.package))
        self._of_options()
        covered = frozenset(part.place for text in (*self._shell, *self._python) for part in text.parts)
        for composed in list(self._recorder.texts):
            if not any(part.place in covered for part in composed.text.parts if part.place is not None):
                self._by_looks(composed.text)

    def _of_unknown(self, call: Called, phases: tuple[str, ...]) -> None:
        """A call of a function that nothing is known of: what it is given may be a derivation's attributes."""
        for argument in call.arguments:
            given = argument()
            if call.name.endswith(_OVERRIDES):
                given = overriding(self._machine, given, UNKNOWN, call.site)
            for option in alternatives(given):
                if isinstance(option.shape, Attrs):
                    self._of_attributes(phases, option.shape, option.shape)

    def _of_call(self, facts: Facts, arguments: tuple[Thunk, ...]) -> None:
        environment = None
        when = LATER if facts.later else IN_BUILD
        if 0 <= facts.environment < len(arguments):
            environment = _set(arguments[facts.environment]())
        for argument in arguments if facts.variables else ():
            given = _set(argument())
            if given is not None and facts.variables in given.names:
                environment = _set(given.names[facts.variables]())
        for word in facts.scripts:
            if word.isdigit() and int(word) < len(arguments):
                self._add(arguments[int(word)](), environment, when)
        for option in alternatives(arguments[-1]()):
            if isinstance(option.shape, Attrs):
                names = tuple(word for word in facts.scripts if not word.isdigit())
                own = option.shape if facts.environment == len(arguments) - 1 else environment
                self._of_attributes(names, option.shape, own, when)
        for word in facts.programs:
            if word.isdigit() and int(word) < len(arguments):
                self._add_python(arguments[int(word)]())

    def _of_attributes(
        self, globs: tuple[str, ...], attributes: Attrs, environment: Attrs | None, when: str = IN_BUILD
    ) -> None:
        for name, thunk in list(attributes.names.items()):
            if _names_one(globs, (name,)):
                self._add(thunk(), environment, when)

    def _of_options(self) -> None:
        """The options of NixOS that are run, with the `environment` beside them."""
        row = table.row(("options", "any"))
        entries = [entry for entry in list(self._recorder.attributes) if entry.trail]
        beside: dict[tuple[str, ...], Attrs] = {}
        for entry in entries:
            for depth, name in enumerate(entry.trail[-2:], max(0, len(entry.trail) - 2)):
                if name == "environment" and depth:
                    last = entry.trail[depth + 1 :]
                    given = Attrs({last[0]: entry.value}, True) if last else _set(entry.value())
                    known = beside.get(entry.trail[:depth])
                    if given is not None:
                        names = {**known.names, **given.names} if known is not None else given.names
                        beside[entry.trail[:depth]] = Attrs(names, True)
        facts = row.facts if row is not None else Facts()
        for entry in entries:
            if _names_one(facts.programs, entry.trail[-3:]):
                self._add_python(entry.value())
            elif _names_one(facts.scripts, entry.trail[-3:]):
                self._add(entry.value(), beside.get(entry.trail[:-1]), LATER)

    def _by_looks(self, text: Text) -> None:
        spelled = flat(text)
        language = _language(spelled)
        if language == "python":
            self._python.setdefault(text)
        elif language:
            return
        elif _SHELL.search(spelled) or ("\n" in spelled and _COMMAND_LINE.search(spelled)):
            self._add(Value(text), None, "")

    def _add_python(self, value: Value) -> None:
        for option in alternatives(value):
            if isinstance(option.shape, Text) and option.shape.parts:
                self._python.setdefault(option.shape)
            elif isinstance(option.shape, Closure):
                for text in self._given_by(option.shape):
                    self._python.setdefault(text)

    def _given_by(self, function: Closure) -> Iterator[Text]:
        """The texts that a function was seen to put together."""
        node, environment = function.node, function.environment
        if not isinstance(node, Lambda) or not isinstance(environment, Environment):
            return
        place = environment.unit.place(node.body.start, node.body.end)
        for composed in self._recorder.texts:
            if place is not None and composed.place is not None and _holds(place, composed.place):
                yield composed.text

    def _add(self, value: Value, environment: Attrs | None, when: str) -> None:
        for option in alternatives(value):
            shape = option.shape
            if isinstance(shape, Attrs) and "text" in shape.names:
                self._add(shape.names["text"](), environment, when)
            if isinstance(shape, Text) and shape.parts:
                language = _language(flat(Text(shape.parts[:4])))
                if language == "python":
                    self._python.setdefault(shape)
                elif not language:
                    self._add_shell(shape, environment, when)

    def _add_shell(self, text: Text, environment: Attrs | None, when: str) -> None:
        known = self._shell.setdefault(text, [])
        self._when.setdefault(text, when)
        if environment is None:
            if not known:
                known.append(None)
        elif not any(one is environment for one in known):
            known[:] = [*(one for one in known if one is not None), environment]


@lru_cache(maxsize=4096)
def _names_one(globs: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """Whether the last name of an attribute fits one of some globs, or the last three one that has a dot in it."""
    whole, ends, others = _by_kind(globs)
    dotted, last = ".".join(names), names[-1]
    if last in whole or last.endswith(ends):
        return True
    return any(fnmatchcase(dotted if "." in glob else last, glob) for glob in others)


@lru_cache(maxsize=64)
def _by_kind(globs: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Those of some globs that are whole names, the ends of those that are a `*` and an end, and the others.

    Compiling two dozen of them takes 1 ms.
    """
    whole = frozenset(glob for glob in globs if _SIGNS.isdisjoint(glob))
    ends = {glob: glob[1:] for glob in globs if glob[:1] == "*" and _SIGNS.isdisjoint(glob[1:])}
    return whole, tuple(ends.values()), tuple(glob for glob in globs if glob not in whole and glob not in ends)


def _holds(outer: Place, inner: Place) -> bool:
    return outer.path == inner.path and outer.start <= inner.start and inner.end <= outer.end


def _language(text: str) -> str:
    """The language that a script says it is written in; "" if it says none, or a shell's."""
    if not text.lstrip().startswith("#!"):
        return ""
    brought = _NIX_SHELL.match(text)
    if brought is not None:
        return "" if brought[1].endswith("sh") else "python" if brought[1].startswith("python") else brought[1]
    if _PYTHON.match(text):
        return "python"
    return "other" if _OTHER_LANGUAGE.match(text) else ""


def _set(value: Value) -> Attrs | None:
    return next((one.shape for one in alternatives(value) if isinstance(one.shape, Attrs)), None)


def _with_old(attributes: Attrs, package: Value) -> Attrs:
    shape = package.shape
    old = shape.attributes if isinstance(shape, Package | Derivation) else None
    return attributes if old is None else Attrs({**old.names, **attributes.names}, True)

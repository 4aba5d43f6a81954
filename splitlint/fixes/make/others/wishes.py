"""Whether all that becomes of an expression wants the same output, so that it can be changed where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from splitlint.analysis.model import paths
from splitlint.analysis.model.alternatives import alternatives
from splitlint.analysis.model.texts import HOLE_MARK
from splitlint.analysis.model.uses import ATTRIBUTE, Argument, Attribute, Command, Program, Use, Written
from splitlint.analysis.model.values import Call, Package
from splitlint.analysis.nixpkgs import table
from splitlint.fixes.make.conversions import piece_of
from splitlint.fixes.make.job import Job
from splitlint.fixes.make.others.near import groups_of
from splitlint.fixes.make.others.textual import is_bare, is_textual, is_written_down
from splitlint.matching.query_match import Match
from splitlint.matching.use_match import found_by
from splitlint.matching.views import NixView
from splitlint.rulebook.rule import Rule
from splitlint.startup.enums import IntEnum
from splitlint.startup.patterns import lazy_pattern
from splitlint.startup.records import dataclass
from splitlint.syntax import nix

#: The wish of a use that nobody can tell.
UNKNOWN_WISH = "?"
_GLUED = lazy_pattern(f"(?<=[^/{HOLE_MARK}]){HOLE_MARK}")
#: Places that are changed together.
_MOST_TOGETHER = 30


class Agreement(IntEnum):
    """Who would notice if an expression took another output, from none to all."""

    ELSEWHERE = 0  #: What is used was computed from what is written here.
    ENTANGLED = 1  #: Its path is cut off again elsewhere, where it cannot be changed with it.
    MIXED = 2  #: Others, that want something else or nobody knows what.
    DOUBTFUL = 3  #: Commands of the script that nobody knows.
    HERE = 4  #: Only the place that was found, or places that want the same.


@dataclass(frozen=True, slots=True)
class Others:
    """What else becomes of an expression, and what is to be changed with it."""

    agreement: Agreement
    also: tuple[Node, ...] = ()


def others_of(job: Job, view: NixView, output: str) -> Others:
    """What else becomes of the package of a match, if it were its `output` instead ("": if it were anything else)."""
    match = job.match
    found = match.notes.use
    if _is_read_back(view, match.package) or (found is not None and not found.is_written):
        return Others(Agreement.ELSEWHERE)
    wishes = Wishes(job, view, output)
    also = wishes.to_change_too(match.package)
    if also is None:
        return Others(Agreement.ENTANGLED)
    return Others(wishes.agreement_at(match.package), also)


class Wishes:
    """Which outputs the uses of a match's package want."""

    def __init__(self, job: Job, view: NixView, output: str) -> None:
        self.job = job
        self.match: Match = job.match
        self.view = view
        self.output = output
        self.moved, self.first = moved_paths(job.match, view)

    def wish(self, use: Use, node: Node) -> str | None:
        """The output that a use of what is written at a node wants, UNKNOWN_WISH if nobody can tell; None if any."""
        found = self.match.notes.use
        if found is not None and use == found:
            return self.output
        if self._is_said_better(use, node):
            return None
        asked = set(self._asked(use))
        if asked:
            return asked.pop() if len(asked) == 1 else UNKNOWN_WISH
        if not is_bare(use.path):
            return self._of_path(use)
        if is_textual(self.view.source, use):
            return None
        if found is not None and _is_same(found, use):
            return self.output
        if found is None and not isinstance(use.sink, Command):
            return self.output
        return None if self._only_hands_on(use, node) else UNKNOWN_WISH

    def _asked(self, use: Use) -> Iterator[str]:
        """What the rules that find a use would make of it."""
        for rule in self.job.rules:
            found = found_by(rule, use, self.view)
            if found is not None:
                is_same = rule.name == self.match.rule.name and self.match.notes.home is None
                yield from (self.output,) if is_same else outputs_asked(found, use)

    def _is_said_better(self, use: Use, node: Node) -> bool:
        """Whether a use is that of a whole script, of which a command tells the same."""
        if isinstance(use.sink, Command) or not _is_piece(node):
            return False
        return any(isinstance(one.sink, Command) and one.path == use.path for one in self.view.uses(node))

    def _of_path(self, use: Use) -> str:
        variants = paths.word(use.path)[0]
        if not self.output:
            return self.output if self.match.notes.path in variants or self.match.notes.use is None else UNKNOWN_WISH
        wanted = {output_of(path, self.moved, self.first) for path in variants}
        return wanted.pop() if len(wanted) == 1 else UNKNOWN_WISH

    def _only_hands_on(self, use: Use, node: Node) -> bool:
        """Whether a use passes the value, or a text with it, on to others, whose uses are seen by themselves."""
        sink = use.sink
        if isinstance(sink, Command):
            return bool(sink.assigned) and sink.name in ("", "local", "declare", "readonly")
        if isinstance(sink, Written | Program):
            return True
        if isinstance(sink, Argument) and sink.through:
            return True
        if isinstance(sink, Argument) and sink.function.startswith(("lib.", "builtins.")):
            return sink.function.rpartition(".")[2] not in table.marked("opaque")
        uses = self.view.uses(node)
        if any(one.way == ATTRIBUTE and one.variable == _last_name(use) for one in uses):
            return True
        if isinstance(sink, Attribute):
            given = [one.sink for one in uses if isinstance(one.sink, Argument)]
            if not sink.is_option or any(one.attribute[-1:] == sink.names[-1:] for one in given):
                return len(uses) > 1
        return False

    def agreement_at(self, node: Node) -> Agreement:
        """Whether all uses of what is written at a node want the output that is to be written."""
        agreement = Agreement.HERE
        for use in self.view.uses(node):
            wanted = self.wish(use, node)
            if wanted is None or wanted == self.output:
                continue
            if wanted != UNKNOWN_WISH or not isinstance(use.sink, Command):
                return Agreement.MIXED
            agreement = Agreement.DOUBTFUL
        goes_on = self._may_lead_elsewhere(self.match.notes.path)
        if goes_on and any(is_written_down(self.view.source, use) for use in self.view.uses(node)):
            return min(agreement, Agreement.DOUBTFUL)
        return agreement

    def _may_lead_elsewhere(self, path: str) -> bool:
        """Whether something below a path is in another output: the build tree below `share/frob/6.12`."""
        names = [name for name in path.split("/") if name]
        for glob, output in self.moved.items():
            above = [name for name in glob.split("/") if name != "**"][: len(names)]
            longer = len(names) < glob.count("/") + (not glob.endswith("/**"))
            if output != self.output and longer and _fits("/" + "/".join(names), "/".join(above)):
                return True
        return False

    def to_change_too(self, node: Node) -> tuple[Node, ...] | None:
        """The other places of a script that have to be changed with one; None if that would break still others.

        They are looked for only where some place takes the package's path as text: where it is cut off again.
        """
        value = self.match.notes.value
        if value is None or not isinstance(value.shape, Package):
            return ()
        places = groups_of(self.view).with_text(node, value.shape, _MOST_TOGETHER)
        if len(places) > _MOST_TOGETHER or any(self.agreement_at(place) is not Agreement.HERE for place in places):
            return None
        own = (node.start_byte, node.end_byte)
        return tuple(place for place in places if (place.start_byte, place.end_byte) != own)


def outputs_asked(rule: Rule, use: Use) -> Iterator[str]:
    """The outputs that the fixes of a rule take for a use."""
    command = use.sink.name if isinstance(use.sink, Command) else ""
    for one in rule.fix.get("of", (rule.fix,)):
        asked = {**rule.fix, **one}
        if command in asked.get("commands", (command,)) and asked.get("kind", "output") in ("output", "variable"):
            yield str(asked.get("output", ""))


def _is_same(found: Use, use: Use) -> bool:
    """Whether two uses are given to the same receiver."""
    one, other = found.sink, use.sink
    if isinstance(one, Argument) and isinstance(other, Argument):
        return (one.function, one.attribute) == (other.function, other.attribute)
    if isinstance(one, Attribute) and isinstance(other, Attribute):
        return one.names == other.names
    return one == other


def _last_name(use: Use) -> str:
    if isinstance(use.sink, Argument | Attribute):
        names = use.sink.attribute if isinstance(use.sink, Argument) else use.sink.names
        return names[-1] if names else ""
    return ""


def _is_piece(node: Node) -> bool:
    """Whether an expression is put into a string that says more than just that."""
    found = piece_of(node)
    return found is not None and not found.is_all


def _is_read_back(view: NixView, node: Node) -> bool:
    """Whether an expression asks the result of a call for what the call was given: `closure.frob`."""
    inner = nix.skip_parentheses(node)
    base = inner.child_by_field_name("expression") if inner.type == "select_expression" else None
    if base is None:
        return False
    read_back = view.world.read_back or {}
    found = (one.shape for one in alternatives(view.value(base)))
    return any(isinstance(shape, Call) and shape.function in read_back for shape in found)


def moved_paths(match: Match, view: NixView) -> tuple[dict[str, str], str]:
    """Path globs to outputs (or other packages) of the package's family, and the output that all the rest is in."""
    value = match.notes.value
    family = view.world.family(value.shape.family) if value is not None and isinstance(value.shape, Package) else None
    if family is None:
        return {}, "out"
    return {glob: home.output or home.package for glob, home in family.moved.items()}, family.first


def output_of(path: str, moved: dict[str, str], first: str) -> str:
    """Which output a path is in now: the last glob that fits; the `first` if none does.

    What is glued to a name may begin with a slash: the files that `find k/share/frob` prints.
    """
    longer = _GLUED.sub("/" + HOLE_MARK, path)
    found = (to for one in dict.fromkeys((path, longer)) for glob, to in reversed(moved.items()) if _fits(one, glob))
    return next(found, first)


def _fits(path: str, glob: str) -> bool:
    return paths.matches(path, (glob,))

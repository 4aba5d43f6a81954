"""Values and sinks in words, for the authors of packs: as pages write them where pages can."""

from __future__ import annotations

from splitlint.analysis.model.families import World
from splitlint.analysis.model.uses import IN_BUILD, LATER, Absent, Argument, Attribute, Command, Program, Sink, Use
from splitlint.analysis.model.values import (
    Attrs,
    Call,
    Closure,
    Content,
    Derivation,
    Failure,
    Global,
    Listing,
    Literal,
    Member,
    Native,
    Package,
    PackageSet,
    Shape,
    Text,
    Tree,
    Union,
    Value,
)
from splitlint.matching.describe import readable_path

#: What stands deeper in a value is told as `…`: a list may hold itself.
_DEEPEST = 4
_MOST_NAMES = 12
UNKNOWN_WORDS = "not known"


def value_in_words(value: Value, world: World) -> str:
    """What a value is, with how sure that is: `frob:dev, an output of a frob (medium confidence)`."""
    words = _shape(value.shape, 0)
    told = _explained(value.shape, world)
    if isinstance(value.shape, Union):
        return "one of: " + "; ".join(value_in_words(option, world) for option in value.shape.options)
    if words == UNKNOWN_WORDS:
        return words
    return f"{words}{f', {told}' if told else ''} ({value.confidence} confidence)"


def _explained(shape: Shape, world: World) -> str:
    """What the short word for a shape means."""
    if not isinstance(shape, Package | PackageSet | Member):
        return ""
    family = world.family(shape.family)
    noun = f"{family.noun if family is not None else shape.family}"
    if isinstance(shape, PackageSet):
        return f"a package set with a {noun}"
    if isinstance(shape, Member):
        return f"an attribute of a {noun}"
    facts = [f"the output `{shape.output}` of a {noun}" if shape.output else f"a whole {noun}"]
    facts += ["not built by nixpkgs"] * shape.custom + ["overridden"] * shape.overridden
    return ", ".join(facts)


def _shape(shape: Shape, depth: int) -> str:
    if depth > _DEEPEST:
        return "…"
    match shape:
        case Package(family, output, custom):
            return f"`{family}" + (":custom`" if custom else f":{output}`" if output else "`")
        case PackageSet(family):
            return f"`set:{family}`"
        case Member(family, name):
            return f"`{family}.{name}`"
        case Tree(place):
            return f"`place:{place}`"
        case Global():
            return f"`{shape.dotted}`"
        case Text(parts):
            return 'the text "' + "".join(_part(part.content, depth) for part in parts) + '"'
        case Call(function):
            return f"what `{function}` gives (`call:{function}`)"
        case Derivation(maker):
            return f"what `{maker}` builds (`call:{maker}`)"
        case Literal(kind, text):
            return f"the {kind} {text}".rstrip()
        case Failure():
            return "an error: evaluation ends here"
        case Closure() | Native():
            return "a function"
    return _collection(shape, depth)


def _collection(shape: Shape, depth: int) -> str:
    if isinstance(shape, Listing):
        items = [_shape(item().shape, depth + 1) for item in shape.items[:_MOST_NAMES]]
        more = shape.open or len(shape.items) > _MOST_NAMES
        return "the list [ " + ", ".join([*items, *["…"] * more]) + " ]"
    if isinstance(shape, Attrs):
        names = sorted(shape.names)
        more = shape.open or len(names) > _MOST_NAMES
        return "the set { " + ", ".join([*names[:_MOST_NAMES], *["…"] * more]) + " }"
    if isinstance(shape, Union):
        return " or ".join(_shape(option.shape, depth + 1) for option in shape.options)
    return UNKNOWN_WORDS


def _part(part: Content, depth: int) -> str:
    if isinstance(part, str):
        return part
    return "${" + _shape(part.shape, depth + 1).replace("`", "") + "}" if isinstance(part, Value) else "…"


def path_in_words(use: Use) -> str:
    """The path below a value; `itself` where there is none."""
    return readable_path(use.path) or "itself"


def sink_in_words(use: Use) -> str:
    """Who uses a value, and when."""
    when = {IN_BUILD: ", while something is built", LATER: ", in a script that runs later"}.get(use.when, "")
    hidden = f"; nobody sees it fail: {use.silence}" if use.silence else ""
    return f"{_sink(use.sink)}{when}{hidden}"


def _sink(sink: Sink) -> str:
    match sink:
        case Argument():
            return f"an argument of a function, for `into`: `{sink.written}`"
        case Attribute(names, in_list, is_option):
            kind = "option" if is_option else "attribute"
            return f"an {kind}, for `into`: `{kind}:{'.'.join(names)}{'[]' * in_list}`"
        case Command(name):
            assigned = f", assigned to the variable `{sink.assigned}`" if sink.assigned else ""
            return (f"the command `{name}` of a script" if name else "a script") + assigned
        case Program(language, writes):
            return f"a program in {language}" + (", which writes it" if writes else "")
        case Absent():
            return "nothing: such a package does not have this attribute"
    return "a text"

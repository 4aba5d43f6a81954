"""What the functions of nixpkgs' lib, and builtins, make of their arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from splitlint.analysis.model.value import (
    HOLE,
    UNKNOWN,
    Attrs,
    Function,
    Listing,
    Package,
    Text,
    Unknown,
    Value,
    alternatives,
    join,
    text_of,
    union,
)
from splitlint.analysis.nix import select
from splitlint.startup.records import replace

if TYPE_CHECKING:
    from splitlint.analysis.nix.evaluate import Evaluator, Thunk


def _output(ev: Evaluator, value: Value, output: str) -> Value:
    """`lib.getOutput output value`: nothing changes where an output was chosen already.

    From nixpkgs' lib/attrsets.nix: `if x.outputSpecified or false then x else x.${output} or x.out or x`.
    """
    done = []
    for option in alternatives(value):
        shape = option.shape
        if isinstance(shape, Package) and shape.output is None:
            family = ev.world.family(shape.family)
            known = family is None or output in family.outputs
            option = option.as_shape(replace(shape, output=output if known else "out"))
        done.append(option)
    return union(tuple(done))


def _get_output(ev: Evaluator, arguments: Sequence[Thunk]) -> Value:
    name = text_of(arguments[0]()).parts
    return _output(ev, arguments[1](), name[0] if len(name) == 1 and isinstance(name[0], str) else "out")


def _get_first(ev: Evaluator, arguments: Sequence[Thunk]) -> Value:
    wanted = arguments[0]().shape
    names = [part for item in wanted.items for part in text_of(item).parts] if isinstance(wanted, Listing) else []
    first = next((name for name in names if isinstance(name, str)), "out")
    return _output(ev, arguments[1](), first)


def _merge_values(ev: Evaluator, arguments: Sequence[Thunk]) -> Value:
    shape = arguments[0]().shape
    if not isinstance(shape, Listing):
        return UNKNOWN
    lists = [item.shape for item in shape.items if isinstance(item.shape, Listing)]
    if lists:
        return Value(Listing(tuple(item for one in lists for item in one.items), True))
    return union(shape.items)


def _flatten(ev: Evaluator, arguments: Sequence[Thunk]) -> Value:
    value = arguments[-1]()
    if not isinstance(value.shape, Listing):
        return Value(Listing((value,), isinstance(value.shape, Unknown)))
    items: list[Value] = []
    for item in value.shape.items:
        items.extend(item.shape.items if isinstance(item.shape, Listing) else (item,))
    return Value(Listing(tuple(items), value.shape.open))


def _map(ev: Evaluator, arguments: Sequence[Thunk]) -> Value:
    function, items = arguments[0](), arguments[1]().shape
    if not isinstance(function.shape, Function) or not isinstance(items, Listing):
        return UNKNOWN
    run = function.shape.apply
    return Value(Listing(tuple(run(_constant(item)) for item in items.items[:30]), items.open))


def _constant(value: Value) -> Thunk:
    return lambda: value


def _concat_strings(separator: str) -> Callable[[Evaluator, Sequence[Thunk]], Value]:
    def run(ev: Evaluator, arguments: Sequence[Thunk]) -> Value:
        shape = arguments[-1]().shape
        if not isinstance(shape, Listing):
            return UNKNOWN
        between = separator
        if len(arguments) > 1:
            parts = text_of(arguments[0]()).parts
            between = parts[0] if len(parts) == 1 and isinstance(parts[0], str) else separator
        texts: list[Text] = []
        for item in shape.items:
            texts += ([Text((between,))] if texts and between else []) + [text_of(item)]
        return Value(join((*texts, Text((HOLE,))) if shape.open else tuple(texts)))

    return run


def _map_strings(ev: Evaluator, arguments: Sequence[Thunk]) -> Value:
    mapped = _map(ev, arguments[-2:])
    return _concat_strings("")(ev, [*arguments[:-2], _constant(mapped)])


def _to_text(ev: Evaluator, arguments: Sequence[Thunk]) -> Value:
    value = arguments[-1]()
    if isinstance(value.shape, Listing):
        return _concat_strings(" ")(ev, [_constant(value)])
    return value.as_shape(text_of(value))


def _element(index: int) -> Callable[[Evaluator, Sequence[Thunk]], Value]:
    def run(ev: Evaluator, arguments: Sequence[Thunk]) -> Value:
        shape = arguments[0]().shape
        return shape.items[index] if isinstance(shape, Listing) and shape.items else UNKNOWN

    return run


def _same(position: int) -> Callable[[Evaluator, Sequence[Thunk]], Value]:
    return lambda ev, arguments: arguments[position]()


def _chosen(output: str) -> Callable[[Evaluator, Sequence[Thunk]], Value]:
    return lambda ev, arguments: _output(ev, arguments[0](), output)


def _update(ev: Evaluator, arguments: Sequence[Thunk]) -> Value:
    left, right = arguments[0]().shape, arguments[1]().shape
    if isinstance(left, Attrs) and isinstance(right, Attrs):
        return Value(Attrs({**left.names, **right.names}, left.open or right.open))
    return UNKNOWN


def _get_attr(ev: Evaluator, arguments: Sequence[Thunk]) -> Value:
    name = text_of(arguments[0]()).parts
    known = name[0] if len(name) == 1 and isinstance(name[0], str) else None
    return select.select(ev, arguments[1](), known, ev.tree.root_node)


#: By name: how many arguments it takes, and what it makes of them.
RULES: dict[str, tuple[int, Callable[[Evaluator, Sequence[Thunk]], Value]]] = {
    "mkIf": (2, _same(1)),
    **{name: (1, _same(0)) for name in ("mkForce", "mkDefault", "mkBefore", "mkAfter", "mkOptionDefault")},
    **{name: (1, _same(0)) for name in ("mkVMOverride", "mkImageMediaOverride", "lowPrio", "hiPrio", "id")},
    **{name: (1, _same(0)) for name in ("escapeShellArg", "unsafeDiscardStringContext")},
    **{name: (2, _same(1)) for name in ("mkOverride", "mkOrder", "warn", "trace", "seq", "deepSeq", "addErrorContext")},
    **{name: (3, _same(2)) for name in ("warnIf", "warnIfNot", "throwIf", "throwIfNot")},
    "mkMerge": (1, _merge_values),
    "optional": (2, lambda ev, arguments: Value(Listing((arguments[1](),)))),
    "singleton": (1, lambda ev, arguments: Value(Listing((arguments[0](),)))),
    "toList": (1, _flatten),
    "flatten": (1, _flatten),
    "concatLists": (1, _flatten),
    "unique": (1, _same(0)),
    "filter": (2, _same(1)),
    **{name: (2, _same(1)) for name in ("optionals", "optionalString", "optionalAttrs")},
    "getOutput": (2, _get_output),
    "getFirstOutput": (2, _get_first),
    "getDev": (1, _chosen("dev")),
    "getBin": (1, _chosen("out")),
    "getLib": (1, _chosen("out")),
    "getInclude": (1, _chosen("dev")),
    "map": (2, _map),
    "concatStringsSep": (2, _concat_strings("")),
    "concatStrings": (1, _concat_strings("")),
    "concatMapStrings": (2, _map_strings),
    "concatMapStringsSep": (3, _map_strings),
    "toString": (1, _to_text),
    "head": (1, _element(0)),
    "last": (1, _element(-1)),
    "recursiveUpdate": (2, _update),
    "getAttr": (2, _get_attr),
    "makeOverridable": (1, _same(0)),
    "extendDerivation": (3, _same(2)),
    "recurseIntoAttrs": (1, _same(0)),
    "dontRecurseIntoAttrs": (1, _same(0)),
}

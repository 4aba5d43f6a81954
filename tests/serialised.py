"""The text that tests/worlds/describe.nix makes of a value, and its canonical form.

Canonical means: all outputs of a kernel are one, a list says each thing once, and a shell variable of a derivation
that holds a kernel is replaced by it. Two results with the same canonical form differ at most in which output of
a kernel they take.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_STORE_PATH = re.compile(r"/nix/store/[a-z0-9]{32}-([A-Za-z0-9._+-]+)")
#: A kernel in a symbolic text: its name and, if it is not `out`, the output.
KERNEL = re.compile(r"<(linux-(?:built-|manual-|monolithic-)?\d[\d.]*)(?:-(dev|modules))?>")
# What `placeholder "modules"` and `placeholder "out"` evaluate to.
_PLACEHOLDERS = {
    "/05n2ffx0bx7cbs5cpskwv10kvhr5662c2hh43kwqqb2y4gmiifn9": "$modules",
    "/02qcpld1y6xhs5gz9bchpxaw0xdhmsp5dv88lh25r2ss44kh8dxz": "$dev",
    "/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9": "$out",
}
_BRACKETS = {"⟦": "⟧", "⟨": "⟩", "⟪": "⟫"}
_SEPARATORS = {"⟦": "⸴", "⟨": "⁏", "⟪": "⁏"}
_HIDING_FLAG = re.compile(r"--eval=undefine modules⸴|⸴?--eval=undefine modules")
_BUILD_CONFIG = re.compile(r"<K>(?:/lib/modules/[^/\s]+/build|/boot)?/(?:\.config|config(?:-[\d.]+)?(?![\w./-]))")
#: A generation's image, through its link `kernel` or, before the split, through `kernel-modules`.
LINKED_IMAGE = re.compile(r"(?<!⟫)/kernel-modules/(bzImage|Image(?:\.gz)?|[zu]Image|vmlinuz(?:\.efi)?)(?![\w.-])")
# What cp and rsync take for one: the same word twice.
_REPEATED = re.compile(r"([^\s⟦⟨⟪]*<K>[^\s⟧⟩⟫]*)(?: \1)+(?=\s)")


@dataclass(frozen=True, slots=True)
class Group:
    """A list, an attribute set or a derivation; `items` are (name or "", content)."""

    kind: str
    name: str
    items: tuple[tuple[str, Sequence[Piece]], ...]


Piece = str | Group


def symbolic(text: str) -> str:
    """Store paths as `<name>`, placeholders as the shell variables that have their value."""
    for hashed, variable in _PLACEHOLDERS.items():
        text = text.replace(hashed, variable)
    return _STORE_PATH.sub(r"<\1>", text)


def in_shell(text: str, world: str) -> str:
    """A symbolic text with `${modules:-$out}` as the builder's shell expands it in a world."""
    return text.replace("${modules:-$out}", "$modules" if world == "after" else "$out")


def canonical(text: str) -> str:
    """The canonical form of a symbolic text."""
    pieces, end = _pieces(KERNEL.sub("<K>", text), 0, "")
    assert end == len(text) or pieces, "unbalanced brackets"
    flat = _render(pieces).replace("O=$(buildRoot) ", "")
    flat = re.sub(r"\$\{?(?:modules|out)\}?/", "$out/", flat)
    flat = re.sub(r"INSTALL_MOD_PATH=\$[({]?(?:modules|out)\b[)}]?", "INSTALL_MOD_PATH=$out", flat)
    flat = re.sub(
        r"⟪/?kernel-modules‖[^⟪⟫]*⟫(?=/\*?(?:bzImage|Image|zImage|System\.map|dtbs))", "<K>", flat.replace("/⟪", "⟪")
    )
    flat = LINKED_IMAGE.sub("/kernel", _REPEATED.sub(r"\1", flat))
    return _BUILD_CONFIG.sub("<linux-config>", re.sub(r"<linux-config-[\d.]+>", "<linux-config>", flat))


def _pieces(text: str, at: int, stop: str) -> tuple[list[Piece], int]:
    """The pieces of a text up to a character of `stop`, and where that is."""
    pieces: list[Piece] = []
    start = at
    while at < len(text) and text[at] not in stop:
        if text[at] not in _BRACKETS:
            at += 1
            continue
        if start < at:
            pieces.append(text[start:at])
        group, at = _group(text, at)
        pieces.append(group)
        start = at
    if start < at:
        pieces.append(text[start:at])
    return pieces, at


def _group(text: str, at: int) -> tuple[Group, int]:
    opening = text[at]
    closing, separator = _BRACKETS[opening], _SEPARATORS[opening]
    at += 1
    name = ""
    if opening == "⟪":
        middle = text.index("‖", at)
        name, at = text[at:middle], middle + 1
    items: list[tuple[str, Sequence[Piece]]] = []
    while text[at] != closing:
        key = ""
        if opening != "⟦":
            equals = text.index("≔", at)
            key, at = text[at:equals], equals + 1
        content, at = _pieces(text, at, separator + closing)
        items.append((key, content))
        at += text[at] == separator
    return Group(opening, name, tuple(items)), at + 1


def _render(pieces: Sequence[Piece]) -> str:
    return "".join(piece if isinstance(piece, str) else _render_group(piece) for piece in pieces)


def _render_group(group: Group) -> str:
    items = [(name, _render(content)) for name, content in group.items]
    closing, separator = _BRACKETS[group.kind], _SEPARATORS[group.kind]
    if group.kind == "⟦":
        # `makeFlags` of a kernel has one element that its `commonMakeFlags` has not.
        elements = dict.fromkeys(content for _, content in items if content != "O=$(buildRoot)")
        return group.kind + separator.join(elements) + closing
    if group.name == "<K>":
        # A kernel hides its new output from make; it does so itself, and rightly.
        items = [(name, _HIDING_FLAG.sub("", content).replace("$modules", "$out")) for name, content in items]
    if group.kind == "⟪":
        items = _without_kernel_variables(items)
    body = separator.join(f"{name}≔{content}" for name, content in sorted(items))
    return f"{group.kind}{group.name}‖{body}{closing}" if group.kind == "⟪" else f"{group.kind}{body}{closing}"


def _without_kernel_variables(items: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The attributes of a derivation with `$kernel` replaced by the kernel in its scripts."""
    variables = {name: content for name, content in items if content == "<K>" and re.fullmatch(r"\w+", name)}
    if not variables or not any("$" in content for _, content in items):
        return list(items)
    names = "|".join(sorted(variables, key=len, reverse=True))
    used = re.compile(rf"\$(?:\{{({names})\}}|({names})\b)")
    replaced = [(name, used.sub("<K>", content)) for name, content in items]
    if not any(used.search(content) for _, content in items):
        return list(items)
    return [(name, content) for name, content in replaced if name not in variables]

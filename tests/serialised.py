"""The text that the stand-in for nixpkgs makes of a value, and its canonical form.

Canonical means: all outputs of a kernel are one, a list says each thing once, and a shell variable of a derivation
that holds a kernel is replaced by it. Two results with the same canonical form differ at most in which output of
a kernel they take.
"""

from __future__ import annotations

import re

from splitlint.authoring.proofs.shown_values import Group, Items, rewritten, without_variables

#: The releases of nixpkgs that tests/worlds stands in for, oldest first; in the first, kernels are not split.
WORLDS = ("25.05", "25.11", "26.11")
UNSPLIT = WORLDS[0]
_STORE_PATH = re.compile(r"/nix/store/[a-z0-9]{32}-([A-Za-z0-9._+-]+)")
#: A kernel in a symbolic text: its name and, if it is not `out`, the output.
KERNEL = re.compile(r"<(linux-(?:built-|manual-|monolithic-)?\d[\d.]*)(?:-(dev|modules))?>")
# What `placeholder "modules"` and `placeholder "out"` evaluate to.
_PLACEHOLDERS = {
    "/05n2ffx0bx7cbs5cpskwv10kvhr5662c2hh43kwqqb2y4gmiifn9": "$modules",
    "/02qcpld1y6xhs5gz9bchpxaw0xdhmsp5dv88lh25r2ss44kh8dxz": "$dev",
    "/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9": "$out",
}
_HIDING_FLAG = re.compile(r"--eval=undefine modules⸴|⸴?--eval=undefine modules")
_BUILD_CONFIG = re.compile(r"<K>(?:/lib/modules/[^/\s]+/build|/boot)?/(?:\.config|config(?:-[\d.]+)?(?![\w./-]))")
#: A generation's image, through its link `kernel` or, before the split, through `kernel-modules`.
LINKED_IMAGE = re.compile(r"(?<!⟫)/kernel-modules/(bzImage|Image(?:\.gz)?|[zu]Image|vmlinuz(?:\.efi)?)(?![\w.-])")
# What cp and rsync take for one: the same word twice.
_REPEATED = re.compile(r"([^\s⟦⟨⟪]*<K>[^\s⟧⟩⟫]*)(?: \1)+(?=\s)")


def symbolic(text: str) -> str:
    """Store paths as `<name>`, placeholders as the shell variables that have their value."""
    for hashed, variable in _PLACEHOLDERS.items():
        text = text.replace(hashed, variable)
    return _STORE_PATH.sub(r"<\1>", text)


def in_shell(text: str, world: str) -> str:
    """A symbolic text with `${modules:-$out}` as the builder's shell expands it in a world."""
    return text.replace("${modules:-$out}", "$out" if world == UNSPLIT else "$modules")


def canonical(text: str) -> str:
    """The canonical form of a symbolic text."""
    flat = rewritten(KERNEL.sub("<K>", text), _changed).replace("O=$(buildRoot) ", "")
    flat = re.sub(r"\$\{?(?:modules|out)\}?/", "$out/", flat)
    flat = re.sub(r"INSTALL_MOD_PATH=\$[({]?(?:modules|out)\b[)}]?", "INSTALL_MOD_PATH=$out", flat)
    flat = re.sub(
        r"⟪/?kernel-modules‖[^⟪⟫]*⟫(?=/\*?(?:bzImage|Image|zImage|System\.map|dtbs))", "<K>", flat.replace("/⟪", "⟪")
    )
    flat = LINKED_IMAGE.sub("/kernel", _REPEATED.sub(r"\1", flat))
    return _BUILD_CONFIG.sub("<linux-config>", re.sub(r"<linux-config-[\d.]+>", "<linux-config>", flat))


def _changed(group: Group, items: Items) -> Items:
    if group.kind == "⟦":
        # `makeFlags` of a kernel has one element that its `commonMakeFlags` has not.
        elements = dict.fromkeys(content for _, content in items if content != "O=$(buildRoot)")
        return [("", content) for content in elements]
    if group.name == "<K>":
        # A kernel hides its new output from make; it does so itself, and rightly.
        items = [(name, _HIDING_FLAG.sub("", content).replace("$modules", "$out")) for name, content in items]
    return without_variables(items, lambda content: content == "<K>") if group.kind == "⟪" else items

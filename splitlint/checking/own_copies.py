"""Trees that are a nixpkgs of their own: what a pack is about changes there as a whole, and breaks nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def copied_packs(
    path: str, own_copies: Mapping[str, tuple[str, ...]], is_there: Callable[[str], bool]
) -> frozenset[str]:
    """The packs for which a file stands in such a tree, as the pack tells one.

    `own_copies`: by pack, files of which any one tells such a tree. `is_there` says whether there is a file.
    """
    folders = [""]
    for name in path.split("/")[:-1]:
        folders.append(f"{folders[-1]}{name}/")
    return frozenset(
        pack
        for pack, marks in own_copies.items()
        if any(is_there(f"{folder}{mark}") for folder in folders for mark in marks)
    )

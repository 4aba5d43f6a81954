"""flake.lock as Nix writes it, from as little as a test has to say about it."""

from __future__ import annotations

import json
from calendar import timegm
from datetime import date
from typing import Any

REVISION = "0123456789abcdef0123456789abcdef01234567"


def nixpkgs(ref: str = "nixos-unstable", day: str = "2025-07-01", **original: Any) -> dict[str, Any]:
    """The node of an input that is nixpkgs, on a branch, as of a day."""
    locked = {"type": "github", "owner": "NixOS", "repo": "nixpkgs", "rev": REVISION, "lastModified": seconds(day)}
    asked = {"type": "github", "owner": "NixOS", "repo": "nixpkgs", **({"ref": ref} if ref else {}), **original}
    return {"locked": locked, "original": asked}


def seconds(day: str) -> int:
    """Noon of a day, in seconds since 1970."""
    return timegm(date.fromisoformat(day).timetuple()) + 43200


def lock(nodes: dict[str, Any], **inputs: str | list[str]) -> str:
    """A flake.lock with nodes and the root's own inputs; each node is an input of its name if none are given."""
    root = {"inputs": inputs or {name: name for name in nodes}}
    return json.dumps({"nodes": {**nodes, "root": root}, "root": "root", "version": 7}, indent=2)

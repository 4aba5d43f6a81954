"""A pack to begin with: a table of facts and one page with its cases, all of which are true."""

from __future__ import annotations

import re

#: The name of a pack, or of a package as an attribute of `pkgs`.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
#: Names that mean something else in the code of the page.
_TAKEN = frozenset(
    {"if", "then", "else", "let", "in", "with", "inherit", "rec", "assert", "or", "true", "false", "null", "import"}
    | {"builtins", "lib", "pkgs", "config", "hello", "package", "folder", "runCommand"}
)


def wrong_name(name: str) -> str | None:
    """What is wrong with the name of a pack or package; None if nothing is."""
    if not _NAME.fullmatch(name):
        return "is no name: it begins with a letter, and has letters, digits, `-` and `_` in it"
    return "has another meaning in Nix code" if name in _TAKEN else None


def skeleton(pack: str, name: str, folder: str) -> dict[str, str]:
    """The files of a pack about the package `pkgs.NAME`, by name. `folder` is where it will stand."""
    return {
        "pack.toml": _PACK.format(pack=pack, name=name, folder=folder),
        "moved-data.md": _PAGE.format(name=name),
    }


_PACK = """\
# What the pages of this folder share. `splitlint test {folder}` runs their cases.
name = "{pack}"
title = "The data of {name} have an output of their own"
# The first release of nixpkgs with the change, and where it was decided.
since = "26.11"
url = "https://github.com/NixOS/nixpkgs/pull/0"
# The day of the merge: with it findings say whether they are broken now, by the lock of the repository.
# merged = "2026-07-01"
# A file with none of these bytes in it cannot break any of the rules here; the same for Nix files outside of comments.
needles = ["{name}"]
keywords = ["{name}"]

# The packages in question. Pages say `{name}` for such a package, and `{name}:data` for an output of it.
[families.{name}]
# The word for it in reasons.
noun = "{name}"
# The names in nixpkgs by which it is known; `*` is any text within a name, `!` excludes.
roots = ["pkgs.{name}"]
# How parameters are called that are such a package by convention.
names = ["{name}"]
# All outputs, and those that the change added: `splitlint learn OLD NEW` makes these and `moved` from two listings.
outputs = ["out", "data"]
new_outputs = ["data"]

# Globs of paths, and the output that has them now; the last that matches counts.
[families.{name}.moved]
"share/{name}/data/**" = "data"
"""

_PAGE = """\
# The data of {name} are read from the output that had them before

## What you see

`cp` and other commands stop the build because the path does not exist. `ln -s` and `|| true` do
not: something is missing later. (Write here what somebody sees who does not know the reason.)

## Why

Since nixpkgs 26.11 the data of `{name}` have an output of their own, `data`. (Say what changed, and
link to the pull request.)

## What to write

`lib.getOutput "data" {name}` is right before and after the change: without such an output it is the
whole package. (Say what works on both sides, and what does not.)

## Breaks

```nix
{{ lib, runCommand, {name} }}:
runCommand "x" {{ }} ''
  cp -r ${{{name}}}/share/{name}/data $out # breaks
''
```

```nix
{{ pkgs, ... }}:
{{
  services.{name}.dataDir = "${{pkgs.{name}}}/share/{name}/data/default"; # breaks
}}
```

```nix
{{ pkgs }}:
let
  package = pkgs.{name};
  folder = "${{package}}/share/{name}"; # breaks
in
pkgs.writeText "folders" "${{folder}}/data"
```

## Becomes

```nix
{{ lib, runCommand, {name} }}:
runCommand "x" {{ }} ''
  cp -r ${{lib.getOutput "data" {name}}}/share/{name}/data $out # breaks
''
```

```nix
{{ pkgs, ... }}:
{{
  services.{name}.dataDir = "${{pkgs.lib.getOutput "data" pkgs.{name}}}/share/{name}/data/default"; # breaks
}}
```

```nix
{{ pkgs }}:
let
  package = pkgs.{name};
  folder = "${{pkgs.lib.getOutput "data" package}}/share/{name}"; # breaks
in
pkgs.writeText "folders" "${{folder}}/data"
```

## Leave alone

```nix
{{ lib, pkgs, hello }}:
pkgs.runCommand "x" {{ }} ''
  cp -r ${{lib.getOutput "data" pkgs.{name}}}/share/{name}/data $out
  cp ${{pkgs.{name}}}/bin/{name} $out
  cp -r ${{hello}}/share/{name}/data $out
''
```

## Definition

```toml
# What is looked for, and how the fix is written: every path that `moved` in pack.toml names, below the package.
generic = "moved-path"
# A file without these bytes cannot break the rule: the rarest string that every broken file has.
needles = [["share/{name}"]]
patterns = ["{name}-data"]
# What the generic page says is said here where this package is peculiar. docs/rules.md has the other keys.
message = "`{{package}}` has had no `{{path}}` since nixpkgs 26.11: it is in the output `data`"
```
"""

#!/usr/bin/env bash
# Compares the module dependencies of two kernels of nixpkgs: compare.sh linux_6_6 linux_6_12
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

one=$(nix build --no-link --print-out-paths nixpkgs#linux_6_6)
other=$(nix build --no-link --print-out-paths nixpkgs#linux_6_12.modules)
headers=$(nix build --no-link --print-out-paths nixpkgs#linux_6_12.dev)

./scripts/kmodstat.sh "$other" > "$work/other"
find "$one/lib/modules" -name modules.dep -exec cp {} "$work/one.dep" \;
wc -l "$work/one.dep" "$work/other"

grep -c EXPORT_SYMBOL "$headers"/lib/modules/*/build/Module.symvers

#!/usr/bin/env bash
# Usage: kmodstat.sh TREE: a folder with lib/modules/RELEASE below it.
set -euo pipefail

tree=${1:-/run/booted-system/kernel-modules}
release=$(ls "$tree/lib/modules" | head -n 1)
dep=$tree/lib/modules/$release/modules.dep

if [[ ! -r $dep ]]; then
  echo "no modules.dep in $tree" >&2
  exit 1
fi

awk -F: '{ n = split($2, parts, " "); sum[n]++ } END { for (n in sum) print n, sum[n] }' "$dep" | sort -n

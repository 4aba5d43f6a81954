#!/usr/bin/env bash
# Usage: summarise.sh TREE RELEASE
# How many modules each part of the kernel has, the biggest part first.
set -euo pipefail

tree=$1
release=$2
folder=$tree/lib/modules/$release/kernel

if [[ ! -d $folder ]]; then
  echo "no modules in $folder" >&2
  exit 1
fi

for part in "$folder"/*; do
  count=$(find "$part" -name '*.ko*' | wc -l)
  printf '%6d %s\n' "$count" "$(basename "$part")"
done | sort -rn

# The system's own tree, for comparison.
if [[ -d /run/booted-system/kernel-modules/lib/modules/$release ]]; then
  find "/run/booted-system/kernel-modules/lib/modules/$release" -name '*.ko*' | wc -l
fi

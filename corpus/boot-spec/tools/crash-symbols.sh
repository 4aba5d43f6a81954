#!/usr/bin/env bash
# Collects what `crash` needs to read a dump of the running kernel.
set -euo pipefail

target=${1:?where to put the files}
release=$(uname -r)
mkdir -p "$target"

cp -L "/run/booted-system/kernel-modules/System.map" "$target/System.map-$release"
zcat /proc/config.gz > "$target/config-$release"

# The kheaders module has the tree that external modules are built in.
if [[ -e /run/booted-system/kernel-modules/lib/modules/$release/build ]]; then
  tar -czf "$target/headers.tar.gz" -C "/run/booted-system/kernel-modules/lib/modules/$release/build" .
fi

cp -L /run/booted-system/kernel "$target/image"
echo "$release" > "$target/release"

#!/bin/sh
# First program of a container that has no init.
set -eu

mount -t tmpfs tmpfs /run
mkdir -p /run/lock

# The names of modules, if somebody gave us a tree; a container without one is fine.
if [ -d "/lib/modules/$(uname -r)" ]; then
  for name in overlay br_netfilter; do
    modprobe -q "$name" || echo "entry: $name is not there" >&2
  done
fi

modinfo -k "$(uname -r)" overlay 2>/dev/null | sed -n 's/^description: *//p'
exec "$@"

#!/usr/bin/env bash
# Puts a module tree into a running guest: share-modules.sh GUEST TREE
set -euo pipefail

guest=$1
tree=$2
release=$(ssh "$guest" uname -r)

rsync -a "$tree/lib/modules/$release/" "$guest:/mnt/modules/lib/modules/$release/"
ssh "$guest" depmod -b /mnt/modules "$release"
ssh "$guest" modprobe -d /mnt/modules zram

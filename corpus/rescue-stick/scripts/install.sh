#!/bin/sh
# Partitions the first disk and installs what the URL on the command line says.
set -e

url=$(sed -n 's/.*stick.url=\([^ ]*\).*/\1/p' /proc/cmdline)
disk=/dev/sda
[ -b "$disk" ] || disk=/dev/vda

sgdisk --zap-all --new=1:0:+512M --typecode=1:ef00 --new=2:0:0 "$disk"
mkfs.vfat -n BOOT "${disk}1"
mkfs.ext4 -L root "${disk}2"
mount "${disk}2" /mnt
mkdir -p /mnt/boot
mount "${disk}1" /mnt/boot

system=$(curl -sf "$url/system")
nix copy --from "$url" --to /mnt "$system"

# The modules of the new system, not ours.
kernel=$(readlink -f "/mnt$system/kernel-modules")
ls "/mnt$kernel/lib/modules"
chroot /mnt "$system/bin/switch-to-configuration" boot

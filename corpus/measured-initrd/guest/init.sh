#!/bin/busybox sh
# The first process of a guest. Any failure ends in a reboot: a guest that cannot prove itself must not run.
set -e
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev

for module in /lib/modules/guest/*.ko /lib/modules/crypto/*.ko; do
  [ -e "$module" ] || continue
  insmod "$module"
done

mount -t configfs none /sys/kernel/config
attest-agent report --output /run/report || reboot -f

hash=$(sed -n 's/.*roothash=\([0-9a-f]*\).*/\1/p' /proc/cmdline)
veritysetup open /dev/vda root /dev/vdb "$hash"
mount -o ro /dev/mapper/root /mnt
exec switch_root /mnt /bin/bash

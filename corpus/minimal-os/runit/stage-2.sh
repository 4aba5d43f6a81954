#!@shell@
# The second stage. The marks are filled in by stage-2.nix.
set -eu

mount -t tmpfs tmpfs /run
mkdir -p /run/booted-system
ln -s @moduleTree@ /run/booted-system/kernel-modules

echo /run/booted-system/kernel-modules/lib/modules > /run/module-root
export MODULE_DIR=@moduleTree@/lib/modules

if [ -d "$MODULE_DIR/$(uname -r)" ]; then
  modprobe --all fuse tun
else
  echo "no modules for $(uname -r) in $MODULE_DIR" >&2
fi

exec @runit@/bin/runsvdir -P /etc/service

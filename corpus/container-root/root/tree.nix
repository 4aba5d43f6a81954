{ pkgs, config }:

let
  toplevel = config.system.build.toplevel;
  firmware = pkgs.linux-firmware;
in
pkgs.runCommand "machine-root" { passthru.fsType = "ext4"; } ''
  mkdir -p $out/{dev,etc,lib,proc,run,sys,tmp,var} $out/nix/store
  ln -sfn ${toplevel}/init $out/init
  ln -sfn ${toplevel}/etc $out/etc/static

  # Both trees are linked, not copied: the store is mounted beside the root.
  ln -sfn ${config.system.build.kernel}/lib/modules $out/lib/modules
  ln -sfn ${firmware}/lib/firmware $out/lib/firmware

  install -Dm755 ${./entry.sh} $out/sbin/entry
  chmod 1777 $out/tmp
''

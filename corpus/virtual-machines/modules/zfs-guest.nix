{ config, lib, pkgs, ... }:

let
  inherit (config.boot) kernelPackages;
  zfs = kernelPackages.${config.boot.zfs.package.kernelModuleAttribute};

  # Only the modules for the pool: with a kernel of its own the image can be shared.
  modules = pkgs.aggregateModules [
    (lib.getOutput "modules" kernelPackages.kernel)
    zfs
  ];

  tools = pkgs.vmTools.override {
    rootModules = [ "zfs" "virtio_blk" ];
    kernel = pkgs.aggregateModules (with kernelPackages; [
      kernel
      zfs
    ]);
  };
in
{
  system.build.pool = tools.runInLinuxVM (pkgs.runCommand "pool" {
    preVM = "truncate -s 4G disk.img";
    QEMU_OPTS = "-drive file=disk.img,if=virtio,format=raw";
  } ''
    export PATH=${lib.makeBinPath [ config.boot.zfs.package pkgs.kmod ]}:$PATH
    modprobe -d ${modules} zfs
    zpool create -R /mnt pool /dev/vda
    zpool export pool
  '');
}

{ pkgs, self }:

let
  kernelPackages = pkgs.linuxPackages_6_12;

  machine = pkgs.vmTools.override {
    kernel = pkgs.aggregateModules (with kernelPackages; [ kernel zfs_2_3 ]);
    rootModules = [
      "virtio_pci"
      "virtio_blk"
      "zfs"
    ];
  };
in
machine.runInLinuxVM (
  pkgs.runCommand "platter-zfs"
    {
      passthru.source = self;
      buildInputs = [ kernelPackages.zfs_2_3 ];
    }
    ''
      zpool create -o ashift=12 tank /dev/vda
      zfs create tank/root
      touch $out
    ''
)

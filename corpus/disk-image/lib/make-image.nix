{
  lib,
  config,
  pkgs,
  cfg,
}:

let
  wantsZfs = config.boot.supportedFilesystems.zfs or false;

  # The machine boots `kernel` and loads its first modules from the same tree.
  vmTools = pkgs.vmTools.override {
    rootModules = [
      "9p"
      "9pnet_virtio"
      "virtio_blk"
      "virtio_pci"
      "virtiofs"
    ]
    ++ lib.optional wantsZfs "zfs"
    ++ cfg.extraRootModules;
    kernel = pkgs.aggregateModules (
      [ cfg.kernelPackages.kernel ]
      ++ lib.optional wantsZfs cfg.kernelPackages.${config.boot.zfs.package.kernelModuleAttribute}
    );
  };

  toplevel = config.system.build.toplevel;
  closure = pkgs.closureInfo { rootPaths = [ toplevel ]; };

  fill = ''
    ${cfg.script}

    mkdir -p /mnt/nix/store
    xargs cp --recursive --target /mnt/nix/store < ${closure}/store-paths
    nixos-enter --root /mnt --command "/nix/var/nix/profiles/system/bin/switch-to-configuration boot"
    umount --recursive /mnt
  '';
in
vmTools.runInLinuxVM (
  pkgs.runCommand "${config.networking.hostName}-image"
    {
      buildInputs = [
        pkgs.dosfstools
        pkgs.e2fsprogs
        pkgs.gptfdisk
        pkgs.nixos-enter
        pkgs.util-linux
      ]
      ++ lib.optional wantsZfs config.boot.zfs.package;
      memSize = cfg.memory;
      preVM = ''
        mkdir -p $out
        ${pkgs.qemu_kvm}/bin/qemu-img create -f raw $out/main.raw ${cfg.imageSize}
      '';
      QEMU_OPTS = "-drive file=$out/main.raw,if=virtio,format=raw,cache=unsafe";
    }
    fill
)

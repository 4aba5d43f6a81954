# Started as a copy of NixOS' module for virtual machines, and went its own way.
{ config, lib, pkgs, ... }:

with lib;

let

  cfg = config.virtualisation.sandbox;

  startVM = ''
    #! ${pkgs.runtimeShell}
    DISK=$(readlink -f ''${SANDBOX_DISK:-./sandbox.qcow2})
    exec ${pkgs.qemu_kvm}/bin/qemu-kvm -m ${toString cfg.memory} \
      -kernel ''${SANDBOX_KERNEL:-${config.system.build.toplevel}/kernel} \
      -initrd ${config.system.build.toplevel}/initrd \
      -drive file="$DISK",if=virtio \
      -append "$(cat ${config.system.build.toplevel}/kernel-params) init=${config.system.build.toplevel}/init"
  '';

  # A disk with a boot loader, for tests of boot loaders only.
  bootDisk = pkgs.vmTools.runInLinuxVM (
    pkgs.runCommand "sandbox-boot-disk"
      { preVM = "mkdir $out; ${pkgs.qemu_kvm}/bin/qemu-img create $out/disk.img 60M";
        buildInputs = [ pkgs.util-linux ];
        memSize = 1024;
      }
      ''
        # In the virtual machine nothing is loaded by itself.
        ${pkgs.kmod}/bin/insmod ${pkgs.linux}/lib/modules/*/kernel/fs/nls/nls_cp437.ko.xz || true
        ${pkgs.kmod}/bin/insmod ${pkgs.linux}/lib/modules/*/kernel/fs/fat/fat.ko.xz || true
        ${pkgs.kmod}/bin/insmod ${pkgs.linux}/lib/modules/*/kernel/fs/fat/vfat.ko.xz || true

        ${pkgs.gptfdisk}/bin/sgdisk -n1:2048:+50M -t1:ef00 /dev/vda
        ${pkgs.dosfstools}/bin/mkfs.fat -F16 /dev/vda1
        mount /dev/vda1 /mnt
        ${config.system.build.installBootLoader} ${config.system.build.toplevel}
        umount /mnt
      ''
  );

in

{
  options.virtualisation.sandbox = {
    memory = mkOption {
      type = types.int;
      default = 384;
      description = "Memory in MiB.";
    };
    useBootLoader = mkOption {
      type = types.bool;
      default = false;
      description = "Start the boot loader instead of the kernel.";
    };
  };

  config = mkMerge [
    {
      boot.initrd.availableKernelModules = [ "virtio_blk" "9p" "9pnet_virtio" ];
      system.build.sandbox = pkgs.writeScript "sandbox" startVM;

      # Before systemd there was udev to be told.
      boot.postBootCommands = ''
        echo ${pkgs.kmod}/bin/modprobe > /proc/sys/kernel/modprobe
        ln -sfn /run/booted-system/kernel-modules/lib/modules /lib/modules
      '';
    }
    (mkIf cfg.useBootLoader { system.build.sandboxDisk = bootDisk; })
  ];
}

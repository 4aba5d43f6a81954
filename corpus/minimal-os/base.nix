{
  pkgs,
  config,
  lib,
  ...
}:

with lib;

{
  options = {
    system.build = mkOption {
      type = types.attrsOf types.unspecified;
      default = { };
      description = "Everything that can be built from a configuration.";
    };
    boot.kernelPackages = mkOption {
      type = types.attrs;
      default = pkgs.linuxPackages;
      description = "The kernel and the packages that were built for it.";
    };
    boot.extraModulePackages = mkOption {
      type = types.listOf types.package;
      default = [ ];
      description = "Packages with further modules.";
    };
    boot.kernelParams = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "The kernel's command line.";
    };
    boot.initrd.kernelModules = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Modules that the first stage loads.";
    };
    boot.initrd.availableKernelModules = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "Modules that the first stage can load.";
    };
    hardware.firmware = mkOption {
      type = types.listOf types.package;
      default = [ ];
      description = "Firmware for both stages.";
      apply = packages: pkgs.buildEnv {
        name = "firmware";
        paths = packages;
        pathsToLink = [ "/lib/firmware" ];
      };
    };
    environment.etc = mkOption {
      type = types.attrsOf types.path;
      default = { };
      description = "Files under /etc.";
    };
  };

  config = {
    boot.initrd.kernelModules = [
      "squashfs"
      "overlay"
      "loop"
    ];
    boot.initrd.availableKernelModules = [
      "virtio_blk"
      "virtio_net"
      "virtio_pci"
    ];
    hardware.firmware = [ pkgs.linux-firmware ];

    system.build.kernel = config.boot.kernelPackages.kernel;
    system.build.toplevel = pkgs.runCommand "twigs" { } ''
      mkdir $out
      ln -s ${config.system.build.kernel}/bzImage $out/kernel
      ln -s ${config.system.build.initialRamdisk}/initrd $out/initrd
      ln -s ${config.system.build.stage-2} $out/init
      ln -s ${config.system.build.moduleTree} $out/kernel-modules
    '';
  };
}

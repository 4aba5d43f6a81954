{ config, lib, pkgs, ... }:

let
  kernelPackages = config.boot.kernelPackages;
  modulesTree = config.system.modulesTree.override { name = "sandbox-modules"; };

  closure = pkgs.makeModulesClosure {
    rootModules = config.boot.initrd.availableKernelModules;
    kernel = modulesTree;
    firmware = config.hardware.firmware;
  };
in
{
  boot.initrd.systemd = {
    enable = true;
    contents = {
      "/lib".source = "${closure}/lib";
      # Symbols for `modprobe --show-exports`, which the closure leaves out.
      "/etc/modules.symbols".source = "${kernelPackages.kernel}/lib/modules/${kernelPackages.kernel.modDirVersion}/modules.symbols";
      "/etc/release".text = kernelPackages.kernel.modDirVersion;
    };
    storePaths = [
      "${pkgs.kmod}/bin/modprobe"
      "${pkgs.util-linux}/bin/dmesg"
    ];
    extraBin.kexec = "${pkgs.kexec-tools}/bin/kexec";
  };

  boot.initrd.extraFiles."kernel.map".source = "${kernelPackages.kernel}/System.map";

  # One way to get rid of the sound drivers for good.
  boot.initrd.extraUtilsCommands = ''
    for module in $(find ${modulesTree} -path '*/sound/*' -name '*.ko*'); do
      basename "$module"
    done > $out/sound-modules
  '';
}

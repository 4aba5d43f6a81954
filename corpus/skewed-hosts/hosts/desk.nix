{
  config,
  lib,
  pkgs,
  ...
}:

{
  networking.hostName = "desk";
  boot.kernelPackages = pkgs.linuxPackages_newest;

  # Without this the machine came up without a keyboard: the kernel was split, NixOS 25.05 did not know.
  system.modulesTree = [ (lib.getOutput "modules" config.boot.kernelPackages.kernel) ];

  boot.extraModulePackages = with config.boot.kernelPackages; [
    v4l2loopback
    zenpower
  ];
  boot.kernelModules = [
    "kvm-amd"
    "v4l2loopback"
  ];
  boot.initrd.availableKernelModules = [
    "xhci_pci"
    "nvme"
  ];
}

{
  config,
  lib,
  pkgs,
  ...
}:

{
  boot = {
    kernelPackages = lib.mkDefault pkgs.linuxPackages_board;
    kernelParams = [ "console=ttyS2,1500000" ];
    initrd.availableKernelModules = [
      "usbhid"
      "panfrost"
    ];
    # Module packages only: the kernel is in the tree already.
    extraModulePackages = [ ];
    loader = {
      grub.enable = false;
      generic-extlinux-compatible.enable = true;
    };
  };

  hardware.firmware = [ pkgs.boardFirmware ];
  hardware.deviceTree.filter = "vendor-board*.dtb";

  # `perf` resolves symbols with these.
  environment.etc."kernel/System.map".source = "${config.boot.kernelPackages.kernel}/System.map";
}

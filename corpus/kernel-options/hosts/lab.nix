{ config, pkgs, ... }:

{
  networking.hostName = "lab";
  boot.kernelPackages = pkgs.linuxPackages_latest;
  services.usb-gadget.enable = true;

  # The same kernel in both slots, while we look for the regression.
  appliance.kernelPackage = config.boot.kernelPackages.kernel;
  appliance.kernel.modules = [
    "g_ether"
    "ramoops"
  ];
}

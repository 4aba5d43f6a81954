{ lib, pkgs, ... }:

{
  networking.hostName = "field";
  services.usb-gadget = {
    enable = true;
    functions = [
      "ecm"
      "acm"
    ];
  };

  # Already says where its modules are, for both kinds of nixpkgs.
  appliance.kernelPackage = pkgs.linux_6_6;
  appliance.kernelModulesPath = "${lib.getOutput "modules" pkgs.linux_6_6}/lib/modules";
}

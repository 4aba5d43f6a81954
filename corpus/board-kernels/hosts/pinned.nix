{ lib, pkgs, pkgs-stable, ... }:

{
  boot.kernelPackages = pkgs-stable.linuxPackages;
  # What its kernel does not say (nixpkgs#530133).
  system.boot.loader.kernelFile = "bzImage";
  hardware.deviceTree.enable = false;
}

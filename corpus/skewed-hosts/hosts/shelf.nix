{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (import ../lib/kernels.nix { inherit lib pkgs; }) appliance;
  kernel = config.boot.kernelPackages.kernel;
in
{
  networking.hostName = "shelf";
  boot.kernelPackages = pkgs.linuxPackagesFor appliance;

  # With 25.11 this needs no fallback.
  environment.etc."modules".source = "${kernel.modules}/lib/modules";
  environment.etc."kernel-release".text = kernel.modDirVersion;

  system.modulesTree = [ config.boot.kernelPackages.r8125 ];
}

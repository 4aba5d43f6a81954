{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (config.boot.kernelPackages) kernel;
in
{
  boot.kernelPackages = pkgs.linuxPackages_6_12;
  boot.kernelModules = [
    "nft_flow_offload"
    "sch_cake"
  ];

  # Built into another tree, so that the router can be updated without its own.
  system = {
    modulesTree = lib.mkAfter [
      (kernel.modules or kernel)
      config.boot.kernelPackages.batman_adv
    ];
  };

  assertions = [
    {
      assertion = lib.versionAtLeast kernel.version "6.6";
      message = "cake wants at least 6.6";
    }
  ];
}

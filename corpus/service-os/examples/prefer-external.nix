# Lets the modules of other packages win over those of the kernel with the same name:
# the first tree in which a file is found is the one that is linked.
{
  config,
  lib,
  pkgs,
  ...
}:

{
  boot.extraModulePackages = [ config.boot.kernelPackages.it87 ];

  system.modulesTree = lib.mkForce [
    (
      (pkgs.aggregateModules (
        config.boot.extraModulePackages
        ++ [ config.boot.kernelPackages.kernel ]
      )).overrideAttrs
      { ignoreCollisions = true; }
    )
  ];
}

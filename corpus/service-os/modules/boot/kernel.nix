{
  config,
  pkgs,
  lib,
  ...
}:

{
  options = {
    boot.kernel.enable = lib.mkEnableOption "a Linux kernel; containers have none" // {
      default = true;
    };

    boot.kernelPackages = lib.mkOption {
      type = lib.types.raw;
      default = pkgs.linuxPackages;
      defaultText = lib.literalExpression "pkgs.linuxPackages";
      apply =
        packages:
        packages.extend (
          _final: prev: {
            kernel = prev.kernel.override { kernelPatches = prev.kernel.kernelPatches ++ config.boot.kernelPatches; };
          }
        );
      description = "The kernel, and the packages that depend on its version.";
    };

    boot.kernelPatches = lib.mkOption {
      type = with lib.types; listOf attrs;
      default = [ ];
      description = "Further patches, as in nixpkgs.";
    };

    boot.kernelModules = lib.mkOption {
      type = with lib.types; listOf str;
      default = [ ];
      description = "Names of modules that are loaded once the root is mounted.";
    };

    boot.extraModulePackages = lib.mkOption {
      type = with lib.types; listOf package;
      default = [ ];
      example = lib.literalExpression "[ config.boot.kernelPackages.nct6687d ]";
      description = "Packages that bring modules of their own.";
    };

    boot.initrd.availableKernelModules = lib.mkOption {
      type = with lib.types; listOf str;
      default = [ ];
      apply = lib.unique;
      description = "Names of modules that go into the first stage.";
    };

    system.modulesTree = lib.mkOption {
      type = with lib.types; listOf path;
      internal = true;
      default = [ ];
      description = "All that goes into one tree of modules.";
      apply =
        let
          name = config.boot.kernelPackages.kernel.name or "kernel";
        in
        trees: (pkgs.aggregateModules trees).override { name = "${name}-modules"; };
    };
  };

  config = lib.mkIf config.boot.kernel.enable {
    system.modulesTree = [ config.boot.kernelPackages.kernel ] ++ config.boot.extraModulePackages;

    boot.kernelModules = [
      "atkbd"
      "loop"
    ];

    boot.initrd.availableKernelModules = [
      "ahci"
      "nvme"
      "sd_mod"
      "usbhid"
      "xhci_pci"
    ];
  };
}

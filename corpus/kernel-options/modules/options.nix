{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib) mkOption types literalExpression;
  cfg = config.appliance;
in
{
  options.appliance = {
    kernelPackage = mkOption {
      type = types.package;
      default = pkgs.linux_6_12;
      defaultText = literalExpression "pkgs.linux_6_12";
      description = "The kernel of the rescue slot; the system itself has `boot.kernelPackages`.";
    };
    kernelModulesPath = mkOption {
      type = types.str;
      default = "${cfg.kernelPackage}/lib/modules";
      defaultText = literalExpression ''"''${cfg.kernelPackage}/lib/modules"'';
      description = "The modules of the rescue slot.";
    };
    kernelImage = mkOption {
      type = types.path;
      default = "${cfg.kernelPackage}/Image";
      defaultText = literalExpression ''"''${cfg.kernelPackage}/Image"'';
      description = "The image of the rescue slot.";
    };
    kernel.modules = mkOption {
      type = types.listOf types.str;
      default = [ "g_ether" ];
      description = "Names of modules that the rescue slot loads.";
    };
  };

  config.assertions = [
    {
      assertion = lib.versionAtLeast cfg.kernelPackage.version "6.6";
      message = "The rescue slot wants at least Linux 6.6.";
    }
  ];
}

{
  config,
  lib,
  pkgs,
  ...
}:

with lib;

let
  cfg = config.services.usb-gadget;
  kernel = config.boot.kernelPackages.kernel;
  configfs = "${kernel}/lib/modules/${kernel.modDirVersion}/kernel/drivers/usb/gadget";
in
{
  options.services.usb-gadget = {
    enable = mkEnableOption "a network over the debug port";
    functions = mkOption {
      type = types.listOf (
        types.enum [
          "ecm"
          "acm"
          "ffs"
        ]
      );
      default = [ "ecm" ];
      description = "What the port offers.";
    };
    package = mkOption {
      type = types.package;
      default = config.boot.kernelPackages.callPackage ../pkgs/gadget-ids.nix { };
      description = "The module that sets vendor and product.";
    };
  };

  config = mkIf cfg.enable {
    boot.extraModulePackages = [ cfg.package ];
    boot.initrd.availableKernelModules = map (name: "usb_f_${name}") cfg.functions;

    systemd.services.usb-gadget = {
      path = [ pkgs.kmod ];
      script = concatMapStrings (name: ''
        insmod ${configfs}/function/usb_f_${name}.ko.xz || true
      '') cfg.functions;
      postStop = "modprobe -r libcomposite";
    };

    environment.etc."usb-gadget/ids".source = "${cfg.package}/lib/modules/${kernel.modDirVersion}/extra/ids";
  };
}

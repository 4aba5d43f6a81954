# A second first stage, for USB: it has all modules of the kernel of NixOS, as nobody knows what is plugged in.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.handset.recovery;

  closure = pkgs.makeModulesClosure {
    kernel = config.boot.kernelPackages.kernel;
    firmware = config.hardware.firmware;
    rootModules = [ "usb_storage" ];
  };

  release = closure.kernel.modDirVersion;
in
{
  options.handset.recovery.enable = lib.mkEnableOption "a first stage that repairs the phone over USB";

  config = lib.mkIf cfg.enable {
    system.build.recovery = pkgs.makeInitrd {
      contents = [
        {
          # The closure says what is needed, but here all of it is wanted.
          object = "${closure.kernel}/lib/modules";
          symlink = "/lib/modules";
        }
        {
          object = "${closure}/lib/firmware";
          symlink = "/lib/firmware";
        }
        {
          object = pkgs.writeText "release" release;
          symlink = "/etc/kernel-release";
        }
      ];
    };
  };
}

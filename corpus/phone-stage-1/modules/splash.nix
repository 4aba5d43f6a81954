{
  config,
  lib,
  pkgs,
  ...
}:

let
  # The options of this module system that are called `kernel.modules` hold names of modules.
  inherit (config.handset.kernel) modules;
  haveDrm = lib.any (name: lib.hasSuffix "drm" name) modules;
in
{
  config = lib.mkIf haveDrm {
    handset.kernel.modules = [
      "panel_simple"
      "backlight"
    ];
    handset.initrd.contents = [
      {
        object = "${pkgs.plymouth}/share/plymouth/themes";
        symlink = "/etc/plymouth/themes";
      }
    ];
  };
}

{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.boot.loader.extlinux;

  builder = pkgs.writers.writePython3Bin "extlinux-builder" {
    flakeIgnore = [ "E501" ];
  } (builtins.readFile ../extlinux/builder.py);

  # For boards whose firmware has no variables: what was booted is written down.
  remember = pkgs.writers.writePython3 "remember-kernel" { } ''
    import os
    import pathlib

    booted = pathlib.Path("/run/booted-system")
    release = os.uname().release
    tree = booted / "kernel-modules" / "lib" / "modules" / release
    image = os.path.realpath("/run/booted-system/kernel-modules/Image")
    note = pathlib.Path("/var/lib/extlinux/booted")
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(f"{image}\n{tree}\n")
  '';
in
{
  options.boot.loader.extlinux = {
    enable = lib.mkEnableOption "extlinux.conf";
    limit = lib.mkOption {
      type = lib.types.ints.positive;
      default = 20;
      description = "How many generations are offered.";
    };
  };

  config = lib.mkIf cfg.enable {
    boot.loader.grub.enable = false;
    system.boot.loader.id = "extlinux";
    system.build.installBootLoader = "${lib.getExe builder} --limit ${toString cfg.limit}";

    systemd.services.remember-kernel = {
      wantedBy = [ "multi-user.target" ];
      serviceConfig.ExecStart = remember;
    };

    # Device trees come from the kernel, or from the package that overlays were applied in.
    hardware.deviceTree.dtbSource = lib.mkDefault "${config.boot.kernelPackages.kernel}/dtbs";
  };
}

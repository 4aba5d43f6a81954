{
  config,
  pkgs,
  lib,
  ...
}:

let
  # The kernel itself runs this, with the path of the module tree in its environment.
  modprobe = pkgs.writeShellScript "modprobe" ''
    export MODULE_DIR=/run/booted-system/kernel-modules/lib/modules
    exec ${pkgs.kmod}/bin/modprobe "$@"
  '';

  aliases = lib.mapAttrsToList (alias: module: "alias ${alias} ${module}") {
    "char-major-10-184" = "microcode";
    "char-major-10-200" = "tun";
  };
in
{
  config = {
    finit.tasks.modules = {
      description = "load modules";
      command = pkgs.writeShellScript "load-modules" ''
        echo ${modprobe} > /proc/sys/kernel/modprobe
        for module in ${toString config.boot.kernelModules}; do
          ${modprobe} "$module" || true
        done
      '';
    };
    environment.etc."modprobe.d/service-os.conf".text = lib.concatStringsSep "\n" aliases;
    environment.etc."modprobe.d/systemd.conf".source = "${pkgs.systemd}/lib/modprobe.d/systemd.conf";
  };
}

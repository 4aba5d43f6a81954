{
  config,
  lib,
  pkgs,
  ...
}:

let
  kernel = config.boot.kernelPackages.kernel;
in
{
  boot.isContainer = true;
  boot.kernelPackages = pkgs.linuxPackages_6_12;
  networking.hostName = "machine";

  # kubelet and the drivers of the storage classes look here, not under /run.
  environment.etc."modules".source = "${kernel}/lib/modules";
  environment.etc."kernel/release".text = kernel.modDirVersion;
  environment.etc."kernel/config".source = kernel.configfile;

  environment.pathsToLink = [
    "/share/containers"
    "/lib/modules"
  ];
  environment.systemPackages = [
    pkgs.kmod
    config.boot.kernelPackages.perf
  ];

  # The host's modules, as it booted with them.
  containers.builder.bindMounts."/lib/modules" = {
    hostPath = "/run/booted-system/kernel-modules/lib/modules";
    isReadOnly = true;
  };

  systemd.services.module-report = {
    wantedBy = [ "multi-user.target" ];
    path = [ pkgs.kmod ];
    script = ''
      modprobe --set-version "$(uname -r)" --dirname /run/booted-system/kernel-modules --show-depends overlay || true
      ls /run/current-system/kernel-modules/lib/modules
    '';
    serviceConfig.ReadOnlyPaths = lib.mkDefault [ "/lib/modules" ];
  };
}

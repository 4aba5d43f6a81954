{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.imageChecks;
  kernel = config.boot.kernelPackages.kernel;
  release = kernel.modDirVersion;

  # Evaluation stops early when there is nothing to look at; kernels of containers have no modules.
  modular = builtins.pathExists "${kernel}/lib/modules";

  exists = driver: ''
    if [ ! -e ${kernel}/lib/modules/${release}/kernel/${driver}.ko.xz ]; then
      echo "no driver ${driver}" >&2
      missing=1
    fi
  '';

  driversExist = pkgs.runCommand "drivers-exist" { } ''
    missing=0
    ${lib.concatMapStrings exists cfg.drivers}
    [ "$missing" = 0 ]
    touch $out
  '';

  # The wireless driver must be the in-tree one, whoever else offers it.
  wireless = pkgs.runCommand "wireless-is-in-tree" { nativeBuildInputs = [ pkgs.kmod ]; } ''
    modinfo -b ${kernel} -k ${release} iwlwifi | grep '^intree: *Y'
    touch $out
  '';

  # Everything that the running system could load, with other packages.
  loadable = pkgs.runCommand "drivers-load" { nativeBuildInputs = [ pkgs.kmod ]; } ''
    for driver in ${lib.escapeShellArgs (map baseNameOf cfg.drivers)}; do
      modprobe --dirname ${config.system.modulesTree} --set-version ${release} --show-depends "$driver"
    done
    touch $out
  '';
in
{
  imageChecks.kernelFolder = kernel + "/lib/modules/" + release + "/kernel";

  system.checks = lib.optionals modular [
    driversExist
    wireless
    loadable
  ];
}

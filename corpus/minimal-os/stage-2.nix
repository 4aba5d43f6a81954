{
  lib,
  pkgs,
  config,
  ...
}:

let
  # One tree, because modprobe looks in one place only.
  moduleTree = pkgs.aggregateModules (
    [ config.boot.kernelPackages.kernel ] ++ config.boot.extraModulePackages
  );

  script = pkgs.replaceVarsWith {
    src = ./runit/stage-2.sh;
    isExecutable = true;
    replacements = {
      inherit moduleTree;
      shell = pkgs.runtimeShell;
      runit = pkgs.runit;
    };
  };

  closure = pkgs.closureInfo { rootPaths = [ script ]; };
in
{
  config = {
    system.build.moduleTree = moduleTree;
    system.build.stage-2 = script;
    system.build.squashfs = pkgs.runCommand "root.squashfs" { nativeBuildInputs = [ pkgs.squashfsTools ]; } ''
      mapfile -t paths < ${closure}/store-paths
      mksquashfs "''${paths[@]}" $out -no-strip -keep-as-directory -comp zstd
    '';

    environment.etc."modprobe.d/blacklist.conf" = pkgs.writeText "blacklist.conf" ''
      # They fight over the same watchdog.
      blacklist iTCO_wdt
    '';
    environment.etc."modules-load.d/base.conf" = pkgs.writeText "base.conf" (
      lib.concatStringsSep "\n" config.boot.initrd.kernelModules
    );
  };
}

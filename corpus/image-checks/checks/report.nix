{
  config,
  lib,
  pkgs,
  ...
}:

let
  kernelPackages = config.boot.kernelPackages;
  inherit (kernelPackages) kernel;

  # Text only: nothing is read from these paths here.
  fields = {
    inherit (kernel) version modDirVersion;
    modules = lib.length config.boot.kernelModules;
    extra = map lib.getName config.boot.extraModulePackages;
    image = "${kernel}/${config.system.boot.loader.kernelFile}";
    tree = "${config.system.modulesTree}/lib/modules/${kernel.modDirVersion}";
  };

  symbols = pkgs.runCommand "exported-symbols" { } ''
    build=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build
    cut -f 2 "$build/Module.symvers" | sort > $out
  '';
in
{
  system.build.kernelReport = pkgs.runCommand "kernel-report" { nativeBuildInputs = [ pkgs.jq ]; } ''
    mkdir $out
    cp ${pkgs.writers.writeJSON "kernel.json" fields} $out/kernel.json
    cp ${symbols} $out/symbols
    bash ${../scripts/summarise.sh} ${config.system.modulesTree} ${kernel.modDirVersion} > $out/summary
  '';
}

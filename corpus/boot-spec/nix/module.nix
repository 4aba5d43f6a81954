{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (config.system.build) toplevel kernel initialRamdisk;

  document = {
    "org.nixos.bootspec.v1" = {
      init = "${toplevel}/init";
      inherit toplevel;
      kernel = "${kernel}/${config.system.boot.loader.kernelFile}";
      initrd = "${initialRamdisk}/${config.system.boot.loader.initrdFile}";
      kernelParams = config.boot.kernelParams;
      label = "${config.system.nixos.distroName} ${config.system.nixos.label}";
      system = pkgs.stdenv.hostPlatform.system;
    };
    # An extension for boards: where the boot loader finds device trees.
    "com.example.devicetree.v1".folder = "${config.system.modulesTree}/dtbs";
  };
in
{
  options.boot.specification = lib.mkEnableOption "a specification in every generation";

  config = lib.mkIf config.boot.specification {
    system.extraSystemBuilderCmds = ''
      cp ${pkgs.writers.writeJSON "boot.json" document} $out/boot.json
    '';

    environment.systemPackages = [
      (pkgs.writeShellScriptBin "kexec-now" (builtins.readFile ../tools/kexec-now.sh))
    ];

    # Bundled, so that an image that is signed elsewhere can be compared with it.
    system.build.unifiedInputs = pkgs.linkFarm "unified-inputs" {
      "kernel" = "${config.system.modulesTree}/${config.system.boot.loader.kernelFile}";
      "initrd" = "${initialRamdisk}/initrd";
      "modules" = "${config.system.modulesTree}/lib/modules";
      "release" = pkgs.writeText "release" kernel.modDirVersion;
    };
  };
}

{
  config,
  pkgs,
  lib,
  ...
}:

let
  kernel = config.boot.kernelPackages.kernel;
  image = pkgs.stdenv.hostPlatform.linux-kernel.target;
in
{
  options.system.topLevel = lib.mkOption {
    type = lib.types.package;
    readOnly = true;
    description = "What the boot loader and the switch script start from.";
  };

  config.system.topLevel = pkgs.runCommand "service-os" { } (
    ''
      mkdir $out
      ln -s ${config.system.build.initrd}/initrd $out/initrd
      echo "${kernel.modDirVersion}" > $out/release
    ''
    + lib.optionalString config.boot.kernel.enable ''
      ln -s ${kernel}/${image} $out/kernel
      ln -s ${config.system.modulesTree} $out/kernel-modules
      if [ -d ${kernel}/dtbs ]; then
        ln -s ${kernel}/dtbs $out/dtbs
      fi
    ''
  );
}

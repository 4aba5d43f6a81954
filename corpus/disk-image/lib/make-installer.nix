# An ISO-less installer: kernel, first stage and the store of the target, for kexec.
{
  lib,
  config,
  pkgs,
  cfg,
}:

let
  kernel = config.boot.kernelPackages.kernel;
  kernelFile = config.system.boot.loader.kernelFile;

  # For machines that have no network while they install. The system refers to its tree of modules,
  # so that they come along although the kernel does not refer to them.
  offline = pkgs.closureInfo {
    rootPaths = [
      config.system.build.toplevel
      kernel
      config.system.build.netbootRamdisk
    ];
  };

  # Here the kernel and its modules are named both, so that the image and the tree arrive.
  machine = pkgs.vmTools.override {
    kernel = pkgs.aggregateModules (
      [
        kernel
        (lib.getOutput "modules" kernel)
      ]
      ++ config.boot.extraModulePackages
    );
  };
in
pkgs.writeShellApplication {
  name = "install-${config.networking.hostName}";
  runtimeInputs = [ pkgs.kexec-tools ];
  passthru = { inherit machine offline; };
  text = ''
    store=${offline}/store-paths
    echo "$(wc -l < "$store") store paths to be copied"
    kexec --load ${kernel}/${kernelFile} \
      --initrd ${config.system.build.netbootRamdisk}/initrd \
      --command-line "init=${config.system.build.toplevel}/init ${toString config.boot.kernelParams}"
    systemctl kexec
  '';
}

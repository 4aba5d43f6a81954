{ config, lib, pkgs, ... }:

{
  system.build.ipxe = pkgs.writeTextDir "boot.ipxe" ''
    #!ipxe
    kernel ${pkgs.stdenv.hostPlatform.linux-kernel.target} init=${config.system.build.toplevel}/init ${toString config.boot.kernelParams}
    initrd initrd
    boot
  '';

  system.build.tree = pkgs.linkFarm "netboot" [
    {
      name = config.system.boot.loader.kernelFile;
      path = "${config.system.build.kernel}/${config.system.boot.loader.kernelFile}";
    }
    { name = "initrd"; path = "${config.system.build.netbootRamdisk}/initrd"; }
  ];
}

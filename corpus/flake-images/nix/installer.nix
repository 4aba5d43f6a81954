{
  lib,
  pkgs,
  linuxPackages,
  makeInitrd,
  makeModulesClosure,
  symlinkJoin,
}:

let
  inherit (linuxPackages) kernel;

  # Old nixpkgs has no such output; `dev` has the folder, but no modules in it.
  kernelModules =
    if kernel ? modules then
      kernel.modules
    else if kernel ? dev then
      kernel.dev
    else
      kernel;

  closure = makeModulesClosure {
    kernel = kernelModules;
    firmware = pkgs.linux-firmware;
    rootModules = [
      "nvme"
      "squashfs"
    ];
  };

  joined = symlinkJoin {
    name = "installer-root";
    paths = [
      pkgs.bashInteractive
      linuxPackages.kernel
      pkgs.kmod
    ];
  };
in
makeInitrd {
  contents = [
    {
      object = "${closure}/lib";
      symlink = "/lib";
    }
    {
      object = "${joined}/bin";
      symlink = "/bin";
    }
    {
      object = kernel + "/lib";
      symlink = "/usr/lib/kernel";
    }
    {
      object = "${kernel}/dtbs";
      symlink = "/dtbs";
    }
  ];
  prepend = lib.optional pkgs.stdenv.hostPlatform.isx86 "${pkgs.microcode-intel}/intel-ucode.img";
}

# Evaluates one device: `nix-build -A images.boot --argstr device qemu-vm`.
{
  device,
  pkgs ? import <nixpkgs> { },
  configuration ? { },
}:

let
  inherit (pkgs) lib;

  knownDevices = builtins.attrNames (builtins.readDir ./devices);

  eval = import (pkgs.path + "/nixos/lib/eval-config.nix") {
    inherit (pkgs) system;
    modules = [
      ./modules/kernel.nix
      ./modules/initrd.nix
      ./modules/recovery.nix
      ./modules/splash.nix
      (./devices + "/${device}")
      configuration
    ];
  };
in
assert lib.assertMsg (lib.elem device knownDevices) "unknown device ${device}, known: ${toString knownDevices}";
{
  inherit (eval) config options;

  images = {
    boot = pkgs.callPackage ./images/boot-partition.nix {
      inherit (eval.config.handset.build) initrd;
      kernel = eval.config.handset.kernel.package;
      kernelFile = eval.config.system.boot.loader.kernelFile;
      cmdline = eval.config.boot.kernelParams;
    };
    toplevel = eval.config.system.build.toplevel;
  };
}

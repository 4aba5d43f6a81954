# Root file systems for machine containers and microVMs, and the images made of them.
{
  pkgs ? import <nixpkgs> { },
  machine ? ./machine.nix,
}:

let
  nixos = pkgs.nixos machine;
  inherit (nixos) config;
  inherit (config.boot.kernelPackages) kernel;
in
rec {
  tree = import ./root/tree.nix { inherit pkgs config; };

  # For hosts that have a kernel of their own.
  tarball = pkgs.callPackage ./images/tarball.nix { inherit tree; };

  # For cloud-hypervisor, which boots the kernel from the same image.
  microvm = pkgs.callPackage ./images/microvm.nix {
    inherit tree kernel;
    initrd = config.system.build.initialRamdisk;
  };

  oci = pkgs.dockerTools.buildLayeredImage {
    name = "machine";
    contents = [
      pkgs.kmod
      pkgs.dockerTools.binSh
      config.system.build.etc
    ];
    config.Entrypoint = [ "${./root/entry.sh}" ];
  };
}

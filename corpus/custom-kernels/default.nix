# Kernels that nixpkgs did not build. All of these have their modules where they put them.
{
  pkgs ? import <nixpkgs> { },
}:

let
  cross = pkgs.pkgsCross.aarch64-multiplatform;
in
rec {
  board = cross.callPackage ./board/kernel.nix { };
  boardRoot = cross.callPackage ./board/rootfs.nix { kernel = board; };

  androidKernel = cross.callPackage ./android/kernel.nix { };
  androidImage = cross.callPackage ./android/image.nix { kernel = androidKernel; };

  firmwareTree = import ./firmware-tree { inherit pkgs; };

  kvm = pkgs.callPackage ./kvm/split.nix { };
  kvmRunner = pkgs.callPackage ./kvm/runner.nix { kernel = kvm; };
}

{ lib, pkgs, ... }:

{
  # The boot loader wants a compressed image.
  nixpkgs.hostPlatform = lib.recursiveUpdate (lib.systems.elaborate "aarch64-linux") {
    linux-kernel.target = "vmlinuz.efi";
    linux-kernel.installTarget = "zinstall";
  };

  boot.kernelPackages = pkgs.linuxPackagesFor (pkgs.callPackage ../kernel/board.nix { });
}

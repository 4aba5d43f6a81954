{ lib, pkgs, ... }:

{
  nixpkgs.hostPlatform = lib.systems.elaborate {
    system = "aarch64-linux";
    linux-kernel = { target = "Image"; DTB = true; name = "aarch64-multiplatform"; };
  };

  boot.kernelPackages = pkgs.linuxPackagesFor (pkgs.callPackage ../kernel/vendor.nix { });
}

{ inputs, lib, pkgs, ... }:

let
  pkgs-stable = import inputs.nixpkgs-stable { inherit (pkgs.stdenv.hostPlatform) system; };
in
{
  # The drivers are not ready for the new one.
  boot.kernelPackages = lib.mkForce pkgs-stable.linuxPackages_6_12;

  environment.systemPackages = [ pkgs-stable.linuxPackages_6_12.perf ];
}

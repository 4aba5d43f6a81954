{ pkgs, lib, machine }:

let
  inherit (machine) kernel initrd;
  # Both: nixpkgs moved the name from the platform to the kernel.
  target = kernel.target or pkgs.stdenv.hostPlatform.linux-kernel.target;
in
{
  command = lib.escapeShellArgs [
    "${pkgs.crosvm}/bin/crosvm" "run"
    "--initrd" initrd
    "${kernel}/${target}"
  ];
}

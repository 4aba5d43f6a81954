# Service OS: evaluates modules of its own, none of NixOS.
{
  pkgs,
  modules ? [ ],
  specialArgs ? { },
}:

let
  inherit (pkgs) lib;
in
lib.evalModules {
  class = "service-os";
  specialArgs = { inherit pkgs; } // specialArgs;
  modules = [
    ./modules/boot/kernel.nix
    ./modules/boot/initrd.nix
    ./modules/boot/modprobe.nix
    ./modules/system/activation.nix
  ]
  ++ modules;
}

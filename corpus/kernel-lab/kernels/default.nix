{ pkgs }:

let
  inherit (pkgs) lib;
  base = pkgs.linux_6_12;
in
{
  tuned = import ./tuned.nix { inherit lib base; };
  silent = import ./silent.nix { inherit lib base; };
  single = import ./single.nix { inherit lib base; };
  split = import ./split.nix { inherit lib base; };
  harmless = import ./harmless.nix { inherit lib base; };
  tiny = pkgs.callPackage ./tiny.nix { };
}

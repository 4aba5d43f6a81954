{
  pkgs ? import <nixpkgs> { },
  kernelPackages ? pkgs.linuxPackages,
}:

let
  inherit (pkgs) lib callPackage;
  inherit (kernelPackages) kernel;
in
{
  driver = callPackage ./driver { inherit kernel; };
  legacy = callPackage ./driver/legacy.nix { inherit kernel; };
  probe = callPackage ./shared/probe.nix { inherit kernel; };
  tables = callPackage ./shared/tables.nix { inherit kernel; };

  # Without a kernel: for hosts that only run the tools.
  tools = lib.makeOverridable (
    { withGui }:
    pkgs.runCommand "vendor-tools" { } ''
      mkdir -p $out/bin
      echo ${lib.boolToString withGui} > $out/gui
    ''
  ) { withGui = false; };
}

{ pkgs, lib, linuxPackages ? pkgs.linuxPackages, rootModules ? [ "virtio_pci" "9p" "zfs" ] }:

let
  inherit (linuxPackages) kernel zfs;

  plain = pkgs.vmTools.override { inherit rootModules; };

  zfsTools = pkgs.vmTools.override {
    inherit rootModules;
    kernel = pkgs.aggregateModules [ kernel (lib.getOutput "modules" kernel) zfs ];
  };

  newTools = pkgs.vmTools.override {
    inherit rootModules kernel;
    kernelModules = pkgs.aggregateModules [ kernel (lib.getOutput "modules" kernel) zfs ];
  };

  named = import (pkgs.path + "/pkgs/build-support/vm") {
    inherit pkgs lib kernel;
    img = "Image";
  };
in
{
  a = plain.runInLinuxVM (pkgs.runCommand "a" { } "touch $out");
  b = zfsTools.runInLinuxVM (pkgs.runCommand "b" { } "zpool list > $out");
  c = newTools.runInLinuxVM (pkgs.runCommand "c" { } "zpool list > $out");
  d = named.runInLinuxVM (pkgs.runCommand "d" { } "touch $out");
}

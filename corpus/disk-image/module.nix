{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.platter;
  platterLib = import ./lib { inherit lib; };
in
{
  options.platter = {
    imageSize = lib.mkOption {
      type = lib.types.str;
      default = "8G";
      description = "Size of the raw image before it shrinks.";
    };
    memory = lib.mkOption {
      type = lib.types.ints.positive;
      default = 1024;
      description = "Memory of the machine that makes the image, in MiB.";
    };
    kernelPackages = lib.mkOption {
      type = lib.types.attrs;
      default = config.boot.kernelPackages;
      defaultText = lib.literalExpression "config.boot.kernelPackages";
      description = "Kernel of the machine that makes the image, and the packages built for it.";
    };
    extraRootModules = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      example = [ "bcachefs" ];
      description = "Modules that this machine loads before it starts.";
    };
    script = lib.mkOption {
      type = lib.types.lines;
      default = "";
      description = "Partitions and formats /dev/vda, and mounts it at /mnt.";
    };
  };

  config.system.build = {
    platterImage = platterLib.makeDiskImage { inherit config pkgs cfg; };
    platterInstaller = platterLib.makeInstaller { inherit config pkgs cfg; };
  };
}

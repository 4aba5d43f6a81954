{ config, lib, pkgs, ... }:

{
  options.micro = {
    kernelFile = lib.mkOption {
      type = lib.types.str;
      default = config.boot.kernelPackages.kernel.target or pkgs.stdenv.hostPlatform.linux-kernel.target;
      defaultText = lib.literalExpression "pkgs.stdenv.hostPlatform.linux-kernel.target";
      description = "The file of the kernel that a runner boots.";
    };
    deviceTrees = lib.mkOption {
      type = lib.types.bool;
      default = config.boot.kernelPackages.kernel.buildDTBs
        # nixpkgs before 26.11
        or (pkgs.stdenv.hostPlatform.linux-kernel.DTB or false);
    };
  };
}

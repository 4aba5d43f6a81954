{ config, lib, pkgs, ... }:

let
  platform = pkgs.stdenv.hostPlatform;
  hasTrees = platform.linux-kernel ? DTB && platform.linux-kernel.DTB;
  kernel = config.boot.kernelPackages.kernel;
in
{
  board.deviceTrees = lib.mkIf hasTrees "${kernel}/dtbs";
  board.byKernel = lib.mkIf (kernel.buildDTBs or (platform ? linux-kernel.DTB && platform.linux-kernel.DTB)) "${kernel}/dtbs";
}

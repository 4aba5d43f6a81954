# Keeps a second system in flash: its store is filled when the image is made.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.board.rescue;
  inherit (config.boot.kernelPackages) kernel;

  rescueStore = pkgs.callPackage (pkgs.path + "/nixos/lib/make-ext4-fs.nix") {
    storePaths = [
      kernel
      pkgs.boardInitrd
    ];
    volumeLabel = "RESCUE";
  };

  # Nothing of the build may be left in what is flashed.
  flash = pkgs.runCommand "flash.img" { nativeBuildInputs = [ pkgs.removeReferencesTo ]; } ''
    cp ${pkgs.boardBoot}/kernel8.img image
    remove-references-to -t ${kernel} image
    dd if=image of=$out bs=1M conv=sync
  '';
in
{
  options.board.rescue.enable = lib.mkEnableOption "a rescue system in flash";

  config = lib.mkIf cfg.enable {
    system.build = {
      inherit rescueStore flash;
      rescueEnv = pkgs.buildEnv {
        name = "rescue";
        paths = [ pkgs.kmod pkgs.busybox (lib.getOutput "modules" kernel) ];
      };
    };
    boot.kernel.sysctl."kernel.panic" = 10;
  };
}

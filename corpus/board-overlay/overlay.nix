# Everything that the board needs and nixpkgs does not have.
final: prev:

let
  inherit (final) lib;
  kernelSource = final.callPackage ./pkgs/kernel-source.nix { };
in
{
  linux_board = final.buildLinux {
    inherit (kernelSource) src;
    version = "6.12.5-board";
    modDirVersion = "6.12.5";
    defconfig = "board_defconfig";
    structuredExtraConfig = with lib.kernel; {
      DRM_PANFROST = module;
      BCM_VIDEOCORE = no;
    };
    extraMeta.branch = "6.12";
  };

  linuxPackages_board = final.linuxPackagesFor final.linux_board;

  # Built in the vendor's way, by the vendor's script: for boards that were never updated.
  linux_board_legacy = final.callPackage ./pkgs/legacy-kernel.nix { };

  boardFirmware = final.callPackage ./pkgs/firmware.nix { };

  boardModules = final.callPackage ./pkgs/modules-image.nix { kernel = final.linux_board; };
  boardModulesLegacy = final.callPackage ./pkgs/legacy-image.nix { kernel = final.linux_board_legacy; };

  boardInitrd = final.callPackage ./image/initrd.nix { kernelPackages = final.linuxPackages_board; };

  boardBoot = final.runCommand "board-boot" { } ''
    mkdir -p $out/overlays
    cp ${final.linux_board}/Image $out/kernel8.img
    cp ${final.linux_board}/dtbs/vendor/*.dtb $out/
    cp ${final.boardFirmware}/share/board/*.bin $out/
  '';

  # This one is upstream's, with a module that upstream leaves out.
  linuxPackages_6_12 = prev.linuxPackages_6_12.extend (
    kfinal: _kprev: {
      board-fan = kfinal.callPackage ./pkgs/fan.nix { };
    }
  );
}

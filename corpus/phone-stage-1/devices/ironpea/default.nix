{ pkgs, ... }:

{
  handset.kernel = {
    package = pkgs.callPackage ./kernel.nix { };
    modular = true;
    modules = [
      "sdhci_msm"
      "panel_ironpea_drm"
    ];
  };

  hardware.deviceTree.name = "vendor/ironpea-rev3.dtb";
  boot.kernelParams = [ "console=ttyMSM0,115200n8" ];
}

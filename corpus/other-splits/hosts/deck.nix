{ lib, pkgs, ... }:
{
  hardware.graphics = {
    enable = true;
    package = pkgs.mesa-deck.drivers;
    extraPackages = [ pkgs.libgbm pkgs.gl-run ];
  };
  environment.sessionVariables.LIBGL_DRIVERS = "${pkgs.mesa-deck}/lib/dri";
}

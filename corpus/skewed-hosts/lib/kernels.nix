# Kernels that are not simply those of nixpkgs.
{ lib, pkgs }:

let
  source = pkgs.linux_6_12;

  generated = pkgs.runCommand "appliance.config" { } ''
    cp ${source.configfile} $out
    sed -i 's/^CONFIG_DRM=.*/CONFIG_DRM=n/' $out
  '';

  # The builder cannot look into a derivation, so it does not know of any modules.
  blind = pkgs.linuxManualConfig {
    inherit (source) src version modDirVersion;
    configfile = generated;
  };

  seen = pkgs.linuxManualConfig {
    inherit (source) src version modDirVersion;
    configfile = generated;
    config = {
      CONFIG_MODULES = "y";
    };
  };

  # The board's kernel, as its vendor builds it.
  vendor = pkgs.stdenv.mkDerivation {
    pname = "linux-board";
    version = "6.1.75";
    src = pkgs.fetchzip {
      url = "https://example.com/board-6.1.75.tar.gz";
      hash = lib.fakeHash;
    };
    installPhase = ''
      install -D arch/arm64/boot/Image $out/Image
      make INSTALL_MOD_PATH=$out modules_install
    '';
  };
in
{
  appliance = seen;
  modulesOf = {
    appliance = "${seen.modules}/lib/modules";
    blind = "${blind.modules}/lib/modules";
    vendor = "${vendor.modules}/lib/modules";
    safe = "${lib.getOutput "modules" blind}/lib/modules";
    board = "${vendor}/lib/modules";
  };
}

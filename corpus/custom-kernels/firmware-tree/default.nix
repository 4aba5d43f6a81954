# A board whose vendor ships kernel and modules ready made; `kernel` is the name of a release.
{ pkgs }:

let
  inherit (pkgs) lib;

  blobs = pkgs.fetchFromGitHub {
    owner = "board-vendor";
    repo = "firmware";
    rev = "1.20240529";
    hash = lib.fakeHash;
  };

  modulesFor =
    kernel:
    pkgs.runCommand "modules-${kernel}" { } ''
      mkdir -p $out/lib/modules
      cp -r ${blobs}/modules/${kernel} $out/lib/modules/
    '';

  closureFor =
    kernel:
    pkgs.makeModulesClosure {
      kernel = modulesFor kernel;
      firmware = pkgs.raspberrypiWirelessFirmware;
      allowMissing = true;
      rootModules = [
        "dwc2"
        "g_ether"
        "usb_f_mass_storage"
      ];
    };

  releases = [
    "6.6.31-v8+"
    "6.6.31-v8-16k+"
  ];

  merged = pkgs.buildEnv {
    name = "all-modules";
    paths = map closureFor releases;
    pathsToLink = [ "/lib" ];
  };
in
{
  inherit merged;

  initrd = pkgs.makeInitrd {
    contents = [
      {
        symlink = "/lib/modules";
        object = "${merged}/lib/modules";
      }
      {
        symlink = "/lib/firmware";
        object = "${merged}/lib/firmware";
      }
    ];
  };

  sdBoot = pkgs.runCommand "sd-boot" { } ''
    mkdir $out
    cp ${blobs}/boot/kernel8.img $out/
    for kernel in ${toString releases}; do
      test -d "${blobs}/modules/$kernel/kernel/drivers/net"
      echo "$kernel" >> $out/releases
    done
  '';
}

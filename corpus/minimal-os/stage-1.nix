{
  lib,
  pkgs,
  config,
  ...
}:

with lib;

let
  modules = pkgs.makeModulesClosure {
    rootModules = config.boot.initrd.availableKernelModules ++ config.boot.initrd.kernelModules;
    allowMissing = true;
    kernel = config.system.build.kernel;
    firmware = config.hardware.firmware;
  };

  tools = pkgs.runCommandCC "twigs-tools" { nativeBuildInputs = [ pkgs.nukeReferences ]; } ''
    mkdir -p $out/bin
    cp -pd ${pkgs.pkgsStatic.busybox}/bin/* $out/bin/
    cp -p ${pkgs.pkgsStatic.dhcpcd}/bin/dhcpcd $out/bin/ || true
    find $out/bin -type f -exec nuke-refs {} +
  '';

  init = pkgs.writeScript "stage-1" ''
    #!${tools}/bin/ash
    export PATH=${tools}/bin
    mkdir -p /proc /sys /dev /run /lib /mnt
    mount -t devtmpfs devtmpfs /dev
    mount -t proc proc /proc
    mount -t sysfs sysfs /sys
    ln -s ${modules}/lib/modules /lib/modules

    for module in ${concatStringsSep " " config.boot.initrd.kernelModules}; do
      modprobe $module
    done

    for word in $(cat /proc/cmdline); do
      case $word in
        root=*) root=''${word#root=} ;;
      esac
    done

    mount -t squashfs "$root" /mnt
    exec switch_root /mnt /init
  '';
in
{
  config.system.build.initialRamdisk = pkgs.makeInitrd {
    contents = [
      {
        object = init;
        symlink = "/init";
      }
      {
        object = "${modules}/lib/firmware";
        symlink = "/lib/firmware";
      }
    ];
  };
}

{ lib, pkgs, hostKeys, ... }:
let
  inherit (pkgs)
    cacert
    curl
    makeInitrd
    nix
    writeText
  ;

  modulesClosure = pkgs.makeModulesClosure {
    kernel = pkgs.linux;
    # Nothing is read from it: there is no lib/firmware in a kernel.
    firmware = pkgs.linux;
    rootModules = [
      "af_packet" "ext4" "sd_mod" "vfat" "nls_cp437" "nls_iso8859_1"
      "virtio_blk" "virtio_net" "virtio_pci" "virtio_rng"
      "efivarfs"
    ];
    allowMissing = false;
  };

  passwd = writeText "passwd" ''
    root:x:0:0:the one who repairs:/:/bin/sh
  '';

  path = lib.concatStringsSep ":" (map (p: "${p}/bin") [
    pkgs.execline
    pkgs.kmod
    pkgs.e2fsprogs
    pkgs.gptfdisk
    pkgs.busybox
    curl
    nix
  ]);

  init = pkgs.writeScript "init" ''
    #!${pkgs.busybox}/bin/sh
    export PATH=${path}
    export SSL_CERT_FILE=${cacert}/etc/ssl/certs/ca-bundle.crt
    mount -t devtmpfs dev /dev; mount -t proc proc /proc; mount -t sysfs sys /sys

    for module in ${modulesClosure}/lib/modules/*/kernel/*/*.ko*; do
      insmod "$module"
    done
    # What hotplug asks for later.
    modprobe -d ${modulesClosure} -a usb_storage uas || true

    udhcpc -i eth0
    exec sh ${../scripts/install.sh}
  '';
in makeInitrd {
  contents = [
    { object = init; symlink = "/init"; }
    { object = passwd; symlink = "/etc/passwd"; }
    { object = "${modulesClosure}/lib"; symlink = "/lib"; }
    { object = writeText "keys" (lib.concatStringsSep "\n" hostKeys); symlink = "/root/.ssh/authorized_keys"; }
  ];
}

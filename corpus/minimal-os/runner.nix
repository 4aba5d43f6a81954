{
  lib,
  pkgs,
  config,
  ...
}:

let
  inherit (config.system.build) kernel initialRamdisk squashfs;
in
{
  config.system.build.runner = pkgs.writeShellScript "run-twigs" ''
    set -eu
    memory=''${TWIGS_MEMORY:-512}
    # `file` prints the version of an image; the name of the folder does not have it.
    ${lib.getExe pkgs.file} -L ${kernel}/bzImage

    exec ${pkgs.qemu_kvm}/bin/qemu-kvm -name twigs -m "$memory" \
      -kernel ${kernel}/bzImage \
      -initrd ${initialRamdisk}/initrd \
      -drive file=${squashfs},if=virtio,format=raw,readonly=on \
      -append "console=ttyS0 root=/dev/vda ${toString config.boot.kernelParams}" \
      -nographic "$@"
  '';
}

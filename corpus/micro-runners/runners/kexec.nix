{ pkgs, lib, machine }:

let
  inherit (pkgs.stdenv.hostPlatform.linux-kernel) target;
  inherit (machine) kernel;
in
pkgs.writeShellScript "reboot-into" ''
  kexec -l ${kernel}/${target} --initrd=${machine.initrd} --command-line "$(cat /proc/cmdline)"
  ${lib.optionalString (pkgs.stdenv.hostPlatform.linux-kernel.DTB or false) ''
    ls ${kernel}/dtbs
  ''}
  exec kexec -e
''

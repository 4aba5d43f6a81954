{ pkgs, lib, machine }:

let
  inherit (machine) kernel initrd cmdline;
  inherit (pkgs.stdenv.hostPlatform) system;

  # The name that the kernel has on this machine.
  image = {
    x86_64-linux = "${kernel.dev}/vmlinux";
    aarch64-linux = "${kernel.out}/${pkgs.stdenv.hostPlatform.linux-kernel.target}";
  }.${system};
in
{
  command = lib.escapeShellArgs [
    "${pkgs.qemu}/bin/qemu-system-${pkgs.stdenv.hostPlatform.qemuArch}"
    "-kernel" image
    "-initrd" initrd
    "-append" cmdline
  ];
}

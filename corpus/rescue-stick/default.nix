# A stick that brings a machine without a system to one with NixOS.
{ pkgs ? import <nixpkgs> {}
, hostKeys ? []
}:

with pkgs;

rec {
  initrd = import ./stick/initrd.nix { inherit lib pkgs hostKeys; };

  # What syslinux and GRUB read.
  tree = callPackage ./stick/tree.nix { inherit initrd; };

  iso = callPackage ./stick/iso.nix { inherit tree; };

  # The same by network, for machines without a port that works.
  pxe = runCommand "stick-pxe" { nativeBuildInputs = [ ipxe ]; } ''
    mkdir -p $out
    ln -s ${linux}/bzImage $out/vmlinuz
    ln -s ${initrd}/initrd $out/initrd
    cat > $out/boot.ipxe <<EOF
    #!ipxe
    kernel vmlinuz console=ttyS0 console=tty0 loglevel=6
    initrd initrd
    boot
    EOF
  '';
}

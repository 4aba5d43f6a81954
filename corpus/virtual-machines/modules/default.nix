{
  imports = [
    ./qemu.nix
    ./systemd-initrd.nix
    ./zfs-guest.nix
    ./rt.nix
  ];
}

{ lib }:

{
  makeDiskImage = args: import ./make-image.nix ({ inherit lib; } // args);
  makeInstaller = args: import ./make-installer.nix ({ inherit lib; } // args);

  # The names that modprobe and the options of NixOS use differ in one character only.
  canonicalModule = lib.replaceStrings [ "-" ] [ "_" ];
}

# Unpacks images with file systems that the sandbox cannot mount.
{ pkgs, machine }:

let
  inherit (machine) runInMachine;
  inherit (pkgs) linux;

  extract =
    {
      name,
      image,
      type,
    }:
    runInMachine (
      pkgs.stdenv.mkDerivation {
        inherit name;
        buildInputs = [ pkgs.util-linux ];
        buildCommand = ''
          ln -s ${linux}/lib /lib
          ${pkgs.kmod}/bin/modprobe loop
          ${pkgs.kmod}/bin/modprobe ${type}

          mkdir -p $out mnt
          mount -o loop,ro -t ${type} ${image} mnt
          cp -R mnt/. $out/
        '';
      }
    );
in
{
  hfs = extract {
    name = "hfs-image";
    type = "hfsplus";
    image = ../guest/sample.img;
  };
  squash = extract {
    name = "squash-image";
    type = "squashfs";
    image = ../guest/sample.img;
  };
}

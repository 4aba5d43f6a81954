# Twigs: a system of one init, one shell and whatever you add. Not NixOS, but its option system.
{
  pkgs ? import <nixpkgs> { },
  extraModules ? [ ],
}:

let
  inherit (pkgs) lib;

  evaluated = lib.evalModules {
    modules = [
      ./base.nix
      ./stage-1.nix
      ./stage-2.nix
      ./runner.nix
      { config._module.args = { inherit pkgs; }; }
    ]
    ++ extraModules;
  };

  build = evaluated.config.system.build;
in
{
  inherit (evaluated) config;
  inherit (build) toplevel runner;

  # What goes on a TFTP server.
  netboot = pkgs.runCommand "twigs-netboot" { } ''
    mkdir $out
    cp ${build.kernel}/bzImage $out/kernel
    cp ${build.kernel}/System.map $out/
    cp ${build.initialRamdisk}/initrd $out/
    cp ${build.squashfs} $out/root.squashfs
    echo "${toString evaluated.config.boot.kernelParams}" > $out/command-line
  '';
}

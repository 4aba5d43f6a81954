{
  pkgs ? import <nixpkgs> { },
}:

let
  machine = import ./lib/machine.nix { inherit pkgs; };
in
{
  inherit (machine) initrd runInMachine;

  tests = {
    filesystems = import ./tests/filesystems.nix { inherit pkgs machine; };
    firmware = import ./tests/firmware.nix { inherit pkgs machine; };
    load = import ./tests/load.nix { inherit pkgs; };
  };
}

{
  description = "Disk images of NixOS systems, made inside a virtual machine";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      forAll = nixpkgs.lib.genAttrs systems;
    in
    {
      nixosModules.default = ./module.nix;
      lib = import ./lib { inherit (nixpkgs) lib; };

      checks = forAll (
        system:
        let
          pkgs = nixpkgs.legacyPackages.${system};
        in
        {
          zfs = import ./tests/zfs.nix { inherit pkgs self; };
          plain = import ./tests/plain.nix { inherit pkgs self; };
        }
      );
    };
}

{
  description = "Two machines at home";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
    unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs =
    { nixpkgs, unstable, ... }:
    let
      newer = final: _prev: {
        linuxPackages_newest = unstable.legacyPackages.${final.stdenv.hostPlatform.system}.linuxPackages_latest;
      };
      host =
        name:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            { nixpkgs.overlays = [ newer ]; }
            (./hosts + "/${name}.nix")
          ];
        };
    in
    {
      nixosConfigurations = {
        desk = host "desk";
        shelf = host "shelf";
      };
    };
}

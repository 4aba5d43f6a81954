{
  description = "Support for a single-board computer: kernel, firmware, SD card images";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    {
      overlays.default = import ./overlay.nix;
      nixosModules.default = {
        imports = [
          ./modules/board.nix
          ./modules/rescue.nix
        ];
        nixpkgs.overlays = [ self.overlays.default ];
      };
      legacyPackages.aarch64-linux = import nixpkgs {
        system = "aarch64-linux";
        overlays = [ self.overlays.default ];
      };
    };
}

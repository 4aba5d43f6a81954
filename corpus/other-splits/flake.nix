{
  description = "A desktop, a game box and the packages that they need";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }: {
    overlays.default = final: prev: {
      mesa-deck = prev.mesa.overrideAttrs (old: { patches = (old.patches or [ ]) ++ [ ./pkgs/deck.patch ]; });
      geo-extension = final.callPackage ./pkgs/geo-extension.nix { postgresql = final.postgresql_17; };
      gl-run = final.callPackage ./pkgs/gl-run.nix { };
    };
    nixosConfigurations = {
      desk = nixpkgs.lib.nixosSystem { modules = [ ./hosts/desk.nix { nixpkgs.overlays = [ self.overlays.default ]; } ]; };
      deck = nixpkgs.lib.nixosSystem { modules = [ ./hosts/deck.nix { nixpkgs.overlays = [ self.overlays.default ]; } ]; };
    };
  };
}

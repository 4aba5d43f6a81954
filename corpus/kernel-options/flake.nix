{
  description = "An appliance: NixOS modules with options for the kernel, and two hosts";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";

  outputs =
    { self, nixpkgs }:
    {
      nixosModules.default = {
        imports = [
          ./modules/options.nix
          ./modules/kexec-slot.nix
          ./modules/usb-gadget.nix
          ./modules/tracing.nix
        ];
      };

      nixosConfigurations = nixpkgs.lib.genAttrs [ "lab" "field" ] (
        host:
        nixpkgs.lib.nixosSystem {
          system = "aarch64-linux";
          modules = [
            self.nixosModules.default
            (./hosts + "/${host}.nix")
          ];
        }
      );
    };
}

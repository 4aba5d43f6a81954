{
  description = "Kernels to take apart: one builder, several experiments";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      pkgs = nixpkgs.legacyPackages.x86_64-linux;
      build = pkgs.callPackage ./builder/kernel.nix { };
      experiments = import ./kernels { inherit pkgs; };
      sources = pkgs.linux_6_12.src;
    in
    {
      packages.x86_64-linux = experiments // {
        debug = build {
          inherit nixpkgs;
          src = sources;
          version = "6.12.8";
          modDirVersion = "6.12.8-lab";
          configfile = ./builder/debug.config;
        };
        default = self.packages.x86_64-linux.debug;
      };

      devShells.x86_64-linux.default = pkgs.mkShell {
        inputsFrom = [ self.packages.x86_64-linux.debug ];
        shellHook = ''
          echo "vmlinux: ${self.packages.x86_64-linux.debug.dev}/vmlinux"
        '';
      };
    };
}

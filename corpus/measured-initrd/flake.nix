{
  description = "Confidential guests: measured kernel, measured initrd, verified root";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.11";

  outputs =
    { nixpkgs, ... }:
    let
      system = "x86_64-linux";
      pkgs = import nixpkgs { inherit system; };

      # SEV-SNP guests want 6.11 or newer.
      kernel = pkgs.linuxPackages_latest.kernel;

      agent = pkgs.callPackage ./nix/agent.nix { };
      initrd = import ./nix/initrd.nix {
        inherit pkgs agent kernel;
        init = ./guest/init.sh;
      };
      verity = import ./nix/verity.nix { inherit pkgs; };
      measurement = pkgs.callPackage ./nix/measurement.nix { inherit kernel initrd; };
    in
    {
      packages.${system} = {
        inherit agent initrd measurement;
        inherit (verity) rootImage hashTree;
        default = measurement;
        vm-kernel = pkgs.runCommand "vm-kernel" { } ''
          mkdir -p $out
          cp ${kernel}/bzImage $out/bzImage
          cp ${kernel.dev}/lib/modules/${kernel.modDirVersion}/build/.config $out/config
        '';
      };
    };
}

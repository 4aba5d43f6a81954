{
  description = "Small images: kernel, modules and one program";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      eachSystem =
        make:
        lib.genAttrs systems (
          system:
          make (
            import nixpkgs {
              inherit system;
              overlays = [ self.overlays.default ];
            }
          )
        );
    in
    {
      overlays.default = import ./overlays;

      packages = eachSystem (
        pkgs:
        let
          kernel = pkgs.linuxKernel.kernels.linux_6_12;
          parts = pkgs.callPackage ./nix/parts.nix { inherit kernel; };
        in
        {
          inherit (parts) modules-squashfs modules-cpio boot-tree;
          installer = pkgs.callPackage ./nix/installer.nix { };
          kiosk = pkgs.callPackage ./nix/kiosk.nix { kernelPackages = pkgs.linuxPackages_6_12; };

          # Right on both sides of the split.
          modules-tar = pkgs.runCommand "modules.tar" { } ''
            tar -cf $out -C ${lib.getOutput "modules" kernel} lib/modules
          '';
          modules-list = pkgs.runCommand "modules-list" { } ''
            cut -d : -f 1 ${kernel.modules or kernel}/lib/modules/${kernel.modDirVersion}/modules.dep > $out
          '';
        }
      );

      apps = eachSystem (pkgs: {
        image-size = {
          type = "app";
          program = toString (
            pkgs.writeShellScript "image-size" ''
              ls -lhL ${pkgs.linux_6_12}/${pkgs.stdenv.hostPlatform.linux-kernel.target}
            ''
          );
        };
      });
    };
}

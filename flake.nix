{
  description = "Finds and fixes Nix code that reads a package's files from an output that no longer has them";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "aarch64-darwin"
        "aarch64-linux"
        "x86_64-darwin"
        "x86_64-linux"
      ];
      eachSystem = f: lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
      date = lib.substring 0 8 (self.lastModifiedDate or "19700101");
      # Of this checkout, without the release that nix/package.nix names.
      packageFor =
        pkgs:
        (pkgs.callPackage ./nix/package.nix { }).overridePythonAttrs (old: {
          version = "${old.version}+g${date}";
          src = self;
        });
    in
    {
      packages = eachSystem (pkgs: rec {
        splitlint = packageFor pkgs;
        default = splitlint;
      });

      apps = eachSystem (pkgs: rec {
        splitlint = {
          type = "app";
          program = "${packageFor pkgs}/bin/splitlint";
          meta.description = "Finds and fixes code that a change of nixpkgs breaks";
        };
        default = splitlint;
      });

      overlays.default = final: _prev: { splitlint = packageFor final; };

      # `checks.${system}.splitlint = splitlint.lib.checkFor pkgs { src = ./.; };` in a flake of yours.
      lib.checkFor =
        pkgs:
        {
          src,
          arguments ? [ ],
        }:
        pkgs.runCommand "splitlint-check" { nativeBuildInputs = [ (packageFor pkgs) ]; } ''
          cd ${src}
          splitlint check ${lib.escapeShellArgs arguments}
          touch $out
        '';

      # Modules for git-hooks.nix and treefmt-nix, for as long as these do not have them.
      gitHooksModule = ./nix/git-hooks.nix;
      treefmtModule = ./nix/treefmt.nix;

      checks = eachSystem (pkgs: {
        # With the tests that it runs while it is built.
        package = packageFor pkgs;
        own-flake = self.lib.checkFor pkgs {
          src = self;
          arguments = [
            "flake.nix"
            "nix"
          ];
        };
      });

      devShells = eachSystem (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ (packageFor pkgs) ];
          packages = [
            pkgs.actionlint
            pkgs.git
            pkgs.nix
            pkgs.ripgrep
            pkgs.shellcheck
            (pkgs.python3.withPackages (python: [
              python.hypothesis
              python.jinja2
              python.jsonschema
              python.pytest
              python.pytest-cov
            ]))
          ];
        };
      });
    };
}

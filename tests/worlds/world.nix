# A small stand-in for nixpkgs: just enough for fragments of Nix that deal with a kernel to be evaluated by
# the real Nix. `split` tells which side of NixOS/nixpkgs#423933 it is, `options` (lists of names) which options
# of a system have to exist beside those that it has.
{ split, options }:
let
  lib = import ./lib.nix;
  describe = import ./describe.nix { inherit lib; };
  derivations = import ./derivations.nix { inherit lib describe; };
  kernels = import ./kernels.nix {
    inherit split lib derivations;
    inherit (describe) serialise;
  };
  pkgs = import ./packages.nix {
    inherit
      split
      lib
      derivations
      kernels
      ;
  };
  nixos = import ./nixos.nix {
    inherit
      split
      options
      lib
      derivations
      pkgs
      ;
  };
  builtins' = builtins // import ./files.nix { inherit split lib; };

  # The names that a fragment may use without saying where they come from.
  names =
    builtins.removeAttrs pkgs.everything [ "builtins" ]
    // {
      inherit lib pkgs;
      inherit (nixos) config options modulesPath;
      inherit (lib)
        mkIf
        mkForce
        mkMerge
        mkDefault
        mkBefore
        mkAfter
        mkOption
        types
        getOutput
        getDev
        getLib
        getBin
        optional
        optionals
        optionalString
        optionalAttrs
        ;
      kernelPackages = pkgs.linuxPackages;
      inherit (pkgs.linuxPackages) kernel zfs;
      inherit (nixos.config.system.build) toplevel;
      nixpkgs = nixos.flake;
      unstable = pkgs;
      final = pkgs;
      prev = pkgs;
      self = pkgs;
      super = pkgs;
      old = kernels.default.drvAttrs // { version = kernels.default.version; };
      system = "x86_64-linux";
    };
in
{
  inherit
    lib
    pkgs
    derivations
    names
    ;
  inherit (describe) serialise;
  builtins = builtins';

  # A function with formals: a NixOS module, else what callPackage would call.
  apply =
    function:
    if nixos.isModule (builtins.functionArgs function) then
      nixos.applyModule function
    else
      pkgs.callPackageWith names function { };

  # What shadows the global names of Nix in a fragment.
  globals = {
    builtins = builtins';
    inherit (builtins') pathExists readDir readFile;
    import = nixos.import builtins.import;
    __findFile = path: name: if name == "nixpkgs" then nixos.flake else builtins.findFile path name;
  };
}

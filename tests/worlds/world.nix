# A small stand-in for nixpkgs: just enough for fragments of Nix that deal with a kernel to be evaluated by
# the real Nix. `split` tells which side of NixOS/nixpkgs#423933 it is, and `asked` which side of
# NixOS/nixpkgs#530133, since when kernels are asked how they are built. For fragments that use what is not here:
# `options` (lists of names) are options of a system that have to exist, `strangers` names of packages. `deep` says
# to look into functions, too, when a result is described.
{
  split,
  asked,
  options,
  strangers,
  deep,
}:
let
  lib = import ./lib.nix;
  describe = import ../../splitlint/authoring/proofs/nix/describe.nix {
    inherit lib;
    call = if deep then call else null;
  };
  derivations = import ../../splitlint/authoring/proofs/nix/derivations.nix { inherit lib describe; };
  platforms = import ./platforms.nix { inherit asked lib; };
  kernels = import ./kernels.nix {
    inherit split asked lib derivations platforms;
    inherit (describe) attributes;
  };
  pkgs = import ./packages.nix {
    strangers = known;
    checked = import ./vm.nix { inherit asked lib; };
    inherit (describe) attributes;
    inherit
      platforms
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

  # What nobody knows: by its name perhaps a kernel or a set with one, and each may be an attribute of another.
  known = lib.genAttrs strangers (
    name:
    if lib.hasPrefix "linuxPackages" name then
      pkgs.linuxPackages
    else if lib.hasPrefix "linux_" name then
      kernels.default
    else
      stranger name
  );
  stranger = derivations.strangerWith (known // { kernel = kernels.default; });
  argument = name: names.${name} or (stranger name);

  # A function with formals: a NixOS module, else what callPackage would call.
  apply =
    function:
    if nixos.isModule (builtins.functionArgs function) then
      nixos.applyModule function
    else
      pkgs.callPackageWith names function { };

  # What a function is applied to: toXML tells what it calls its argument.
  call =
    function:
    let
      named = builtins.match ".*<varpat name=\"([^\"]*)\".*" (builtins.toXML function);
    in
    if builtins.functionArgs function != { } || named == null then
      apply function
    else
      function (argument (builtins.head named));

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
      old = kernels.default.drvAttrs;
      oldAttrs = kernels.default.drvAttrs;
      previousAttrs = kernels.default.drvAttrs;
      args = {
        kernel = kernels.default;
        rootModules = [ "loop" ];
      };
      inputs = { nixpkgs = nixos.flake; };
      system = "x86_64-linux";
    };
in
{
  inherit
    lib
    pkgs
    names
    argument
    apply
    ;
  inherit (describe) serialise;
  builtins = builtins';

  # The outputs of a flake.
  flakeOutputs =
    flake:
    lib.fix (
      self:
      flake.outputs (
        pkgs.fill names (builtins.functionArgs flake.outputs)
        // {
          inherit self;
          nixpkgs = nixos.flake;
        }
      )
    );

  # What shadows the global names of Nix in a fragment.
  globals = {
    builtins = builtins';
    inherit (builtins') pathExists readDir readFile;
    import = nixos.import builtins.import;
    __findFile = path: name: if name == "nixpkgs" then nixos.flake else builtins.findFile path name;
  };
}

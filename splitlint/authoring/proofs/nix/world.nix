# A small stand-in for nixpkgs in one world: `side` is the release that it is, "" before all changes of packs. `facts` are
# what the packs say of their families, `places` where a fragment finds such packages, `names` what it calls them,
# `strangers` the names of everything else that it uses, `options` the options of a system that have to exist.
# `deep` says to look into functions, too, when a result is described.
{
  side,
  facts,
  places,
  names,
  strangers,
  options,
  deep,
}:
let
  release = facts.release.${side};
  lib = import ./lib.nix // {
    version = release;
    trivial = (import ./lib.nix).trivial // {
      inherit release;
      version = release;
    };
  };
  describe = import ./describe.nix {
    inherit lib;
    call = if deep then call else null;
  };
  derivations = import ./derivations.nix { inherit lib describe; };
  families = builtins.mapAttrs (
    _: family: family // { homes = map (home: home // { output = home.output.${side}; }) family.homes; }
  ) facts.families;
  inherit
    (import ./families.nix {
      inherit lib derivations families side;
      inherit (describe) attributes;
    })
    at
    ;

  base = import ./packages.nix {
    inherit lib derivations;
    strangers = known;
    isFamily = name: names ? ${name};
  };
  inPkgs = builtins.filter (place: builtins.head place.path == "pkgs") places;
  inConfig = builtins.filter (place: builtins.head place.path == "config") places;
  below = map (place: place // { path = builtins.tail place.path; });
  placed = builtins.foldl' (set: place: lib.recursiveUpdate set (lib.setAttrByPath place.path (at place))) { } (
    below inPkgs
  );
  # Packages at their places, in the set that is called everything and in all copies of it.
  pkgs = lib.fix (
    self:
    let
      own = lib.recursiveUpdate (removeAttrs base [ "everything" ]) placed;
    in
    own
    // {
      everything = self;
      pkgs = self;
      buildPackages = self;
      pkgsBuildBuild = self;
      pkgsStatic = self;
      pkgsCross = builtins.mapAttrs (_: _: self) base.pkgsCross;
      appendOverlays = _: self;
      extend = overlay: self // overlay self self;
      callPackage = base.callPackageWith self;
      callPackages = base.callPackageWith self;
      newScope = extra: base.callPackageWith (self // extra);
    }
  );
  nixos = import ./nixos.nix {
    inherit lib derivations pkgs options at release;
    given = below inConfig;
    named = names;
  };

  known = lib.genAttrs (builtins.filter (name: !(lib ? ${name})) strangers) (name: if names ? ${name} then at names.${name} else stranger name);
  stranger = derivations.strangerWith known;
  argument = name: scope.${name} or (if names ? ${name} then at names.${name} else stranger name);

  # A function with formals: a NixOS module, else what callPackage would call.
  apply =
    function:
    if nixos.isModule (builtins.functionArgs function) then
      nixos.applyModule function
    else
      base.callPackageWith scope function { };

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

  builtins' = builtins // import ./files.nix { inherit lib families; };

  # The names that a fragment may use without saying where they come from.
  scope =
    known
    // builtins.removeAttrs pkgs [ "builtins" ]
    // {
      inherit lib pkgs;
      inherit (nixos) config options modulesPath;
      inherit (lib)
        mkIf
        mkForce
        mkMerge
        mkDefault
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
      inherit (nixos.config.system.build) toplevel;
      nixpkgs = nixos.flake;
      final = pkgs;
      prev = pkgs;
      self = pkgs;
      super = pkgs;
      inputs = { nixpkgs = nixos.flake; };
      system = "x86_64-linux";
    };
in
{
  inherit
    lib
    pkgs
    argument
    apply
    ;
  names = scope;
  inherit (describe) serialise;
  builtins = builtins';

  # The outputs of a flake.
  flakeOutputs =
    flake:
    lib.fix (
      self:
      flake.outputs (
        base.fill scope (builtins.functionArgs flake.outputs)
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

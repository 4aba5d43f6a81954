# A NixOS system of the stand-in, and modules applied to it. `options` are paths of options that have to exist, `at`
# gives what is at a place, `given` are places below `config`, `named` the kinds of names.
{
  lib,
  derivations,
  pkgs,
  options,
  at,
  given,
  named,
  release,
}:
let
  # What an option holds of which only the name is known.
  guessed =
    name:
    if builtins.match "(.*\\.)?enable.*" name != null then
      true
    else if named ? ${name} then
      at named.${name}
    else
      derivations.stranger "option-${name}";

  # A path that leads to a package or a list that is there ends there. "?" behind a path says
  # that it is a condition, "[]" that it is a list.
  assumed = builtins.foldl' (
    set: option:
    let
      isCondition = lib.last option == "?";
      isList = lib.last option == "[]";
      path = if isCondition || isList then lib.init option else option;
      value = guessed (lib.last path);
    in
    if lib.hasAttrByPath path set || reachesValue path set then
      set
    else
      lib.recursiveUpdate set (lib.setAttrByPath path (
        if isCondition then
          true
        else if isList then
          [ value ]
        else
          value
      ))
  ) base (lib.reverseList options);
  reachesValue =
    path: set:
    path != [ ]
    && (
      !builtins.isAttrs set
      || lib.isDerivation set
      || set ? __describe && set.__describe != "config"
      || (set ? ${builtins.head path} && reachesValue (builtins.tail path) set.${builtins.head path})
    );

  base = builtins.foldl' (set: place: lib.recursiveUpdate set (lib.setAttrByPath place.path (at place))) {
    __describe = "config";
    environment.etc = { };
    networking.hostName = "machine";
    nixpkgs.hostPlatform.system = "x86_64-linux";
    system = {
      build.toplevel = derivations.leaf "nixos-system" [ "out" ] { };
      stateVersion = release;
      nixos.release = release;
      nixos.version = release;
    };
  } given;

  # The values of the options that a module declares under a name; null says as little as no default at all.
  defaults =
    parent: declared:
    builtins.mapAttrs (
      name: option:
      if option._type or null == "option" then
        if option.default or null != null then
          option.default
        else
          guessed (if name == "package" then parent else name)
      else if builtins.isAttrs option then
        defaults name option
      else
        option
    ) declared;

  applyModule =
    function:
    let
      result = function (pkgs.fill arguments (builtins.functionArgs function));
      config = lib.recursiveUpdate assumed (defaults "" (result.options or { }));
      arguments = pkgs.everything // {
        inherit config lib;
        pkgs = pkgs.everything;
        options = { };
        modulesPath = "/nixos/modules";
        utils = { };
        inputs.nixpkgs = flake;
      };
    in
    result;

  flake = {
    outPath = "/nixpkgs";
    __describe = "nixpkgs";
    lib = lib // {
      nixosSystem = args: {
        config = assumed;
        inherit (args) modules;
      };
    };
    legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (_: pkgs.everything);
  };
in
{
  config = assumed;
  options = { };
  modulesPath = "/nixos/modules";
  inherit flake applyModule;
  isModule = formals: formals ? config || formals ? options || formals ? modulesPath;

  # `import nixpkgs { }` is the package set, a file of it is called with what follows, whatever else is read.
  import =
    real: what:
    if what.__describe or null == "nixpkgs" then
      (_: pkgs.everything)
    else if builtins.isString what && lib.hasPrefix "/nixpkgs" what then
      args: derivations.made (baseNameOf what) { inherit args; }
    else
      real what;
}

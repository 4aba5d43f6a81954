# A NixOS system of the stand-in, and modules applied to it.
{
  split,
  options,
  lib,
  derivations,
  pkgs,
}:
let
  inherit (pkgs.linuxPackages) kernel;

  # As nixos/modules/system/boot/kernel.nix has it on either side.
  modulesTree = pkgs.aggregateModules ([ (if split then lib.getOutput "modules" kernel else kernel) ] ++ [ pkgs.linuxPackages.zfs ]);

  # What an option holds of which only the name is known.
  guessed =
    name:
    if builtins.match "enable.*" name != null then
      true
    else if builtins.match ".*[pP]ackages" name != null && builtins.match "kernel.*" name != null then
      pkgs.linuxPackages
    else if builtins.match ".*Attribute" name != null then
      "zfs"
    else if builtins.match "kernel(Package)?" name != null then
      kernel
    else
      derivations.leaf "option-${name}" [ "out" ] { };
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

  base = {
    __describe = "config";
    boot = {
      kernelPackages = pkgs.linuxPackages;
      extraModulePackages = [ pkgs.linuxPackages.zfs ];
      kernelModules = [ "loop" ];
      kernelParams = [ ];
      initrd = {
        availableKernelModules = [ "virtio_blk" ];
        kernelModules = [ "dm_mod" ];
        allowMissingModules = false;
        compressor = "zstd";
        enable = true;
        systemd.enable = true;
      };
      kernelPatches = [ ];
      loader = { };
    };
    hardware = {
      firmware = derivations.leaf "firmware" [ "out" ] { };
      deviceTree = {
        enable = true;
        name = "board.dtb";
      };
    };
    environment.etc = { };
    networking.hostName = "machine";
    nixpkgs.hostPlatform.system = "x86_64-linux";
    system = {
      build = {
        inherit kernel;
        toplevel = derivations.leaf "nixos-system" [ "out" ] { };
        initialRamdisk = derivations.leaf "initial-ramdisk" [ "out" ] { };
        bootStage1 = derivations.leaf "stage-1" [ "out" ] { };
      };
      boot.loader = {
        kernelFile = "bzImage";
        initrdFile = "initrd";
      };
      inherit modulesTree;
      stateVersion = "25.05";
    };
  };

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

  isModule = formals: formals ? config || formals ? options || formals ? modulesPath;

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
  inherit flake;

  inherit isModule applyModule;

  # `import nixpkgs { }` is the package set, a file of it is called with what follows, whatever else is read.
  import =
    real: what:
    if what.__describe or null == "nixpkgs" then
      (_: pkgs.everything)
    else if builtins.isString what && lib.hasPrefix "/nixpkgs" what then
      pkgs.fileOfNixpkgs what
    else
      real what;
}

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
    else if builtins.match "kernel(Package)?" name != null then
      kernel
    else
      derivations.leaf "option-${name}" [ "out" ] { };
  assumed = builtins.foldl' (
    set: path:
    # A path that leads to a package or a list that is there ends there.
    if lib.hasAttrByPath path set || reachesValue path set then
      set
    else
      lib.recursiveUpdate set (lib.setAttrByPath path (guessed (lib.last path)))
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

  # The values of the options that a module declares.
  defaults =
    declared:
    builtins.mapAttrs (
      name: option:
      if option._type or null == "option" then
        option.default or (derivations.leaf "option-${name}" [ "out" ] { })
      else if builtins.isAttrs option then
        defaults option
      else
        option
    ) declared;

  isModule = formals: formals ? config || formals ? options || formals ? modulesPath;

  applyModule =
    function:
    let
      result = function (pkgs.fill arguments (builtins.functionArgs function));
      config = lib.recursiveUpdate assumed (defaults (result.options or { }));
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
    inherit lib;
    legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (_: pkgs.everything);
  };
in
{
  config = assumed;
  options = { };
  modulesPath = "/nixos/modules";
  inherit flake;

  inherit isModule applyModule;

  # `import nixpkgs { }` is the package set, whatever else is imported is read.
  import = real: what: if what.__describe or null == "nixpkgs" then (_: pkgs.everything) else real what;
}

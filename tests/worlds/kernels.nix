# Kernels as `buildLinux` and `linuxManualConfig` make them, on either side of the split, and of what kernels are asked.
{
  split,
  asked,
  lib,
  derivations,
  platforms,
  attributes,
}:
let
  commonMakeFlags = [
    "ARCH=x86_64"
    "CROSS_COMPILE="
  ];

  # A version that is not known comes as a package of that name.
  versionOf =
    args: if builtins.isString (args.version or null) && !builtins.hasContext args.version then args.version else "6.12.59";

  drvAttrs =
    { version, modular }:
    {
      inherit version;
      pname = "linux";
      outputs = [ "out" ] ++ lib.optionals modular ([ "dev" ] ++ lib.optional split "modules");
      __structuredAttrs = split;
      makeFlags = [ "O=$(buildRoot)" ] ++ commonMakeFlags ++ lib.optional split "--eval=undefine modules";
      buildFlags = [ "bzImage" "modules" ];
      installFlags = [
        "INSTALL_PATH=$(out)"
        "INSTALL_MOD_PATH=${if split then placeholder "modules" else "$(out)"}"
      ];
      nativeBuildInputs = [ "perl" ];
      postPatch = "the kernel's postPatch\n";
      preConfigure = "the kernel's preConfigure\n";
      buildPhase = "the kernel's buildPhase\n";
      postInstall = "the kernel's postInstall\n";
      patches = [ ];
      src = "/source-of-linux";
    }
    # What it did, `installFlags` does now; what that is, is not shown.
    // lib.optionalAttrs (!asked) { preInstall = ""; };

  # `change` maps the attributes of the derivation to new ones, as a chain of overrideAttrs does.
  kernel =
    {
      version,
      modular ? true,
      name ? "linux-${version}",
      change ? (old: old),
      shown ? null,
    }@args:
    let
      old = drvAttrs { inherit version modular; };
      attrs = change old;
      real = builtins.derivation {
        inherit name;
        inherit (attrs) outputs;
        system = "x86_64-linux";
        builder = "/bin/sh";
      };
      differing = lib.filterAttrs (key: value: !(old ? ${key}) || old.${key} != value) (
        removeAttrs attrs [ "passthru" "meta" ]
      );
      structured = lib.optionalAttrs (attrs.__structuredAttrs or false) { __structuredAttrs = true; };
      outputs = attrs.outputs;
      common = attrs.passthru or { } // {
        type = "derivation";
        inherit name version outputs;
        inherit (real) drvPath;
        pname = "linux";
        drvAttrs = attrs;
        inherit (attrs) makeFlags installFlags nativeBuildInputs postPatch src patches buildFlags;
        modDirVersion = version;
        config = {
          isYes = key: modular;
          isEnabled = key: modular;
          isModule = key: false;
          isSet = key: true;
          isDisabled = key: false;
          CONFIG_MODULES = if modular then "y" else "n";
        };
        configfile = derivations.leaf "linux-config-${version}" [ "out" ] { };
        moduleBuildDependencies = [ ];
        kernelOlder = lib.versionOlder version;
        kernelAtLeast = lib.versionAtLeast version;
        isHardened = false;
        isZen = false;
        isLibre = false;
        kernelPatches = [ ];
        features = { };
        baseVersion = version;
        meta.platforms = [ ];
        stdenv = {
          cc = derivations.leaf "gcc" [ "out" ] { };
          hostPlatform = platforms.host;
        };
        override = _: kernel args;
        overrideAttrs = next: kernel (args // {
          change = before: derivations.changed next (change before);
          shown = true;
        });
      }
      // lib.optionalAttrs (shown != null) {
        __describe = "⟪${real.outPath}‖${attributes 8 (derivations.environment (differing // structured))}⟫";
      }
      // lib.optionalAttrs split { inherit commonMakeFlags; }
      // platforms.passthru;
      withoutDescription = removeAttrs common [ "__describe" ];
      asPackage = derivations.package {
        names = outputs;
        pathOf = output: real.${output}.outPath;
        common = withoutDescription;
      };
    in
    asPackage // lib.optionalAttrs (shown != null) { inherit (common) __describe; };
in
rec {
  inherit kernel commonMakeFlags;
  default = kernel { version = "6.12.59"; };
  latest = kernel { version = "6.18.1"; };
  lts = kernel { version = "6.6.100"; };
  monolithic = kernel {
    version = "6.12.59";
    modular = false;
    name = "linux-monolithic-6.12.59";
  };

  buildLinux =
    args:
    kernel {
      version = versionOf args;
      name = "linux-built-${versionOf args}";
    };
  linuxManualConfig =
    args:
    let
      # As in nixpkgs: whether there are modules must be known without building the configuration.
      modular = args ? config || builtins.isPath (args.configfile or null) || args.allowImportFromDerivation or false;
    in
    kernel {
      version = versionOf args;
      name = "linux-${if modular then "manual" else "monolithic"}-${versionOf args}";
      inherit modular;
    };
}

# The package set of the stand-in: what builds things shows what it was given, all else is a package of that name.
{
  lib,
  derivations,
  strangers,
  isFamily,
}:
let
  inherit (derivations) made;
  simple = name: derivations.leaf name [ "out" ] { };

  mkDerivation =
    args:
    let
      attrs = if builtins.isFunction args then args (attrs // { finalPackage = package; }) else args;
      package = made (attrs.name or "${attrs.pname or "unnamed"}-${attrs.version or "0"}") attrs;
    in
    package;
  script = name: text: made name { inherit text; };
  named = args: made (args.name or args.pname or "unnamed") args;
  runCommand =
    name: env: buildCommand:
    made name (env // { inherit buildCommand; });
  source = _: "/source";

  builders = {
    stdenv = {
      inherit mkDerivation;
      cc = simple "cc";
      shell = "/bin/sh";
      system = "x86_64-linux";
      isLinux = true;
      isDarwin = false;
      isAarch64 = false;
      hostPlatform = platform;
      buildPlatform = platform;
      targetPlatform = platform;
    };
    stdenvNoCC = builders.stdenv;
    inherit runCommand;
    runCommandCC = runCommand;
    runCommandNoCC = runCommand;
    runCommandLocal = runCommand;
    runCommandWith = args: runCommand args.name (args.derivationArgs or { });
    writeText = script;
    writeTextFile = named;
    writeTextDir = script;
    writeScript = script;
    writeScriptBin = script;
    writeShellScript = script;
    writeShellScriptBin = script;
    writeShellApplication = named;
    writers = lib.genAttrs [ "writeBash" "writeBashBin" "writeDash" "writeDashBin" ] (_: script) // {
      writePython3 = name: args: script name;
      writePython3Bin = name: args: script name;
      writeJSON = name: value: script name (builtins.toJSON value);
    };
    substituteAll = args: made "substituted" args;
    substitute = args: made "substituted" args;
    replaceVars = src: made "replaced";
    buildEnv = named;
    symlinkJoin = named;
    linkFarm = name: entries: made name { inherit entries; };
    linkFarmFromDrvs = name: drvs: made name { inherit drvs; };
    closureInfo = args: made "closure-info" args;
    buildFHSEnv = named;
    mkShell = args: made (args.name or "shell") args;
    mkShellNoCC = builders.mkShell;
    fetchurl = source;
    fetchgit = source;
    fetchFromGitHub = source;
    fetchFromGitLab = source;
    fetchzip = source;
    fetchpatch = source;
    fetchpatch2 = source;
    nixosTest = named;
    testers.runNixOSTest = named;
    testers.nixosTest = named;
    dockerTools = lib.genAttrs [ "buildImage" "buildLayeredImage" "streamLayeredImage" ] (_: named);
    buildGoModule = mkDerivation;
    buildPythonPackage = mkDerivation;
    rustPlatform.buildRustPackage = mkDerivation;
    makeSetupHook = args: path: named args;
    makeDesktopItem = named;
    srcOnly = x: made "src" { inherit x; };
    runtimeShell = "/bin/sh";
    config = { };
    path = "/nixpkgs";
    buildPackages = everything;
    pkgsBuildBuild = everything;
    pkgsStatic = everything;
    pkgsCross = lib.genAttrs [
      "aarch64-multiplatform"
      "armv7l-hf-multiplatform"
      "raspberryPi"
      "riscv64"
      "gnu64"
      "musl64"
    ] (_: everything);
    inherit lib;
    newScope = extra: callPackageWith (everything // extra);
    callPackage = callPackageWith everything;
    callPackages = callPackageWith everything;
    pkgs = everything;
  };
  platform = {
    system = "x86_64-linux";
    isx86_64 = true;
    isx86 = true;
    isAarch64 = false;
    isAarch32 = false;
    isLinux = true;
    isDarwin = false;
    isMusl = false;
  };

  # Formals that the package set does not have are filled with a package of that name.
  fill = known: formals: lib.genAttrs (builtins.attrNames formals) (name: known.${name} or (derivations.strangerWith strangers name));
  callPackageWith =
    known: function: args:
    if builtins.isString function then
      made (baseNameOf function) args
    else
    let
      f = if builtins.isFunction function then function else import function;
      formals = builtins.functionArgs f;
      # A default counts, unless nixpkgs has something of that name.
      isGiven = name: known ? ${name} && (isFamily name || !(strangers ? ${name}));
      wanted = lib.filterAttrs (name: optional: !optional || isGiven name) formals;
      result = f (fill known wanted // args);
    in
    if builtins.isAttrs result then
      result // { override = change: callPackageWith known f (args // change); }
    else
      result;

  everything = strangers // builders // {
    inherit everything fill callPackageWith;
    appendOverlays = _: everything;
    extend = overlay: everything // overlay everything everything;
  };
in
everything

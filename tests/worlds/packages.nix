# The package set of the stand-in.
{
  strangers,
  checked,
  platforms,
  attributes,
  lib,
  derivations,
  kernels,
}:
let
  inherit (derivations) leaf made;
  simple = name: leaf name [ "out" ] { };

  mkDerivation =
    args:
    let
      attrs = if builtins.isFunction args then args (attrs // { finalPackage = package; }) else args;
      package = made (attrs.name or "${attrs.pname or "unnamed"}-${attrs.version or "0"}") attrs;
    in
    package;
  script = name: text: made name { inherit text; };
  runCommand =
    name: env: buildCommand:
    made name (env // { inherit buildCommand; });

  linuxPackagesFor =
    kernel:
    lib.fix (self: strangers // {
      __describe = "⟪linuxPackages‖kernel≔${kernel.__describe or "${kernel}"}⟫";
      inherit kernel;
      kernelModuleMakeFlags = kernels.commonMakeFlags;
      zfs = simple "zfs-kernel";
      zfs_unstable = self.zfs;
      zfs_2_3 = self.zfs;
      v4l2loopback = simple "v4l2loopback";
      nvidia_x11 = simple "nvidia-x11";
      nvidiaPackages.stable = self.nvidia_x11;
      rtl8821cu = simple "rtl8821cu";
      perf = simple "perf";
      cpupower = simple "cpupower";
      virtualboxGuestAdditions = simple "virtualbox-guest";
      callPackage = callPackageWith (everything // self);
      extend = overlay: linuxPackagesFor (overlay self self).kernel or kernel;
    });

  sets = rec {
    linuxPackages = linuxPackagesFor kernels.default;
    linuxPackages_latest = linuxPackagesFor kernels.latest;
    linuxPackages_6_6 = linuxPackagesFor kernels.lts;
    linuxPackages_6_12 = linuxPackages;
    linuxPackages_6_1 = linuxPackages_6_6;
    linuxPackages_zen = linuxPackages_latest;
    linuxPackages_hardened = linuxPackages;
    linuxPackages_testing = linuxPackages_latest;
    linuxPackages_rpi4 = linuxPackages_6_6;
    linux = kernels.default;
    linux_default = linux;
    linux_latest = kernels.latest;
    linux_6_12 = linux;
    linux_6_6 = kernels.lts;
    linux_6_1 = linux_6_6;
    linux_zen = linux_latest;
    linux_testing = linux_latest;
    linux_hardened = linux;
    linux_rpi4 = linux_6_6;
    linuxKernel = {
      kernels = { inherit linux linux_6_12 linux_6_6 linux_latest linux_zen linux_default; };
      packages = {
        linux_6_12 = linuxPackages;
        linux_6_6 = linuxPackages_6_6;
        linux_latest = linuxPackages_latest;
        linux_zen = linuxPackages_latest;
      };
      packagesFor = linuxPackagesFor;
      inherit (kernels) buildLinux;
      manualConfig = kernels.linuxManualConfig;
      customPackage = args: linuxPackagesFor (kernels.linuxManualConfig args);
    };
    inherit (kernels) buildLinux linuxManualConfig;
    linuxManualConfigMonolithic = kernels.monolithic;
    inherit linuxPackagesFor;
    recurseIntoAttrs = lib.recurseIntoAttrs;
  };

  makeModulesClosure =
    {
      kernel,
      firmware ? null,
      rootModules,
      allowMissing ? false,
      extraFirmwarePaths ? [ ],
    }@args:
    made "linux-modules-shrunk" args;
  makeInitrd = args: made "initrd" args;

  vmToolsWith =
    given:
    let
      args = checked given;
    in
    lib.fix (self: {
      __describe = "⟪vmTools‖${attributes 8 args}⟫";
      override = change: vmToolsWith (args // (if builtins.isFunction change then change args else change));
      inherit (args) kernel;
      modulesClosure = makeModulesClosure {
        inherit (args) kernel;
        rootModules = [ "virtio_pci" ];
      };
      initrd = simple "vm-initrd";
      qemu-common = simple "qemu-common";
      runInLinuxVM = drv: drv.overrideAttrs (old: { vmKernel = args.kernel; });
      runInLinuxImage = self.runInLinuxVM;
      extractFs = args: made "extract-fs" args;
      createEmptyImage = { size, fullName, ... }: "create ${toString size} ${fullName}\n";
    });

  builders = {
    stdenv = {
      inherit mkDerivation;
      cc = simple "gcc";
      shell = "/bin/sh";
      system = "x86_64-linux";
      isLinux = true;
      isAarch64 = false;
      hostPlatform = platforms.host;
      buildPlatform = platforms.host;
    };
    hostPlatform = platforms.host;
    buildPlatform = platforms.host;
    stdenvNoCC = builders.stdenv;
    gccStdenv = builders.stdenv;
    clangStdenv = builders.stdenv;
    inherit runCommand makeModulesClosure makeInitrd;
    makeInitrdNG = makeInitrd;
    runCommandCC = runCommand;
    runCommandNoCC = runCommand;
    runCommandLocal = runCommand;
    runCommandWith = args: runCommand args.name (args.derivationArgs or { });
    writeText = script;
    writeTextFile = args: made args.name args;
    writeTextDir = script;
    writeScript = script;
    writeScriptBin = script;
    writeShellScript = script;
    writeShellScriptBin = script;
    writeShellApplication = args: made args.name args;
    writeReferencesToFile = path: made "runtime-deps" { inherit path; };
    writers = {
      writeBash = script;
      writeBashBin = script;
      writeDash = script;
      writePython3 = name: args: script name;
      writePython3Bin = name: args: script name;
      writeJSON = name: value: script name (builtins.toJSON value);
    };
    substituteAll = args: made "substituted" args;
    substitute = args: made "substituted" args;
    replaceVars = src: made "replaced";
    aggregateModules = modules: made "kernel-modules" { inherit modules; };
    buildEnv = args: made args.name args;
    symlinkJoin = args: made args.name args;
    linkFarm = name: entries: made name { inherit entries; };
    linkFarmFromDrvs = name: drvs: made name { inherit drvs; };
    closureInfo = args: made "closure-info" args;
    buildPackages = everything;
    pkgsBuildBuild = everything;
    pkgsStatic = everything;
    pkgsCross.aarch64-multiplatform = everything;
    buildFHSEnv = args: made args.name args;
    fetchurl = args: "/source";
    fetchgit = fetchFromGitHub;
    inherit fetchFromGitHub;
    fetchpatch = args: "/patch";
    nixosTest = args: made args.name args;
    testers.runNixOSTest = args: made args.name args;
    dockerTools = {
      buildImage = args: made args.name args;
      buildLayeredImage = args: made args.name args;
      streamLayeredImage = args: made args.name args;
    };
    buildGoModule = mkDerivation;
    buildPythonPackage = mkDerivation;
    rustPlatform.buildRustPackage = mkDerivation;
    python3Packages.buildPythonApplication = mkDerivation;
    vmTools = vmToolsWith {
      kernel = kernels.default;
      rootModules = [ "virtio_pci" ];
    };
    makeSetupHook = args: path: made args.name args;
    srcOnly = x: made "src" { inherit x; };
    nixosOptionsDoc = args: { };
    config = { };
    path = "/nixpkgs";
    inherit lib;
    newScope = extra: callPackageWith (everything // extra);
    callPackage = callPackageWith everything;
    callPackages = callPackageWith everything;
    pkgs = everything;
  };
  fetchFromGitHub = args: "/source";

  # Formals that the package set does not have are filled with a package of that name.
  fill = known: formals: lib.genAttrs (builtins.attrNames formals) (name: known.${name} or (derivations.strangerWith (strangers // { kernel = kernels.default; }) name));
  # A file of nixpkgs, called: the one that builds kernels, or one of which nothing is known.
  fileOfNixpkgs =
    path: args:
    if lib.hasInfix "/linux/kernel/" path then kernels.linuxManualConfig else made (baseNameOf path) args;
  callPackageWith =
    known: function: args:
    if builtins.isString function && lib.hasPrefix "/nixpkgs" function then
      fileOfNixpkgs function args
    else
    let
      f = if builtins.isFunction function then function else import function;
      formals = builtins.functionArgs f;
      wanted = lib.filterAttrs (name: optional: !optional || known ? ${name}) formals;
      result = f (fill known wanted // args);
    in
    if builtins.isAttrs result then
      result // { override = change: callPackageWith known f (args // change); }
    else
      result;

  leaves =
    lib.genAttrs [
      "bash"
      "bashInteractive"
      "bc"
      "bison"
      "bootspec"
      "busybox"
      "cpio"
      "coreutils"
      "dtc"
      "e2fsprogs"
      "elfutils"
      "findutils"
      "flex"
      "gnugrep"
      "gnumake"
      "gnused"
      "gnutar"
      "grub2"
      "gzip"
      "jq"
      "kexec-tools"
      "kmod"
      "linux-firmware"
      "linuxHeaders"
      "makeWrapper"
      "nix"
      "nukeReferences"
      "openssl"
      "pahole"
      "perl"
      "pkg-config"
      "python3"
      "qemu"
      "qemu_kvm"
      "qemu_test"
      "removeReferencesTo"
      "rsync"
      "runtimeShellPackage"
      "squashfsTools"
      "strace"
      "systemd"
      "systemdMinimal"
      "ubootTools"
      "udev"
      "util-linux"
      "xz"
      "zstd"
    ] simple
    // {
      runtimeShell = "/bin/sh";
      firmware = simple "firmware";
      makeLinuxHeaders = _: simple "linuxHeaders";
    };

  everything = strangers // leaves // sets // builders // {
    inherit everything fill callPackageWith fileOfNixpkgs;
    appendOverlays = _: everything;
    extend = overlay: everything // overlay everything everything;
  };
in
everything

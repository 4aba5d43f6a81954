# A kernel builder of our own, from an old generic.nix.
{ lib, stdenv, buildPackages, linuxManualConfig, perl, bison, flex

, src
, version
, defconfig ? null
, autoModules ? stdenv.hostPlatform.linux-kernel.autoModules
, preferBuiltin ? stdenv.hostPlatform.linux-kernel.preferBuiltin or false
, extraConfig ? ""
, kernelPatches ? [ ]
}:

let
  configfile = stdenv.mkDerivation {
    name = "linux-config-${version}";
    inherit src autoModules preferBuiltin;
    nativeBuildInputs = [ perl bison flex ];

    kernelBaseConfig = if defconfig != null then defconfig else stdenv.hostPlatform.linux-kernel.baseConfig;
    kernelConfig = extraConfig + stdenv.hostPlatform.linux-kernel.extraConfig or "";
    passAsFile = [ "kernelConfig" ];

    makeFlags = lib.optionals (stdenv.hostPlatform.linux-kernel ? makeFlags)
      stdenv.hostPlatform.linux-kernel.makeFlags;

    buildPhase = "make $kernelBaseConfig; cat $kernelConfigPath >> .config";
    installPhase = "cp .config $out";
  };
in
linuxManualConfig {
  inherit src version kernelPatches configfile lib stdenv;
  allowImportFromDerivation = true;
}

{
  lib,
  stdenv,
  fetchurl,
  kernel,
  kmod,
}:

stdenv.mkDerivation {
  pname = "vendor-driver";
  version = "340.108-${kernel.version}";

  src = fetchurl {
    url = "https://example.com/driver-340.108.run";
    hash = lib.fakeHash;
  };

  builder = ./builder.sh;
  patches = [ ];

  inherit kernel;
  kernelVersion = kernel.modDirVersion;
  nativeBuildInputs = [ kmod ] ++ kernel.moduleBuildDependencies;

  hardeningDisable = [
    "pic"
    "format"
  ];
  dontStrip = true;

  meta = {
    description = "The graphics card nobody else supports";
    platforms = [ "x86_64-linux" ];
  };
}

# The same for cards of the series before, which are built by hooks instead of a script of our own.
{
  lib,
  stdenv,
  fetchurl,
  kernel,
}:

stdenv.mkDerivation {
  pname = "vendor-driver-legacy";
  version = "304.137";

  src = fetchurl {
    url = "https://example.com/driver-304.137.run";
    hash = lib.fakeHash;
  };

  # Only the folder to build in: the variable is called like the attribute above, its value is another.
  kernel = kernel.dev;
  release = kernel.modDirVersion;

  buildPhase = ''
    runHook preBuild
    make -C $kernel/lib/modules/$release/build M=$PWD/kernel modules
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    install -D kernel/*.ko -t $out/lib/modules/$release/misc
    runHook postInstall
  '';

  meta.broken = kernel.kernelAtLeast "6.0";
}

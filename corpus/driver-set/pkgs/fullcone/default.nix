{
  lib,
  stdenv,
  fetchFromGitHub,
  kernel,
  kernelModuleMakeFlags,
}:

stdenv.mkDerivation {
  pname = "nft-fullcone";
  version = "1.2-${kernel.version}";

  src = fetchFromGitHub {
    owner = "cone-nat";
    repo = "nft-fullcone";
    rev = "v1.2";
    hash = lib.fakeHash;
  };
  sourceRoot = "source/src";

  nativeBuildInputs = kernel.moduleBuildDependencies;
  makeFlags = kernelModuleMakeFlags ++ [
    "KERNELDIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
  ];

  installPhase = ''
    install -D nft_ext_fullcone.ko $out/lib/modules/${kernel.modDirVersion}/misc/nft_ext_fullcone.ko
  '';

  meta.broken = kernel.kernelOlder "5.10";
}

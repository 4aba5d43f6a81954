{
  lib,
  stdenv,
  kernel,
  kernelModuleMakeFlags,
}:

stdenv.mkDerivation {
  pname = "board-fan";
  version = "1.1-${kernel.version}";
  src = lib.cleanSource ./fan;
  nativeBuildInputs = kernel.moduleBuildDependencies;
  makeFlags = kernelModuleMakeFlags ++ [
    "KDIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
  ];
  installPhase = ''
    install -D board-fan.ko -t $out/lib/modules/${kernel.modDirVersion}/extra
  '';
}

{
  lib,
  stdenv,
  kernel,
}:

stdenv.mkDerivation {
  pname = "hello-module";
  version = "1";
  src = ../.;
  nativeBuildInputs = kernel.moduleBuildDependencies;
  makeFlags = [ "KDIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build" ];
  installPhase = "install -D hello.ko -t $out/lib/modules/${kernel.modDirVersion}/misc";
  meta.license = lib.licenses.mit;
}

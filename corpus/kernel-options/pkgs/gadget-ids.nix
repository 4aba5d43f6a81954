{
  lib,
  stdenv,
  kernel,
  kernelModuleMakeFlags,
}:

stdenv.mkDerivation {
  pname = "gadget-ids";
  version = "0.1-${kernel.version}";
  src = lib.cleanSource ./.;
  nativeBuildInputs = kernel.moduleBuildDependencies;
  makeFlags = kernelModuleMakeFlags;
  installPhase = ''
    install -D gadget_ids.ko $out/lib/modules/${kernel.modDirVersion}/extra/gadget_ids.ko
    install -D ids $out/lib/modules/${kernel.modDirVersion}/extra/ids
  '';
}

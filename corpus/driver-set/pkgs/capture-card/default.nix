{
  lib,
  stdenv,
  fetchzip,
  kernel,
  bc,
}:

let
  # The vendor's script wants to know the folder, not what is in it.
  target = "lib/modules/${kernel.modDirVersion}/kernel/drivers/media/pci";
in
stdenv.mkDerivation {
  pname = "capture-card";
  version = "1.3.4190";

  src = fetchzip {
    url = "https://example.com/capture-1.3.4190.zip";
    hash = lib.fakeHash;
  };

  nativeBuildInputs = [ bc ] ++ kernel.moduleBuildDependencies;

  postPatch = ''
    substituteInPlace Makefile \
      --replace-fail '/lib/modules/$(uname -r)/build' '${kernel}/lib/modules/${kernel.modDirVersion}/build'
  '';

  buildPhase = ''
    runHook preBuild
    make -C ${kernel.dev}/lib/modules/${kernel.modDirVersion}/build M=$PWD modules
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    mkdir -p $out/${target}
    xz --check=crc32 capture.ko
    cp capture.ko.xz $out/${target}/
    runHook postInstall
  '';

  # The package of firmware is another one.
  passthru.firmwarePath = "$out/lib/firmware";
  meta.maintainers = [ ];
  meta.platforms = lib.platforms.linux;
}

# The vendor's 4.19 tree. Nothing of nixpkgs' kernel builder is used: it wants a newer Kbuild.
{
  stdenv,
  lib,
  fetchFromGitHub,
  bison,
  flex,
  bc,
  openssl,
  kmod,
  dtc,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "linux-ironpea";
  version = "4.19.157";
  modDirVersion = "${finalAttrs.version}-ironpea";

  src = fetchFromGitHub {
    owner = "ironpea-phone";
    repo = "linux";
    rev = "v${finalAttrs.version}-r4";
    hash = lib.fakeHash;
  };

  nativeBuildInputs = [
    bison
    flex
    bc
    openssl
    kmod
    dtc
  ];

  configurePhase = ''
    runHook preConfigure
    make ARCH=arm64 ironpea_defconfig
    runHook postConfigure
  '';

  makeFlags = [ "ARCH=arm64" ];
  buildFlags = [
    "Image.gz"
    "dtbs"
    "modules"
  ];

  installPhase = ''
    runHook preInstall
    install -Dm644 arch/arm64/boot/Image.gz $out/Image.gz
    make ARCH=arm64 INSTALL_DTBS_PATH=$out/dtbs dtbs_install
    make ARCH=arm64 INSTALL_MOD_PATH=$out modules_install
    unlink $out/lib/modules/${finalAttrs.modDirVersion}/build
    unlink $out/lib/modules/${finalAttrs.modDirVersion}/source
    runHook postInstall
  '';

  passthru.file = "Image.gz";
})

# The vendor's 4.19 with its own build system. Source and configuration come as one archive.
{
  lib,
  stdenv,
  fetchzip,
  bc,
  bison,
  flex,
  kmod,
  ubootTools,
}:

let
  version = "4.19.125";
in
stdenv.mkDerivation {
  pname = "linux-nano-board";
  inherit version;

  src = fetchzip {
    url = "https://example.com/nano-board-sdk-2.1.tar.xz";
    hash = lib.fakeHash;
  };

  depsBuildBuild = [ stdenv ];
  nativeBuildInputs = [
    bc
    bison
    flex
    kmod
    ubootTools
  ];

  buildPhase = ''
    runHook preBuild
    make -C linux ARCH=arm64 CROSS_COMPILE=${stdenv.cc.targetPrefix} nano_board_defconfig
    make -C linux ARCH=arm64 CROSS_COMPILE=${stdenv.cc.targetPrefix} -j$NIX_BUILD_CORES Image dtbs modules
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    install -Dm644 linux/arch/arm64/boot/Image $out/Image
    install -Dm644 linux/System.map $out/System.map
    make -C linux ARCH=arm64 INSTALL_MOD_PATH="$out" modules_install

    # These links point into the build folder.
    rm -f $out/lib/modules/${version}/build $out/lib/modules/${version}/source
    for osdrv in osdrv/*/*.ko; do
      install -Dm644 "$osdrv" -t $out/lib/modules/${version}/extra
    done
    depmod -b $out ${version}
    runHook postInstall
  '';

  passthru.release = version;
  meta.platforms = [ "aarch64-linux" ];
}

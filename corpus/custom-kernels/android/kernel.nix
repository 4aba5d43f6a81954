{
  lib,
  runCommand,
  fetchgit,
  clang,
  lld,
  bc,
  kmod,
  perl,
}:

let
  src = fetchgit {
    url = "https://example.com/kernel/common-android13-5.15.git";
    rev = "refs/tags/release-7";
    hash = lib.fakeHash;
  };
in
runCommand "kernel-android13-5.15"
  {
    nativeBuildInputs = [
      bc
      clang
      kmod
      lld
      perl
    ];
    makeFlags = [
      "ARCH=arm64"
      "LLVM=1"
    ];
  }
  ''
    cp -r ${src} source && chmod -R u+w source && cd source
    make $makeFlags gki_defconfig
    make $makeFlags "''${makeFlagsArray[@]}" Image.lz4 modules dtbs
    make $makeFlags INSTALL_MOD_PATH=moduleout INSTALL_MOD_STRIP=1 modules_install

    mkdir -p $out
    cp arch/arm64/boot/Image.lz4 $out/
    find moduleout -name '*.ko' -exec cp -t $out {} +
    cp moduleout/lib/modules/*/modules.order $out/modules.load
  ''

{
  lib,
  stdenv,
  kmod,
  fetchzip,
}:

stdenv.mkDerivation {
  pname = "linux-board-legacy";
  version = "4.9.140";

  src = fetchzip {
    url = "https://example.com/bsp-4.9.140.tar.gz";
    hash = lib.fakeHash;
  };

  nativeBuildInputs = [ kmod ];
  buildPhase = "./vendor-build.sh board";
  installPhase = ''
    mkdir -p $out/lib
    cp -r out/lib/modules $out/lib/modules
    cp out/Image out/System.map $out/
  '';
}

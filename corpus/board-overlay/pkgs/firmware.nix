{
  lib,
  stdenvNoCC,
  fetchFromGitHub,
  linux-firmware,
}:

stdenvNoCC.mkDerivation {
  pname = "board-firmware";
  version = "2025-01";
  src = fetchFromGitHub {
    owner = "board-vendor";
    repo = "firmware";
    rev = "2025-01";
    hash = lib.fakeHash;
  };
  installPhase = ''
    mkdir -p $out/lib/firmware/brcm $out/share/board
    cp *.bin $out/share/board/
    cp ${linux-firmware}/lib/firmware/brcm/brcmfmac43455* $out/lib/firmware/brcm/
  '';
  meta.license = lib.licenses.unfreeRedistributableFirmware;
}

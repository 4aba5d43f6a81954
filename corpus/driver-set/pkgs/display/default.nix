{
  lib,
  stdenv,
  fetchFromGitHub,
  kernel,
}:

stdenv.mkDerivation {
  pname = "usb-display";
  version = "2.1";

  src = fetchFromGitHub {
    owner = "usb-display";
    repo = "driver";
    rev = "v2.1";
    hash = lib.fakeHash;
  };

  nativeBuildInputs = kernel.moduleBuildDependencies;

  # Arrays keep their elements apart, so the flag with a blank in it arrives as one.
  __structuredAttrs = true;
  makeFlags = kernel.makeFlags ++ [
    "KDIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
    "INSTALL_MOD_PATH=${placeholder "out"}"
  ];
  installTargets = [ "modules_install" ];

  doInstallCheck = true;
  installCheckPhase = ''
    test -e $out/lib/modules/${kernel.modDirVersion}/updates/usb_display.ko*
  '';
}

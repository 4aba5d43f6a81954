# A kernel for guests with an output for modules of its own making, years before nixpkgs had one.
{
  lib,
  stdenv,
  fetchurl,
  bison,
  flex,
  elfutils,
  kmod,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "linux-guest";
  version = "6.1.90";
  modDirVersion = "6.1.90-guest";

  src = fetchurl {
    url = "https://example.com/linux-${finalAttrs.version}.tar.xz";
    hash = lib.fakeHash;
  };

  outputs = [
    "out"
    "modules"
  ];

  nativeBuildInputs = [
    bison
    flex
    kmod
  ];
  buildInputs = [ elfutils ];

  configurePhase = "cp ${./guest.config} .config && make olddefconfig";

  installPhase = ''
    install -D arch/x86/boot/bzImage $out/bzImage
    make ''${makeFlags[@]} INSTALL_MOD_PATH=$modules modules_install
    rm -f $modules/lib/modules/${finalAttrs.modDirVersion}/{build,source}
  '';
})

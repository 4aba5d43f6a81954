{
  lib,
  stdenv,
  fetchFromGitHub,
  kernel,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "acpi-battery";
  version = "0.4-${kernel.version}";

  src = fetchFromGitHub {
    owner = "thin-laptop";
    repo = "acpi-battery";
    rev = "v0.4";
    hash = lib.fakeHash;
  };

  hardeningDisable = [ "pic" ];
  nativeBuildInputs = kernel.moduleBuildDependencies;

  makeFlags = kernel.makeFlags ++ [
    "KERNEL_BUILD=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
    "INSTALL_MOD_PATH=$(out)"
  ];

  installPhase = ''
    runHook preInstall
    install -D acpi_battery_ext.ko -t $out/lib/modules/${kernel.modDirVersion}/extra
    runHook postInstall
  '';

  meta = {
    description = "Charge thresholds for laptops whose firmware hides them";
    license = lib.licenses.gpl2Only;
    platforms = [ "x86_64-linux" ];
  };
})

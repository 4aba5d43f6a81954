# One driver of the kernel, patched, without building the kernel again.
{
  lib,
  stdenv,
  kernel,
}:

stdenv.mkDerivation {
  pname = "touch-patch";
  inherit (kernel)
    src
    version
    postPatch
    nativeBuildInputs
    ;

  kernel_dev = kernel.dev;
  kernelVersion = kernel.modDirVersion;
  modulePath = "drivers/input/touchscreen";

  patches = lib.optional (kernel.kernelOlder "6.14") ./wake-up.patch;

  buildPhase = ''
    built=$kernel_dev/lib/modules/$kernelVersion/build
    cp "$built/Module.symvers" "$built/.config" "$kernel_dev/vmlinux" .
    make "-j$NIX_BUILD_CORES" modules_prepare
    make "-j$NIX_BUILD_CORES" M=$modulePath modules
  '';

  installPhase = ''
    make INSTALL_MOD_PATH="$out" M=$modulePath modules_install
  '';

  meta.description = "The touchscreen of the third revision wakes up again";
}

{
  runCommand,
  lib,
  android-tools,
  initrd,
  kernel,
  kernelFile,
  cmdline,
}:

runCommand "boot-partition.img"
  {
    nativeBuildInputs = [ android-tools ];
    passthru = { inherit kernel initrd; };
  }
  ''
    dtb=()
    if [ -d ${kernel}/dtbs ]; then
      dtb=(--dtb "$(find ${kernel}/dtbs -name '*.dtb' | sort | head -n 1)")
    fi

    mkbootimg \
      --kernel ${kernel}/${kernelFile} \
      --ramdisk ${initrd}/initrd \
      --cmdline ${lib.escapeShellArg (toString cmdline)} \
      "''${dtb[@]}" \
      --output $out
  ''

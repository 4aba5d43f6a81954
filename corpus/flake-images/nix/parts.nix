{
  lib,
  runCommand,
  squashfsTools,
  cpio,
  kernel,
}:

let
  tree = kernel + "/lib/modules";
  image = kernel + "/bzImage";
  headers = kernel.dev + "/lib/modules/${kernel.modDirVersion}/build";
in
{
  modules-squashfs = runCommand "modules.squashfs" { nativeBuildInputs = [ squashfsTools ]; } ''
    mksquashfs ${tree} $out -comp zstd -all-root
  '';

  modules-cpio = runCommand "modules.cpio" { nativeBuildInputs = [ cpio ]; } ''
    mkdir -p root/lib
    cp -r ${lib.getLib kernel}/lib/modules root/lib/
    (cd root && find . -print0 | cpio --null -o -H newc) > $out
  '';

  boot-tree = runCommand "boot-tree" { passthru = { inherit headers; }; } ''
    mkdir -p $out/lib
    cp ${image} $out/vmlinuz
    cp ${kernel.out}/System.map $out/
    ln -s ${kernel.out}/lib/modules $out/lib/modules
  '';

  # Somebody mended this one without looking: an output of an output is that output.
  firmware-of-modules = runCommand "firmware-of-modules" { } ''
    modules=${lib.getOutput "modules" kernel.out}/lib/modules/${kernel.modDirVersion}
    zgrep -a -h -o 'firmware=[^[:space:]]*' -r "$modules" > $out
  '';
}

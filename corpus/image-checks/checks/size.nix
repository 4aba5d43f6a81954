{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.imageChecks;
  inherit (config.system.build) toplevel kernel initialRamdisk;

  # The kernel has a partition of its own, so it must not be in the root a second time.
  rootClosure = pkgs.runCommand "root-closure" {
    disallowedReferences = [ kernel initialRamdisk ];
    closure = pkgs.closureInfo { rootPaths = [ toplevel ]; };
  } ''
    grep -v -e linux- -e initrd "$closure/store-paths" > $out
  '';

  countModules = pkgs.runCommand "count-modules" { } ''
    find ${kernel} -name '*.ko*' -printf '%s\n' | awk '{ sum += $1 } END { print sum / 1048576 }' > $out
  '';

  kernelSize = pkgs.runCommand "kernel-size" { } ''
    stat -L -c %s ${kernel}/${config.system.boot.loader.kernelFile} > $out
    find ${kernel} -name vmlinux -size +200M -exec false {} +
  '';
in
{
  system.build.imageSize = pkgs.runCommand "image-size" { } ''
    total=$(awk '{ s += $1 } END { printf "%d", s }' ${countModules} ${kernelSize})
    if [ "$total" -gt ${toString cfg.maxSize} ]; then
      echo "the image has $total MiB" >&2
      exit 1
    fi
    cp ${rootClosure} $out
  '';

  system.checks = lib.mkAfter [ config.system.build.imageSize ];
}

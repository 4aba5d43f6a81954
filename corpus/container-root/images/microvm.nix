{
  lib,
  buildEnv,
  closureInfo,
  runCommand,
  e2fsprogs,
  kmod,
  tree,
  kernel,
  initrd,
}:

let
  image = "${kernel}/bzImage";

  # `/sbin/modprobe` and what it reads, without the rest of a system.
  loader = buildEnv {
    name = "microvm-modules";
    paths = [
      kernel
      kmod
    ];
    pathsToLink = [
      "/bin"
      "/lib/modules"
    ];
  };

  closure = closureInfo {
    rootPaths = [
      tree
      loader
    ];
  };
in
runCommand "microvm-image"
  {
    nativeBuildInputs = [ e2fsprogs ];
    passthru = {
      inherit image initrd loader;
      version = kernel.modDirVersion;
    };
    meta.platforms = lib.platforms.linux;
  }
  ''
    mkdir -p root/nix/store $out
    xargs cp -a --target-directory root/nix/store < ${closure}/store-paths
    cp -a ${tree}/. root/
    truncate -s 2G $out/root.img
    mkfs.ext4 -d root $out/root.img

    ln -s ${image} $out/kernel
    ln -s ${initrd}/initrd $out/initrd
  ''

# The modules as an image of their own, which the firmware checks before it is mounted.
{
  runCommand,
  squashfsTools,
  cryptsetup,
  kernel,
}:

runCommand "board-modules"
  {
    nativeBuildInputs = [
      squashfsTools
      cryptsetup
    ];
    release = kernel.modDirVersion;
  }
  ''
    mkdir -p $out tree
    cp -r ${kernel}/lib/modules/$release tree/
    rm -f tree/$release/{build,source}

    mksquashfs tree $out/modules.squashfs -comp zstd
    veritysetup format $out/modules.squashfs $out/modules.verity --root-hash-file $out/hash
    cp ${kernel}/System.map $out/
  ''

{
  runCommand,
  gnutar,
  zstd,
  tree,
}:

runCommand "machine.tar.zst"
  {
    nativeBuildInputs = [
      gnutar
      zstd
    ];
  }
  ''
    # `lib/modules` is the host's business.
    tar --create --directory ${tree} --exclude ./lib/modules --sort=name --numeric-owner . |
      zstd -T0 -o $out
  ''

{
  runCommand,
  squashfsTools,
  kernel,
}:

runCommand "legacy-modules.squashfs" { nativeBuildInputs = [ squashfsTools ]; } ''
  mksquashfs ${kernel}/lib/modules $out -comp xz
''

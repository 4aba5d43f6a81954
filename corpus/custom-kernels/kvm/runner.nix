{
  lib,
  writeShellScriptBin,
  makeInitrd,
  qemu_kvm,
  pkgsStatic,
  kernel,
}:

let
  initrd = makeInitrd {
    contents = [
      {
        object = "${kernel.modules}/lib/modules";
        symlink = "/lib/modules";
      }
      {
        object = "${pkgsStatic.busybox}/bin/busybox";
        symlink = "/init";
      }
    ];
  };
in
writeShellScriptBin "run-guest" ''
  exec ${lib.getExe' qemu_kvm "qemu-kvm"} -m 256 -nographic \
    -kernel ${kernel}/bzImage \
    -initrd ${initrd}/initrd \
    -append "console=ttyS0 ${lib.optionalString (kernel ? modules) "modules=split"}"
''

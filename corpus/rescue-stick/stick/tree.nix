{ lib, runCommand, syslinux, linux, linux_latest, linuxPackages, memtest86plus, initrd }:

let
  # Two kernels: the second for machines that are newer than the stick.
  newest = linux_latest;

  driversOf = name: kernel: runCommand "drivers-${name}" { } ''
    mkdir -p $out/${name}
    cp -r ${lib.getOutput "modules" kernel}/lib/modules $out/${name}/
  '';
in
runCommand "stick-tree" { passthru = { inherit initrd; drivers = driversOf "newest" newest; }; } ''
  mkdir -p $out/{boot,drivers,syslinux}
  cp ${syslinux}/share/syslinux/*.c32 $out/syslinux/
  cp ${memtest86plus}/memtest.bin $out/boot/
  cp ${initrd}/initrd $out/boot/

  # Image, System.map and modules of both.
  mkdir -p $out/boot/stable $out/boot/newest
  cp -r ${linux}/* $out/boot/stable/
  cp -r ${newest}/lib/* $out/boot/newest/
  cp ${newest}/bzImage $out/boot/newest/

  # Drivers to be put on a second stick, as one archive.
  tar -C ${linuxPackages.kernel} -cJf $out/drivers/stable.tar.xz .
  tar -C ${driversOf "newest" newest} -cJf $out/drivers/newest.tar.xz .
''

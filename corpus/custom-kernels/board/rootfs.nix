{
  lib,
  runCommand,
  busybox,
  e2fsprogs,
  kmod,
  kernel,
}:

let
  inherit (kernel) release;
  update = runCommand "board-update" { } ''
    mkdir -p $out/lib/modules/${release}
    cp -a ${kernel}/lib/modules/${release}/. $out/lib/modules/${release}/
    cp ${kernel}/Image $out/
  '';
in
runCommand "board-rootfs.ext4"
  {
    nativeBuildInputs = [
      e2fsprogs
      kmod
    ];
    passthru = { inherit update; };
    meta.platforms = lib.platforms.linux;
  }
  ''
    stage=$PWD/stage
    mkdir -p "$stage"/{bin,dev,etc,lib/modules,proc,sys}
    cp -a "${kernel}/lib/modules/${release}" "$stage/lib/modules/"
    cp -a ${busybox}/bin/. "$stage/bin/"

    # Modules of the vendor that crash without the camera.
    rm -f "$stage/lib/modules/${release}/extra/"*sensor*.ko
    depmod -b "$stage" "${release}"

    find ${kernel} -name '*.ko' | wc -l > "$stage/etc/modules-count"
    mkfs.ext4 -d "$stage" $out 256M
  ''

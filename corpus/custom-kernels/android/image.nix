{
  runCommand,
  android-tools,
  cpio,
  kernel,
}:

runCommand "vendor-boot"
  {
    nativeBuildInputs = [
      android-tools
      cpio
    ];
  }
  ''
    mkdir -p ramdisk/lib/modules $out
    cp ${kernel}/*.ko ramdisk/lib/modules/
    cp ${kernel}/modules.load ramdisk/lib/modules/modules.load
    (cd ramdisk && find . | cpio -o -H newc) > vendor.cpio
    mkbootimg --vendor_boot $out/vendor_boot.img --vendor_ramdisk vendor.cpio --header_version 4
    cp ${kernel}/Image.lz4 $out/kernel
  ''

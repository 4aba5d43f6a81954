{ stdenv, lib, xorriso, syslinux, tree }:

stdenv.mkDerivation rec {
  name = "stick-${version}.iso";
  version = "4";

  inherit tree;
  kernel = "boot/stable/bzImage";
  buildInputs = [ xorriso syslinux ];

  # `kernel` is a path in the image here.
  buildCommand = ''
    test -e $tree/$kernel
    mkdir iso && cp -r $tree/. iso/ && chmod -R u+w iso
    cat > iso/syslinux/syslinux.cfg <<EOF
    DEFAULT stable
    LABEL stable
      LINUX /$kernel
      INITRD /boot/initrd
    EOF
    xorriso -as mkisofs -o $out -b syslinux/isolinux.bin -no-emul-boot -boot-load-size 4 iso
    isohybrid $out
  '';

  meta.platforms = lib.platforms.linux;
}

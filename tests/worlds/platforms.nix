# What a machine is, on either side of NixOS/nixpkgs#530133: up to 26.05 a platform says how kernels are built for it,
# since then a kernel says it. The name of the image is not that of x86, so that a constant does not pass for it.
{ asked, lib }:
let
  target = "Image";
  kernel = {
    inherit target;
    name = "pc";
    baseConfig = "defconfig";
    autoModules = true;
    preferBuiltin = false;
    extraConfig = "";
    makeFlags = [ ];
    DTB = true;
  };
in
{
  host = {
    system = "x86_64-linux";
    isx86_64 = true;
    isx86 = true;
    isAarch64 = false;
    isAarch32 = false;
    isLinux = true;
    isRiscV = false;
    linuxArch = "x86_64";
    qemuArch = "x86_64";
  }
  // lib.optionalAttrs (!asked) {
    linux-kernel = kernel;
    platform.kernelTarget = target;
  };

  # What a kernel says.
  passthru = lib.optionalAttrs asked {
    inherit target;
    buildDTBs = kernel.DTB;
  };
}

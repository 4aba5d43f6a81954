{
  lib,
  writeShellApplication,
  kmod,
  kernelPackages,
}:

let
  base = kernelPackages;
  folder = "lib/modules/${base.kernel.modDirVersion}/kernel";
  drivers = builtins.attrNames (builtins.readDir "${base.kernel}/lib/modules");
in
writeShellApplication {
  name = "kiosk-drivers";
  runtimeInputs = [ kmod ];
  passthru = { inherit drivers; };
  text = ''
    for driver in drm/i915/i915 drm/tiny/simpledrm; do
      cp ${base.kernel}/${folder}/drivers/gpu/$driver.ko.xz /run/kiosk/
    done
    modprobe -d ${base.kernel} --show-depends usbhid
    modprobe -d ${lib.getOutput "modules" base.kernel} --show-depends hid
    echo ${base.kernel.modDirVersion}
  '';
}

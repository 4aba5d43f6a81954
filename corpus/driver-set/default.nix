# Modules that are not in the kernel's tree, for whichever kernel you have:
# `(import ./. { inherit pkgs; }).forKernel pkgs.linuxPackages_latest`
{
  pkgs ? import <nixpkgs> { },
}:

let
  inherit (pkgs) lib;
in
rec {
  forKernel =
    kernelPackages:
    lib.makeScope kernelPackages.newScope (self: {
      acpi-battery = self.callPackage ./pkgs/acpi-battery { };
      fullcone = self.callPackage ./pkgs/fullcone { };
      capture-card = self.callPackage ./pkgs/capture-card { };
      touch-patch = self.callPackage ./pkgs/touch-patch { };
      flow-offload = self.callPackage ./pkgs/flow-offload { };
      display = self.callPackage ./pkgs/display { };
      virtio-console = self.callPackage ./pkgs/virtio-console { };
    });

  default = forKernel pkgs.linuxPackages;
}

# Runs the first stage in a virtual machine, with the kernel of NixOS itself.
{ lib, ... }:

{
  handset.kernel = {
    fromNixOS = true;
    tolerateMissing = lib.mkDefault true;
    modules = [
      "virtio_blk"
      "virtio_gpu_drm"
    ];
  };

  boot.kernelParams = [ "console=ttyS0" ];
}

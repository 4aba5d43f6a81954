{
  lib,
  stdenv,
  kernel,
  nix-gitignore,
}:

stdenv.mkDerivation {
  pname = "virtio-console-log";
  version = "0.2";
  src = nix-gitignore.gitignoreSource [ ] ./.;

  nativeBuildInputs = kernel.moduleBuildDependencies;

  makeFlags = (kernel.commonMakeFlags or kernel.makeFlags) ++ [
    "KERNELDIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
    "INSTALL_MOD_PATH=$(out)"
  ];
  buildFlags = [ "modules" ];
  installTargets = [ "modules_install" ];

  # Types for the tracer: they are made from the unstripped image.
  postInstall = ''
    pahole --btf_encode_detached $out/virtio-console.btf ${kernel}/vmlinux
    depmod -b $out ${kernel.modDirVersion}
  '';

  meta.platforms = lib.platforms.linux;
}

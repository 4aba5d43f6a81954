# Rebuilds the network drivers of the kernel with statistics compiled in.
{
  lib,
  stdenv,
  kernel,
  rsync,
}:

stdenv.mkDerivation {
  pname = "flow-offload";

  inherit (kernel) src version patches;
  inherit (kernel) buildFlags installFlags makeFlags;

  nativeBuildInputs = kernel.moduleBuildDependencies ++ [ rsync ];

  configurePhase = ''
    runHook preConfigure
    rsync -a ${kernel.dev}/lib/modules/${kernel.modDirVersion}/build/ build/
    chmod -R u+w build
    cp ${kernel.configfile} build/.config
    runHook postConfigure
  '';

  env.NIX_CFLAGS_COMPILE = "-DFLOW_STATISTICS=1";

  installTargets = [ "modules_install" ];
  meta.license = lib.licenses.gpl2Only;
}

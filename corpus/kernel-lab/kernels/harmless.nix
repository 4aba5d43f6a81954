# Overrides that are right in every nixpkgs.
{ lib, base }:

base.overrideAttrs (old: {
  env = (old.env or { }) // {
    KCFLAGS = "-Wno-error";
  };

  postPatch = (old.postPatch or "") + ''
    patchShebangs scripts
    sed -i 's/EXTRAVERSION =.*/EXTRAVERSION =/' Makefile
  '';

  postInstall = (old.postInstall or "") + ''
    cp $buildRoot/.config $dev/config
    find $dev/lib/modules/*/build -name '*.o' -delete
    ${lib.optionalString (lib.elem "modules" (old.outputs or [ ])) ''
      echo ${base.modDirVersion} > ${placeholder "modules"}/release
    ''}
  '';

  nativeBuildInputs = old.nativeBuildInputs;
  extraMakeFlags = [ "W=1" ];
})

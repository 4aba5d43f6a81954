# Modules in an output of their own, since updates of the image should be small.
{ lib, base }:

let
  alreadySplit = lib.elem "modules" (base.outputs or [ ]);

  byHand = base.overrideAttrs (old: {
    outputs = old.outputs ++ [ "modules" ];
    postFixup = (old.postFixup or "") + ''
      mkdir -p $modules
      cp -a "$dev/lib/modules/${base.modDirVersion}" $modules/debug
    '';
  });

  guarded =
    if alreadySplit then
      base
    else
      base.overrideAttrs (old: {
        outputs = old.outputs ++ [ "modules" ];
        postInstall = (old.postInstall or "") + ''
          unset modules
          mkdir -p ${placeholder "modules"}
          mv $out/lib ${placeholder "modules"}/
        '';
      });
in
{
  inherit byHand guarded;
}

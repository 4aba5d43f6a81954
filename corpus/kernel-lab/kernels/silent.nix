# A kernel that cannot make a sound: for recordings of fans.
{ lib, base }:

(base.override {
  structuredExtraConfig = with lib.kernel; {
    SND_SOC = no;
    LOCALVERSION = freeform "-silent";
  };
  ignoreConfigErrors = true;
}).overrideAttrs
  (old: {
    postInstall = (old.postInstall or "") + ''
      rm -r $out/lib/modules/*/kernel/sound
      find $dev -name '*.cmd' -delete
    '';

    postFixup = (old.postFixup or "") + ''
      ln -s bzImage $out/vmlinuz
      remove-references-to -t $out $dev/lib/modules/*/build/vmlinux || true
    '';
  })

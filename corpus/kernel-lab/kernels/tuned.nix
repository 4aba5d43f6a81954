# For the machine under the desk, and only for it.
{ lib, base }:

let
  level = "-O3";
in
base.overrideAttrs (old: {
  pname = "linux-tuned";
  KCFLAGS = "${level} -march=znver4";
  KBUILD_BUILD_USER = "lab";

  # These are no variables of the environment, they are flags.
  makeFlags = old.makeFlags ++ [ "KCPPFLAGS=-DLAB" ];

  meta = old.meta // {
    description = "Linux for one machine";
    platforms = lib.intersectLists old.meta.platforms [ "x86_64-linux" ];
  };
})

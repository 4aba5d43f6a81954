# Everything in one output, for tools that unpack a kernel from one path.
{ lib, base }:

let
  one = base.overrideAttrs {
    outputs = [ "out" ];
    separateDebugInfo = false;
  };
in
one
// {
  # Modules built for `base` fit as well.
  inherit (base) modDirVersion moduleBuildDependencies;
  isLab = lib.versionAtLeast base.version "6.0";
}

{ lib }:

{
  maintainers = lib.teams.linux-kernel.members;
  # Of `stdenv.hostPlatform`: what the kernel calls the architecture.
  arch = platform: platform.linuxArch;
  image = platform: if platform.isx86 then "bzImage" else if platform.isAarch32 then "zImage" else "Image";
}

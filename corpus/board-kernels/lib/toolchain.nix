{ pkgs, lib }:

let
  flags = [ "LLVM=1" "LLVM_IAS=1" ];

  withFlags = platform: platform // {
    linux-kernel = platform.linux-kernel // {
      makeFlags = (platform.linux-kernel.makeFlags or [ ]) ++ flags;
    };
  };

  # As it is since 26.11; what is in the platform is for the older ones.
  both = platform: platform // {
    linux-kernel = (platform.linux-kernel or { }) // {
      makeFlags = (platform.linux-kernel.makeFlags or [ ]) ++ flags;
    };
  };
in
{
  old = pkgs.clangStdenv.override (old: { hostPlatform = withFlags old.hostPlatform; });
  new = pkgs.clangStdenv.override (old: { hostPlatform = both old.hostPlatform; });
  kernel = pkgs.linux_latest.override { extraMakeFlags = flags; };
}

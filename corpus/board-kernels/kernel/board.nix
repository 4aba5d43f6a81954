{ lib, stdenv, fetchurl, linuxManualConfig }:

# The boot loader has the device tree already.
linuxManualConfig {
  version = "6.6.30-board";
  modDirVersion = "6.6.30";
  src = fetchurl {
    url = "https://example.org/linux-6.6.30-board.tar.xz";
    hash = lib.fakeHash;
  };
  stdenv = stdenv.override (old: lib.recursiveUpdate old { hostPlatform.linux-kernel.DTB = false; });
  configfile = ./config.board;
}

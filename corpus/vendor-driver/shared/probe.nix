# Which of the kernel's own drivers claim the card? They have to be kept away from it.
{
  stdenv,
  lib,
  kernel,
  kmod,
}:

stdenv.mkDerivation {
  name = "probe-table";
  inherit kernel;
  nativeBuildInputs = [ kmod ];
  cardIds = [
    "10de:0a20"
    "10de:0a65"
  ];

  buildCommand = ''
    mkdir -p $out
    aliases=$kernel/lib/modules/${kernel.modDirVersion}/modules.alias
    for id in $cardIds; do
      grep -i "v0000''${id%%:*}" "$aliases" | cut -d ' ' -f 3
    done | sort -u | sed 's/^/blacklist /' > $out/blacklist.conf
  '';

  meta.platforms = lib.platforms.linux;
}

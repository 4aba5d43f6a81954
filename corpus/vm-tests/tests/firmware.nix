# Which firmware do the network drivers ask for?
{ pkgs, machine }:

pkgs.runCommand "firmware-names" { nativeBuildInputs = [ pkgs.kmod ]; } ''
  KERNEL=${machine.kernel}
  release=${machine.kernel.modDirVersion}

  find "$KERNEL/lib/modules/$release/kernel/drivers/net" -name '*.ko*' 2>/dev/null |
    while read -r module; do
      modinfo --field firmware "$module"
    done | sort -u > names || true

  FIRMWARE=${pkgs.linux-firmware}
  while read -r name; do
    [ -e "$FIRMWARE/lib/firmware/$name" ] && echo "$name"
  done < names > $out

  # The closure has its own copy, in which everything is found.
  CLOSURE=${machine.modulesClosure}
  ls "$CLOSURE/lib/modules/$release" >&2
''

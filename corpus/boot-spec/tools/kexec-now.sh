#!/usr/bin/env bash
# Boots into a generation without going through the firmware. Usage: kexec-now [NUMBER]
set -euo pipefail

profile=/nix/var/nix/profiles/system
generation=${1:+$profile-$1-link}
generation=${generation:-$profile}
booted=/run/booted-system

if [[ ! -e $generation ]]; then
  echo "no generation $generation" >&2
  exit 1
fi

same=yes
for part in initrd kernel kernel-modules; do
  if [[ $(readlink -f "$booted/$part") != $(readlink -f "$generation/$part") ]]; then
    same=no
  fi
done

if [[ $same = yes ]]; then
  echo "already running this kernel: $(ls "$booted/kernel-modules/lib/modules")"
  exit 0
fi

kexec --load "$generation/kernel-modules/bzImage" \
  --initrd "$generation/initrd" \
  --command-line "init=$(readlink -f "$generation/init") $(cat "$generation/kernel-params")"

systemctl kexec

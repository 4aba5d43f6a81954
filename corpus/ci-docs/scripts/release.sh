#!/usr/bin/env bash
# Packs the module for the releases page.
set -euo pipefail

version=$(git describe --tags)
nix build ".#hello-module"
cp result/lib/modules/*/misc/hello.ko "hello-$version.ko"

nix build nixpkgs#linuxPackages.kernel.dev --out-link kernel
sha256sum "hello-$version.ko" kernel-dev/lib/modules/*/build/Module.symvers > SHA256SUMS

#!/bin/sh
# Shows splitlint at work on one small repository: what it finds, what it would write, what to do next.
# usage: corpus/demo.sh [SPLITLINT...]   the command that runs splitlint (default: splitlint)
set -eu
[ $# -gt 0 ] || set -- splitlint
cd "$(dirname "$0")/container-root"

echo "In corpus/container-root, a NixOS root file system for containers:"
echo "\$ splitlint check"
"$@" check --exit-zero
echo
echo "\$ splitlint check --diff machine.nix"
"$@" check --diff --exit-zero machine.nix 2>&1
echo
echo "Next:"
echo "  splitlint explain modules-path    why it breaks, and what to write instead"
echo "  cd YOUR/REPOSITORY && splitlint check --fix"

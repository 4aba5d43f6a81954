# nixpkgs from 25.11 on (NixOS/nixpkgs#423933): a kernel's modules are in its `modules`.
args: import ./world.nix (args // { split = true; })

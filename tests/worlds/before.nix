# nixpkgs as it was up to 25.05: a kernel's modules are in its `out`.
args: import ./world.nix (args // { split = false; })

# nixpkgs as it was up to 25.05: a kernel's modules are in its `out`.
import ./world.nix { split = false; }

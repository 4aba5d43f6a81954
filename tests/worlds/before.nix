# nixpkgs as it was up to 25.05: a kernel's modules are in its `out`.
options:
import ./world.nix {
  split = false;
  inherit options;
}

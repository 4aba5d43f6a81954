# Evaluate fragments in what nixpkgs was and is, by release: see world.nix.
{ jobs }:
let
  sides = builtins.mapAttrs (_: side: args: import ./world.nix (side // args)) {
    # A kernel's modules are in its `out`, and a platform says how kernels are built for it.
    "25.05" = {
      split = false;
      asked = false;
    };
    # A kernel's modules are in its `modules` (NixOS/nixpkgs#423933).
    "25.11" = {
      split = true;
      asked = false;
    };
    # A kernel says itself how it is built (NixOS/nixpkgs#530133, NixOS/nixpkgs#530764).
    "26.11" = {
      split = true;
      asked = true;
    };
  };
in
import ../../splitlint/authoring/proofs/nix/judge.nix (
  map (job: {
    inherit (job) file heads;
    world = sides.${job.side} { inherit (job) options strangers deep; };
  }) jobs
)

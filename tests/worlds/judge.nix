# Evaluate fragments in what nixpkgs was before the split of kernels, and is after it: see world.nix.
{ jobs }:
let
  sides = {
    before = import ./before.nix;
    after = import ./after.nix;
  };
in
import ../../splitlint/authoring/proofs/nix/judge.nix (
  map (job: {
    inherit (job) file heads;
    world = sides.${job.side} { inherit (job) options strangers deep; };
  }) jobs
)

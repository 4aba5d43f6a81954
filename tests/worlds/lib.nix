# The functions of nixpkgs' `lib`, with those that build a kernel's configuration.
import ../../splitlint/authoring/proofs/nix/lib.nix
// {
  kernel = {
    yes.tristate = "y";
    no.tristate = "n";
    module.tristate = "m";
    freeform = freeform: { inherit freeform; };
    option = x: x;
  };
}

"""Proof by Nix that fixes are right: worlds made from the facts of packs, and what code gives in them."""

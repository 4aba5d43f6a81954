"""Which nixpkgs a repository is pinned to: lock files, lists of sources, and what Nix code fetches."""

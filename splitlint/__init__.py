"""splitlint: finds Nix code that looks for a package's files in the output they have left."""

__version__ = "0.1.0"

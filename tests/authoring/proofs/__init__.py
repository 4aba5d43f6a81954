"""Fixes that Nix proves, and fixes that it does not."""

"""What repositories are pinned to."""

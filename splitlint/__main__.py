"""`python -m splitlint`."""

from splitlint.cli import entry

if __name__ == "__main__":
    entry()

"""`python -m splitlint`."""

from splitlint.cli.main import entry

if __name__ == "__main__":
    entry()

"""`python -m splitlint`."""

import os
import sys

if __name__ == "__main__":
    # `python -m` looks for modules in the current folder first, and that may be a stranger's.
    own = os.path.realpath(os.path.dirname(os.path.dirname(__file__)))
    sys.path[:] = [
        path
        for path in sys.path
        if os.path.realpath(path) != os.path.realpath(os.curdir) or os.path.realpath(path) == own
    ]

    from splitlint.cli.main import entry

    entry()

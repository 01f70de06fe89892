"""The command `layer-studio`, also `python -m studio`: the command line, and through it the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    from studio.cli.main import run

    return run(sys.argv[1:] if arguments is None else arguments, _open_window)


def _open_window(options: argparse.Namespace) -> int:
    from studio.gui.opening import open_window  # here, so that no command waits for Qt

    return open_window(options)


if __name__ == "__main__":
    sys.exit(main())

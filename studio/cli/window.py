"""`layer-studio [PROJECT]`: the window, its picture, or its demonstration."""

from __future__ import annotations

import argparse


def open_window(options: argparse.Namespace) -> int:
    """Open the window, or take its picture, or have it show what it can do."""
    from studio.gui.app import Wishes, run_window

    wishes = Wishes(options.project, options.size, options.theme, options.select)
    if options.screenshot is not None:
        from studio.gui.shell.picture import take_picture

        return take_picture(wishes, options.screenshot)
    if options.demo:
        from studio.gui.shell.demo import demonstrate

        return demonstrate(wishes, options.out)
    return run_window(wishes)

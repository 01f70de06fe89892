"""`layer-studio [PROJECT]`: the window, its picture, or its demonstration."""

from __future__ import annotations

import argparse
import os
import sys

from studio.core.errors import StudioError

PLATFORM = "QT_QPA_PLATFORM"


def open_window(options: argparse.Namespace) -> int:
    """Open the window, or take its picture, or have it show what it can do; the last two need no display."""
    if not _has_display():
        if options.screenshot is None and not options.demo:
            raise StudioError(
                "window.display",
                "There is no display to open a window on.",
                "Use --screenshot or --demo, or the commands check, train and export; they need none.",
            )
        os.environ[PLATFORM] = "offscreen"
        _leave_out_offscreen_noise()
    from studio.gui.app import Wishes, run_window

    unattended = options.demo or options.screenshot is not None
    wishes = Wishes(options.project, options.size, options.theme, options.select, as_new=unattended)
    if options.screenshot is not None:
        from studio.gui.shell.picture import take_picture

        return take_picture(wishes, options.screenshot)
    if options.demo:
        from studio.gui.shell.demo import demonstrate

        return demonstrate(wishes, options.out)
    return run_window(wishes)


def _has_display() -> bool:
    """Whether Qt will find somewhere to draw: always, but on a Unix without X or Wayland."""
    variables = (PLATFORM, "DISPLAY", "WAYLAND_DISPLAY")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in variables)


def _leave_out_offscreen_noise() -> None:
    """Pass on what Qt says, but not that the offscreen platform cannot tell a window manager of smallest sizes."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    def pass_on(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if "propagateSizeHints" not in text:
            print(text, file=sys.stderr)

    qInstallMessageHandler(pass_on)

"""`layer-studio check --data`: an engine looks at all of the data, with a progress line, and what it found."""

from __future__ import annotations

import contextlib
import queue
import sys
import time
from collections.abc import Callable

from studio.core.errors import StudioError
from studio.session.engines import Engines
from studio.session.preflight import Preflight
from studio.session.session import Session
from studio.session.trust import Trust

REDRAW_S = 0.1
TURN_S = 0.5
BAR_CELLS = 24

Calls = queue.SimpleQueue[Callable[[], None]]


def checked(session: Session, engines: Engines, trust: Trust, calls: Calls) -> Preflight:
    """The check of a project's data, at its end; to be closed. Raises StudioError where it cannot be made.

    Raises KeyboardInterrupt where the user ends it.
    """
    preflight = Preflight(session, engines, trust)
    ended: list[StudioError | bool] = []
    preflight.ended.connect(ended.append)
    shown = sys.stderr.isatty()
    try:
        preflight.start()
        drawn = 0.0
        while not ended:
            with contextlib.suppress(queue.Empty):
                calls.get(timeout=TURN_S)()
            if shown and time.monotonic() - drawn >= REDRAW_S:
                drawn = time.monotonic()
                print(f"\r\033[K{progress_text(preflight)}", end="", file=sys.stderr, flush=True)
    except BaseException:
        preflight.close()
        raise
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
    if isinstance(ended[0], StudioError):
        preflight.close()
        raise ended[0]
    return preflight


def progress_text(preflight: Preflight) -> str:
    """`Checking the data ████░░░░  15 %  1,500 of 10,000`."""
    if not preflight.total:
        return "Loading the data…"
    share = preflight.done / preflight.total
    full = round(share * BAR_CELLS)
    bar = "█" * full + "░" * (BAR_CELLS - full)
    return f"Checking the data {bar} {share:4.0%}  {preflight.done:,} of {preflight.total:,}"

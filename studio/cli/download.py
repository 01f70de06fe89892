"""The download of a data set of Keras's that the user has agreed to, with a progress line."""

from __future__ import annotations

import contextlib
import queue
import sys
import time
from collections.abc import Callable

from studio.core.errors import DataRefused
from studio.document.data_choice import DataChoice
from studio.session.engines import Engines
from studio.session.fetching import Fetcher, question, to_download

REDRAW_S = 0.1
TURN_S = 0.5


def downloaded(data: DataChoice, engines: Engines, calls: queue.SimpleQueue[Callable[[], None]]) -> None:
    """Download what loading the data would download, if anything. Raises DataRefused, with what is in the way."""
    each = to_download(data)
    if each is None:
        return
    print(question(each), file=sys.stderr)
    fetcher = Fetcher(engines)
    ended: list[DataRefused | bool] = []
    fetcher.ended.connect(ended.append)
    shown = sys.stderr.isatty()
    drawn = 0.0
    try:
        fetcher.start(each.name, download=True)
        while not ended:
            with contextlib.suppress(queue.Empty):
                calls.get(timeout=TURN_S)()
            if shown and time.monotonic() - drawn >= REDRAW_S:
                drawn = time.monotonic()
                print(f"\r\033[K{fetcher.text}", end="", file=sys.stderr, flush=True)
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        fetcher.close()
    if isinstance(ended[0], DataRefused):
        raise ended[0]

"""The garbage collector, told when there is nothing for it to find."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the collector while much is made and all of it is kept: looking through it finds nothing.

    Afterwards all of it counts as old, so that the next short collection does not look through it either.
    """
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            if not gc.get_freeze_count():  # else something else would be thawed
                gc.freeze()
                gc.unfreeze()
            gc.enable()

"""How eagerly the engine takes the processor: modest while nobody waits for it, as any program in a run.

By scheduling policy, not niceness: what an ordinary user has made nice cannot be undone. Each thread has its own
policy and hands it on to those it starts, so coming back goes over all of them.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

if sys.platform == "linux":

    def be_modest() -> None:
        """Let whatever is interactive go first: this thread, and the ones it will start."""
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))

    def be_ordinary() -> None:
        """Take that back for every thread of the process."""
        for task in Path("/proc/self/task").iterdir():
            with contextlib.suppress(OSError):  # a thread that has just ended
                os.sched_setscheduler(int(task.name), os.SCHED_OTHER, os.sched_param(0))

else:

    def be_modest() -> None:
        """Other systems have no policy that can be taken back."""

    def be_ordinary() -> None:
        """Nothing to take back."""

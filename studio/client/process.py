"""The engine's process: a group with the engine at its head, signalled only while it is surely still ours."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress


class GroupProcess:
    """A process that was started as the head of its own group.

    Its number could be given to a stranger as soon as it is reaped, so it is looked at without reaping, and only
    `reap` reaps, after which no signal is sent. May be used from any thread.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.pid = process.pid
        self.stdin = process.stdin
        self.stdout = process.stdout
        self._process = process
        self._lock = threading.Lock()
        self._is_reaped = False

    def has_ended(self) -> bool:
        """Whether the head has ended; others of its group may live."""
        with self._lock:
            return self._is_reaped or os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def ends_within(self, seconds: float) -> bool:
        """Wait for the head to end; False if it did not."""
        by = time.monotonic() + seconds
        while not self.has_ended():
            if time.monotonic() > by:
                return False
            time.sleep(0.02)
        return True

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole group, if it is still there."""
        with self._lock:
            if not self._is_reaped:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, number)

    def reap(self) -> int:
        """Wait for the head, kill what is left of its group, and return its exit code (negative: the signal)."""
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        self.signal(signal.SIGKILL)
        with self._lock:
            self._is_reaped = True
            return self._process.wait()

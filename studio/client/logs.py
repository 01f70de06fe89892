"""The engines' logs: one file each, bounded, the old ones dropped."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from studio.core.ids import new_id
from studio.core.paths import state_dir

KEPT_LOGS = 6
MAX_BYTES = 4 * 1024 * 1024
KEPT_BYTES = 256 * 1024
TAIL_BYTES = 4096

_PROGRESS = re.compile(r"\s*(\d+/\d+ |Epoch \d+|\[1m)")


def fresh_log() -> Path:
    """A name for a new engine's log; of the older ones only the latest stay."""
    folder = state_dir() / "logs"
    folder.mkdir(mode=0o700, exist_ok=True)
    logs = sorted(folder.glob("engine-*.log"), key=_written)
    for log in logs[: max(0, len(logs) - KEPT_LOGS + 1)]:
        log.unlink(missing_ok=True)
    return folder / f"engine-{new_id()}.log"


def shorten(log: Path, limit: int = MAX_BYTES) -> None:
    """Cut the beginning of `log` off if it is longer than `limit`.

    Whoever has it open for appending goes on at its new end, so no writer has to be told.
    """
    with contextlib.suppress(OSError):  # a log that cannot be shortened is no reason to end a run
        if log.stat().st_size > limit:
            with log.open("r+b") as file:
                file.seek(-min(KEPT_BYTES, limit), os.SEEK_END)
                kept = file.read()
                file.truncate(0)
            with log.open("ab") as file:
                file.write(b"(what came before was cut off)\n" + kept)


def last_words(log: Path) -> str:
    """The last line of `log` that says something, or nothing; how far a training was is said elsewhere."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip() and not _PROGRESS.match(line)), "")


def _written(log: Path) -> float:
    try:
        return log.stat().st_mtime
    except OSError:  # another studio has just dropped it
        return 0.0

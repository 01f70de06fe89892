"""The engine's standard streams: kept for messages before anything can print there, and lent to a run's log."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


def take_over() -> tuple[int, int]:
    """Keep stdin and stdout for messages and return their new descriptors (incoming, outgoing).

    From then on file descriptor 1 is the log (2), for Python and for C++ alike, and 0 is empty: a program that asks
    for input gets the end of the file, not a request.
    """
    sys.stdout.flush()
    incoming, outgoing = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return incoming, outgoing


@contextlib.contextmanager
def output_to(path: Path) -> Iterator[None]:
    """Append what this process prints meanwhile, from any of its threads or libraries, to the file `path`."""
    kept = os.dup(1), os.dup(2)
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        _point_at(log, log)
        yield
    finally:
        _point_at(*kept)
        for descriptor in (log, *kept):
            os.close(descriptor)


def _point_at(output: int, errors: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.dup2(output, 1)
    os.dup2(errors, 2)

"""Downloading a file as Keras's `get_file` asks for it: told of, ended on request, and nothing left half done."""

from __future__ import annotations

import contextlib
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

from studio.engine.stopping import StopSign
from studio.protocol.messages import Event, Fetching

CHUNK_BYTES = 1 << 16
INTERVAL_S = 0.05
SILENCE_S = 30.0
"""How long nothing may come from the other end."""


class NotReached(BaseException):
    """The other end could not be reached, or was lost.

    Not an Exception: at one, `get_file` would delete the file that the user has there.
    """

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host}: {reason}")
        self.host = host
        self.reason = reason


class Download:
    """Takes the place of `urlretrieve` in `get_file`, which has no end on request, and waits for ever."""

    def __init__(self, run: str, send: Callable[[Event], None], sign: StopSign) -> None:
        self._run = run
        self._send = send
        self._sign = sign
        self._sent = 0.0

    def __call__(self, url: str, path: str, reporthook: object = None) -> None:
        """Load what is at `url` into the file at `path`. Raises Stopped, NotReached, OSError of the disk."""
        host = urllib.parse.urlsplit(url).hostname or url
        part = Path(f"{path}.part")
        try:
            self._load(url, part, host)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)

    def _load(self, url: str, part: Path, host: str) -> None:
        name = os.path.basename(urllib.parse.urlsplit(url).path)
        with part.open("wb") as file, contextlib.closing(_asked(url, host)) as answer:
            total = int(answer.headers.get("Content-Length") or 0)
            done = 0
            while True:
                self._sign.check()
                try:
                    chunk = answer.read(CHUNK_BYTES)
                except OSError as error:
                    raise NotReached(host, _reason(error)) from None
                if not chunk:
                    break
                file.write(chunk)
                done += len(chunk)
                self._tell(name, done, total)
            if done < total:
                raise NotReached(host, f"it broke off after {done:,} of {total:,} bytes")

    def _tell(self, name: str, done: int, total: int) -> None:
        if time.monotonic() - self._sent >= INTERVAL_S or done == total:
            self._send(Fetching(self._run, name, done, total))
            self._sent = time.monotonic()


def _asked(url: str, host: str) -> urllib.request._UrlopenRet:
    try:
        return urllib.request.urlopen(url, timeout=SILENCE_S)
    except urllib.error.HTTPError as error:
        error.close()
        raise NotReached(host, f"it answers {error.code} {error.reason}") from None
    except OSError as error:
        raise NotReached(host, _reason(error)) from None


def _reason(error: OSError) -> str:
    """What an error of the network says, without its class and its numbers."""
    cause = getattr(error, "reason", error)
    return getattr(cause, "strerror", None) or str(cause) or type(error).__name__

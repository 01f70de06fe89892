"""The engine's end of the wire: requests in, events out, whatever else arrives answered and survived."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

from studio.protocol.codec import Lines, Unreadable, decode_request, encode
from studio.protocol.messages import Event, Misunderstood, Request

CHUNK_BYTES = 65536


class Channel:
    """Two file descriptors: requests are read from one, events are written to the other.

    Events may be sent from any thread. Once the other side is gone, sending does nothing, so that a run can still be
    ended in order; the end of `requests()` is how the engine learns of it.
    """

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._writing = threading.Lock()
        self._is_cut = False

    def requests(self) -> Iterator[Request]:
        """Yield requests until the other side closes; a line that is none is answered with Misunderstood."""
        lines = Lines()
        while chunk := self._read():
            for line in lines.feed(chunk):
                try:
                    request = decode_request(line)
                except Unreadable as error:
                    self.send(Misunderstood(str(error)))
                else:
                    yield request

    def send(self, event: Event) -> None:
        """Write an event as a whole; waits while the other side does not read."""
        content = memoryview(encode(event))
        with self._writing:
            while content and not self._is_cut:
                try:
                    content = content[os.write(self._outgoing, content) :]
                except OSError:
                    self._is_cut = True

    def _read(self) -> bytes:
        try:
            return os.read(self._incoming, CHUNK_BYTES)
        except OSError:
            return b""

"""One engine process seen from outside: start it, ask it, hear it, and learn of its end."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM

from studio.client.death import death_text
from studio.client.launch import engine_command, launch
from studio.client.ledger import Ledger
from studio.client.logs import fresh_log, shorten
from studio.client.process import GroupProcess
from studio.core.errors import EngineRefused
from studio.protocol.codec import Lines, Unreadable, decode_event, encode
from studio.protocol.messages import (
    VERSION,
    EngineDied,
    Event,
    Fetch,
    Heartbeat,
    Hello,
    Inspect,
    Phase,
    Preview,
    Probe,
    Ready,
    Request,
    Shutdown,
    Stop,
    Train,
    Verify,
)

CHUNK_BYTES = 1 << 16
MAX_NONSENSE = 100
"""Lines in a row that are no messages before an engine is given up."""

RUN_LOG = "output.log"
"""Where the engine lets a run's output go, in the run's folder."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds, an engine may take before somebody steps in."""

    look_s: float = 0.25
    """Between two looks at a silent engine."""
    silence_s: float = 10.0
    """Without a message, until it counts as not answering."""
    stop_s: float = 5.0
    """Before a stop is honoured, while nothing has been learnt yet."""
    batch_s: float = 60.0
    """Before a stop is honoured in training: the longest batch that is waited for."""
    save_s: float = 120.0
    """For saving and evaluating, once it was asked to shut down."""
    probe_s: float = 30.0
    """For a layer of the user's own to say what comes out of it."""
    terminate_s: float = 5.0
    """From SIGTERM to SIGKILL."""


class Engine:
    """An engine process, from `start` to its end.

    `on_event` hears everything on one thread of the engine's own; it must be quick, since nothing is read meanwhile.
    For each Train, Verify, Probe, Preview, Inspect or Fetch that was sent, exactly one of Finished, Verified, Probed,
    Previewed, Inspected, Fetched, Unreachable, Failed and EngineDied is heard, whatever the process does. If the
    process ends unasked with nothing open, one EngineDied with run None is heard.
    A Heartbeat with the phase NOT_ANSWERING is made here when the engine has been silent for too long.
    """

    def __init__(
        self,
        on_event: Callable[[Event], None],
        *,
        command: Sequence[str] | None = None,
        memory_limit: int | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._on_event = on_event
        self._command = list(command) if command is not None else engine_command(memory_limit)
        self._patience = patience or Patience()
        self._ledger = Ledger()
        self._log = fresh_log()
        self._process: GroupProcess | None = None
        self._thread = threading.Thread(target=self._live, name="engine", daemon=True)
        self._writing = threading.Lock()
        self._has_ended = threading.Event()
        self._ready: Ready | None = None
        self._phase: str = Phase.STARTING
        self._heard = time.monotonic()
        self._is_silent = False
        self._nonsense = 0
        self._reason: str | None = None
        self._leave_by: float | None = None
        self._stop_by: float | None = None
        self._kill_by: float | None = None
        self._probing_since: float | None = None
        self._end_is_asked = False
        self._insists = False

    @property
    def alive(self) -> bool:
        """Whether requests can be sent: the process was started, and its end was not noticed yet."""
        return self._process is not None and not self._ledger.is_closed

    @property
    def ready(self) -> Ready | None:
        """What the engine said of itself, once Keras was imported."""
        return self._ready

    @property
    def phase(self) -> str:
        """What the engine did when it was last heard: a Phase."""
        return self._phase

    @property
    def pid(self) -> int | None:
        """The number of the process; None before the start."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process and greet it. Raises EngineRefused if the system does not let us."""
        self._process = GroupProcess(launch(self._command, self._log))
        self._heard = time.monotonic()
        self._thread.start()
        self._write(Hello(VERSION))

    def send(self, request: Request) -> None:
        """Ask for something; returns at once. Raises EngineRefused if the engine has ended."""
        match request:
            case Train() | Verify() | Probe() | Preview() | Inspect() | Fetch():
                if not self._ledger.open(request):
                    raise self._ended()
            case Stop(run):
                self._expect_stop(run)
            case Shutdown():
                self._expect_end()
            case _:
                pass
        self._write(request)

    def stop(self, request: Stop) -> None:
        """Ask a run to end after its next batch; returns at once.

        If that is not honoured in time, or is asked a second time, the process is ended; what is not saved then is
        lost.
        """
        self.send(request)

    def close(self) -> None:
        """Ask the engine to end, stopping and saving what it does; returns at once. It is killed if it does not."""
        if self.alive:
            self._expect_end()
            self._write(Shutdown())

    def kill(self) -> None:
        """End the process and all that it has started, now."""
        self._end_is_asked = True
        self._reason = self._reason or "The engine was ended on request."
        if self._process:
            self._process.signal(SIGKILL)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; False if it did not come in time. Not to be called by `on_event`."""
        return self._has_ended.wait(timeout_s)

    def _ended(self) -> EngineRefused:
        return EngineRefused("engine.ended", "The engine has ended.", "Start the run again; a new engine takes it.")

    def _expect_stop(self, run: str) -> None:
        if any(request.run == run for request in self._ledger.requests):
            self._insists = self._stop_by is not None
            self._stop_by = time.monotonic() + (0 if self._insists else self._patience.stop_s)

    def _expect_end(self) -> None:
        self._end_is_asked = True
        looks = 2 if self._ledger.requests else 1  # a run is given time to stop, then the engine to go
        self._leave_by = time.monotonic() + looks * self._patience.stop_s

    def _write(self, request: Request) -> None:
        """Write a request; a process that does not read any more is noticed by the thread that listens."""
        if self._process is None:
            raise EngineRefused("engine.start", "The engine was not started.", "Start it first.")
        content = memoryview(encode(request))
        with self._writing, contextlib.suppress(OSError, ValueError):
            while content:
                content = content[self._process.stdin.write(content) :]

    def _live(self) -> None:
        process = self._process
        assert process is not None
        lines = Lines()
        output = process.stdout.fileno()
        ended = False
        while True:
            readable, _, _ = select.select([output], [], [], self._patience.look_s)
            if readable:
                chunk = os.read(output, CHUNK_BYTES)
                if not chunk:
                    break
                for line in lines.feed(chunk):
                    self._hear(line)
            elif ended:
                break  # somebody who left the group still holds the pipe
            if not ended and process.has_ended():
                ended = True
                process.signal(SIGKILL)  # whoever is left holds the pipe open
            self._step_in(process)
        self._bury(process)

    def _hear(self, line: bytes | None) -> None:
        try:
            event = decode_event(line)
        except Unreadable as error:
            _log.info("The engine said something that is no message: %s", error)
            self._nonsense += 1
            if self._nonsense == MAX_NONSENSE:
                self._end_for("The engine does not speak the studio's language. Install the studio again.")
            return
        self._heard, self._is_silent, self._nonsense = time.monotonic(), False, 0
        match event:
            case Ready(version) if version != VERSION:
                self._end_for(
                    f"The engine speaks version {version} of the protocol, the studio version {VERSION}. "
                    "Install the studio again, so that both are of one version."
                )
                return
            case Ready():
                self._ready = event
            case Heartbeat(phase):
                self._phase = phase
                if phase != Phase.PROBING:
                    self._probing_since = None
                elif self._probing_since is None:
                    self._probing_since = self._heard
            case _:
                pass
        if self._ledger.lets_through(event):
            if not self._ledger.requests:
                self._stop_by, self._insists = None, False
            self._tell(event)

    def _tell(self, event: Event) -> None:
        try:
            self._on_event(event)
        except Exception:  # a listener's bug must not keep a run from ending
            _log.exception("A listener failed on %s", type(event).__name__)

    def _step_in(self, process: GroupProcess) -> None:
        """Do what time has come for."""
        now = time.monotonic()
        if now - self._heard > self._patience.silence_s and not self._is_silent:
            self._is_silent = True
            self._tell(Heartbeat(Phase.NOT_ANSWERING, 0))
        if self._kill_by is not None:
            if now > self._kill_by:
                process.signal(SIGKILL)
        elif self._stop_by is not None and now > self._stop_by + self._time_to_stop():
            self._end_for("The engine did not stop in time and was ended.")
        elif self._probing_since is not None and now > self._probing_since + self._patience.probe_s:
            self._end_for(f"The layer's code did not come to an end within {self._patience.probe_s:g} s.")
        elif self._leave_by is not None and now > self._leave_by + self._time_to_leave():
            self._end_for("The engine did not leave in time and was ended.")
        for log in self._logs():
            shorten(log)

    def _time_to_stop(self) -> float:
        """What an engine that works may take beyond the usual; the user can insist at any time."""
        if self._is_silent or self._insists:
            return 0.0
        match self._phase:
            case Phase.TRAINING:
                return self._patience.batch_s
            case Phase.SAVING | Phase.EVALUATING:
                return math.inf
            case _:  # nothing is learnt yet
                return 0.0

    def _time_to_leave(self) -> float:
        return self._patience.save_s if self._phase == Phase.SAVING and not self._is_silent else 0.0

    def _end_for(self, reason: str) -> None:
        self._reason = self._reason or reason
        self._kill_by = time.monotonic() + self._patience.terminate_s
        if self._process:
            self._process.signal(SIGTERM)

    def _logs(self) -> list[Path]:
        """Where the process may have written its last words: the logs of its runs, or its own before it was ready."""
        runs = [Path(request.folder) / RUN_LOG for request in self._ledger.requests if isinstance(request, Train)]
        return runs if self._ready else [*runs, self._log]

    def _bury(self, process: GroupProcess) -> None:
        """Nothing will be heard any more: see the process off, and end what is open."""
        if not process.ends_within(self._patience.look_s * 4):
            self._end_for("The engine fell silent for good and was ended.")
            if not process.ends_within(self._patience.terminate_s):
                process.signal(SIGKILL)
        code = process.reap()
        text = self._reason or death_text(code, self._logs())
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        open_requests = self._ledger.close()
        for request in open_requests:
            self._tell(EngineDied(request.run, code, text))
        if not open_requests and not self._end_is_asked:
            self._tell(EngineDied(None, code, text))
        self._has_ended.set()

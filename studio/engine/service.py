"""What the engine does with each request: quick answers here, programs one after the other on a thread of their own.

Keras keeps state per thread, so everything that touches Keras, its import included, happens on that one thread.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import NoReturn, assert_never

import psutil

from studio.core.wording import bytes_text
from studio.engine import backend, memory, priority
from studio.engine.pulse import Pulse
from studio.engine.stopping import StopSign
from studio.protocol.messages import (
    VERSION,
    Event,
    Fetch,
    Hello,
    Inspect,
    Misunderstood,
    Phase,
    Ping,
    Preview,
    Probe,
    Ready,
    Request,
    Shutdown,
    Stop,
    Train,
    Verify,
)

NO_KERAS = 3
NO_MEMORY = 4
OTHER_VERSION = 5
"""Exit codes; the last lines of the log say more."""

LEAVE_S = 7.0
"""How long a run may take to stop once the studio is gone."""
SAVE_S = 60.0
"""How long it may take to save what it learnt, then."""


class Service:
    """Answers requests; `leave` ends the process."""

    def __init__(self, send: Callable[[Event], None], memory_limit: int | None) -> None:
        self._send = send
        self._memory_limit = memory_limit
        self._pulse = Pulse(send, self.leave, self._overgrown)
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._worker = threading.Thread(target=self._work, name="program", daemon=True)
        self._signs: dict[str, StopSign] = {}
        self._greeted = False
        self._leaving = threading.Lock()

    def start(self) -> None:
        """Begin to beat and to work."""
        self._pulse.start()
        self._worker.start()

    def answer(self, request: Request) -> None:
        """Do what is asked, or see to it that it is done. Shutdown does not return."""
        match request:
            case Hello(version):
                self._greet(version)
            case Ping():
                self._pulse.beat()
            case Stop(run):
                if sign := self._signs.get(run):
                    sign.ask_to_stop()
            case Shutdown():
                self.leave()
            case Verify() | Probe() | Preview() | Inspect() | Fetch() | Train() if not self._greeted:
                self._send(Misunderstood("Say Hello first, so that both sides know that they speak the same version."))
            case Verify():
                priority.be_ordinary()
                self._jobs.put(lambda: self._verify(request))
            case Probe():
                priority.be_ordinary()
                self._jobs.put(lambda: self._probe(request))
            case Preview():
                priority.be_ordinary()
                self._jobs.put(lambda: self._preview(request))
            case Inspect():
                self._accept(request.run, lambda sign: self._inspect(request, sign))
            case Fetch():
                self._accept(request.run, lambda sign: self._fetch(request, sign))
            case Train():
                self._accept(request.run, lambda sign: self._train(request, sign))
            case _:
                assert_never(request)

    def leave(self) -> NoReturn:
        """End the process; a run in progress is stopped, and what it learnt is saved. Callable from any thread."""
        with self._leaving:  # never released: whoever comes second waits for the end
            for sign in list(self._signs.values()):
                sign.ask_to_leave()
            self._jobs.put(None)
            if self._signs:
                self._wait_for_the_run()
            _end(0)

    def _greet(self, version: int) -> None:
        if version != VERSION:
            self._send(Ready(VERSION, "", "", "", "", os.getpid()))
            _end(OTHER_VERSION)
        if not self._greeted:
            self._greeted = True
            self._jobs.put(self._get_ready)

    def _accept(self, run: str, do: Callable[[StopSign], None]) -> None:
        priority.be_ordinary()
        sign = self._signs[run] = StopSign()
        self._jobs.put(lambda: do(sign))

    def _work(self) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                job()
        except BaseException:  # a bug of ours, or no memory left even to say so: no run may wait for its end for ever
            traceback.print_exc()
            _end(1)

    def _get_ready(self) -> None:
        try:
            keras = backend.load()
        except Exception:
            traceback.print_exc()
            _end(NO_KERAS)
        self._send(Ready(VERSION, keras.keras, keras.name, keras.version, keras.device, os.getpid()))
        self._pulse.enter(Phase.WARMING_UP)
        backend.warm_up()
        self._limit_memory(keras.has_gpu)
        self._pulse.enter(Phase.IDLE)

    def _verify(self, request: Verify) -> None:
        from studio.engine.verifying import run_verification

        self._pulse.enter(Phase.VERIFYING)
        self._send(run_verification(request))
        self._pulse.enter(Phase.IDLE)

    def _probe(self, request: Probe) -> None:
        from studio.engine.probing import run_probe

        self._pulse.enter(Phase.PROBING)
        self._send(run_probe(request))
        self._pulse.enter(Phase.IDLE)

    def _preview(self, request: Preview) -> None:
        from studio.engine.previewing import run_preview

        self._pulse.enter(Phase.PREVIEWING)
        self._send(run_preview(request))
        self._pulse.enter(Phase.IDLE)

    def _inspect(self, request: Inspect, sign: StopSign) -> None:
        from studio.engine.inspecting import run_inspection

        self._pulse.enter(Phase.INSPECTING)
        self._send(run_inspection(request, self._send, sign))
        del self._signs[request.run]
        self._pulse.enter(Phase.IDLE)

    def _fetch(self, request: Fetch, sign: StopSign) -> None:
        from studio.engine.fetching import run_fetch

        self._pulse.enter(Phase.FETCHING)
        self._send(run_fetch(request, self._send, sign))
        del self._signs[request.run]
        self._pulse.enter(Phase.IDLE)

    def _train(self, request: Train, sign: StopSign) -> None:
        from studio.engine.training import run_training

        priority.be_ordinary()  # once more: warming up has started threads since the request came
        self._send(run_training(request, self._send, self._pulse.enter, sign))
        del self._signs[request.run]
        self._pulse.enter(Phase.IDLE)

    def _wait_for_the_run(self) -> None:
        began = time.monotonic()
        while self._worker.is_alive() and time.monotonic() - began < SAVE_S:
            self._worker.join(0.1)
            if time.monotonic() - began > LEAVE_S and self._pulse.phase != Phase.SAVING:
                return

    def _limit_memory(self, has_gpu: bool) -> None:
        if self._memory_limit is None:
            return
        if has_gpu:
            self._pulse.limit_bytes = self._memory_limit
        else:
            memory.limit_growth(self._memory_limit)

    def _overgrown(self, held: int) -> None:
        print(
            f"The run held {bytes_text(held)} of memory; {bytes_text(self._memory_limit or 0)} are allowed.",
            file=sys.stderr,
        )
        _end(NO_MEMORY)


def _end(code: int) -> NoReturn:
    """End now, with whatever processes a program has started; the interpreter's own clean-up can take seconds."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            child.kill()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

"""An engine without Keras for the client's tests: it behaves as the protocol says, or misbehaves as it is told to.

Run as `python fake_engine.py [MISBEHAVIOR]`; reads how long to train from the program's text: `EPOCHS = 3`, and
`STEPS = 20` where it says so.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from studio.protocol.channel import Channel
from studio.protocol.messages import (
    VERSION,
    Batches,
    EngineDied,
    Epoch,
    Failed,
    Fetch,
    Fetched,
    Fetching,
    Finished,
    Heartbeat,
    Hello,
    Inspect,
    Inspected,
    Inspecting,
    LayerReport,
    Measured,
    Phase,
    Ping,
    Preview,
    Previewed,
    Probe,
    Probed,
    Ready,
    Request,
    Shutdown,
    Started,
    Stop,
    TensorReport,
    Train,
    Unreachable,
    Verified,
    Verify,
)

FAILS = re.compile(r"answer = (keras\.)?layers\.Conv2D")
"""The line of a program that fails."""
BATCH_S = 0.002
STEPS = 20


class FakeEngine:
    """Answers on the main thread and trains on another, as the real one does."""

    def __init__(self, channel: Channel, misbehavior: str) -> None:
        self.channel = channel
        self.misbehavior = misbehavior
        self.phase = Phase.IDLE
        self.stopped: set[str] = set()

    def answer(self, request: Request) -> None:
        match request:
            case Hello():
                self.greet()
            case Ping():
                self.beat()
            case Verify(run, program):
                self.channel.send(self.verified(run, Path(program)))
            case Probe(run, _, inputs):
                self.probe(run, inputs)
            case Preview():
                self.preview(request)
            case Inspect():
                threading.Thread(target=self.inspect, args=(request,), daemon=True).start()
            case Fetch():
                threading.Thread(target=self.fetch, args=(request,), daemon=True).start()
            case Train(run, folder):
                self.stopped.discard(run)
                threading.Thread(target=self.train, args=(run, Path(folder)), daemon=True).start()
            case Stop(run):
                self.stopped.add(run)
            case Shutdown():
                if self.misbehavior == "ignores shutdown":
                    return
                os._exit(0)

    def greet(self) -> None:
        match self.misbehavior:
            case "dies before ready":
                print("ModuleNotFoundError: No module named 'keras'", file=sys.stderr, flush=True)
                os._exit(3)
            case "speaks another version":
                self.channel.send(Ready(VERSION + 1, "", "", "", "", os.getpid()))
                return
            case "is silent":
                time.sleep(1000)
            case "talks nonsense":
                while True:
                    os.write(1, b"not a message\n" * 10)
        self.channel.send(Ready(VERSION, "0", "fake", "0", "cpu:0", os.getpid()))
        self.beat()

    def beat(self) -> None:
        self.channel.send(Heartbeat(self.phase, 1))

    def verified(self, run: str, program: Path) -> Verified:
        names = re.findall(r'name="(\w+)"', program.read_text())
        return Verified(run, [LayerReport(name, [[[None, 1]]], []) for name in names], 0, 0)

    def probe(self, run: str, inputs: list[TensorReport]) -> None:
        """Give every tensor back, with one weight beside it; or go the way that is asked for."""
        self.phase = Phase.PROBING
        self.beat()
        match self.misbehavior:
            case "dies while probing":
                os._exit(139)
            case "hangs while probing":
                return
        self.channel.send(Probed(run, inputs, [("factor", [1], True, "float32")]))
        self.phase = Phase.IDLE
        self.beat()

    def preview(self, request: Preview) -> None:
        """Leave black images, and after them grey ones, lighter with each draw; or go the way that is asked for."""
        if self.misbehavior == "dies while previewing":
            os._exit(139)
        if self.misbehavior == "fails to preview":
            self.channel.send(Failed(request.run, "ValueError", "No such file.", None, "Traceback"))
            return
        shape = (request.images, 8, 8, 1)
        folder = Path(request.program).parent
        np.save(folder / "before.npy", np.zeros(shape, np.uint8))
        lights = [(request.seed + draw) % 256 for draw in range(request.draws)]
        np.save(folder / "after.npy", np.stack([np.full(shape, light, np.uint8) for light in lights]))
        self.channel.send(Previewed(request.run))

    def inspect(self, request: Inspect) -> None:
        """Tell of ten examples and nothing else; or go the way that is asked for."""
        run = request.run
        self.channel.send(Inspecting(run, 5, 10))
        match self.misbehavior:
            case "dies while inspecting":
                os._exit(139)
            case "fails to inspect":
                self.channel.send(Failed(run, "ValueError", "Line 3 has no 'x'.", None, "Traceback"))
                return
            case "has no memory to inspect":
                self.channel.send(Failed(run, "MemoryError", "MemoryError", None, "Traceback"))
                return
            case "hangs while inspecting":
                return
        self.channel.send(Measured(run, {"train": 8, "validation": 2}, True, [], [], [], [], 0, 2**33))
        self.channel.send(Inspected(run, False))

    def fetch(self, request: Fetch) -> None:
        """Say that a file is half there, then that all is; or go the way that is asked for."""
        run = request.run
        self.channel.send(Fetching(run, "mnist.npz", 5, 10))
        match self.misbehavior:
            case "dies while fetching":
                os._exit(139)
            case "fails to fetch":
                self.channel.send(Failed(run, "OSError", "No space left on device.", None, "Traceback"))
                return
            case "has no network":
                self.channel.send(Unreachable(run, "storage.googleapis.com", "Name or service not known"))
                return
            case "fetches for ever":
                while run not in self.stopped:
                    time.sleep(0.01)
        self.channel.send(Fetched(run, run in self.stopped))

    def train(self, run: str, folder: Path) -> None:
        text = (folder / "program.py").read_text()
        lines = text.splitlines()
        if wrong := [number for number, line in enumerate(lines, 1) if FAILS.search(line)]:
            self.channel.send(Failed(run, "ValueError", "It does not fit.", wrong[0], "Traceback"))
            return
        self.phase = Phase.TRAINING
        self.beat()
        said = {name: int(number) for name, number in re.findall(r"^(EPOCHS|STEPS) = ([\d_]+)", text, re.MULTILINE)}
        epochs, steps = said["EPOCHS"], said.get("STEPS", STEPS)
        self.channel.send(Started(run, epochs, steps, ["loss", "accuracy"]))
        for epoch in range(epochs):
            for batch in self.batches(run, steps):
                self.channel.send(Batches(run, epoch, batch, {"loss": [0.5], "accuracy": [None]}))
                self.misbehave(run)
            if self.is_stopped(run):
                break
            self.channel.send(Epoch(run, epoch, {"loss": 0.5, "val_loss": None}, 0.1))
        self.phase = Phase.IDLE
        finished = Finished(run, run in self.stopped, 0.1, {}, [])
        self.channel.send(finished)
        if self.misbehavior == "finishes twice":
            self.channel.send(finished)
            self.channel.send(Failed(run, "ValueError", "After all.", None, ""))
            self.channel.send(Batches(run, 99, 0, {"loss": [0.1]}))
        self.beat()
        if self.misbehavior == "dies after finishing":
            os._exit(1)

    def is_stopped(self, run: str) -> bool:
        return run in self.stopped and self.misbehavior != "never stops"

    def batches(self, run: str, steps: int) -> Iterator[int]:
        for batch in range(steps):
            if self.is_stopped(run):
                return
            time.sleep(0 if self.misbehavior == "floods" else BATCH_S)
            yield batch

    def misbehave(self, run: str) -> None:
        match self.misbehavior:
            case "dies in the run":
                os._exit(139)
            case "dies with a child that holds the pipe":
                subprocess.Popen(["sleep", "100"], stdout=os.dup(1))
                os._exit(139)
            case "closes its output":
                os.close(1)
                time.sleep(1000)
            case "talks nonsense in between":
                os.write(1, b'{"type":"Finished"}\n\xff\xfe\n[[[[\n')
            case "claims to be dead":
                self.channel.send(EngineDied(run, 0, "I am dead."))
            case "floods":
                for _ in range(500):
                    self.channel.send(Batches(run, 0, 0, {"noise": [0.0] * 100}))


def main() -> None:
    misbehavior = sys.argv[1] if len(sys.argv) > 1 else ""
    channel = Channel(0, 1)
    engine = FakeEngine(channel, misbehavior)
    for request in channel.requests():
        engine.answer(request)


if __name__ == "__main__":
    main()

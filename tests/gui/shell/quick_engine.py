"""An engine without Keras that trains any program in a moment; run as `python quick_engine.py`."""

from __future__ import annotations

import time
from pathlib import Path

from studio.protocol.channel import Channel
from studio.protocol.messages import (
    BadFile,
    Batches,
    ColumnReport,
    Epoch,
    Fetch,
    Fetched,
    Fetching,
    Finished,
    Inspect,
    Inspected,
    Inspecting,
    Measured,
    Phase,
    Reading,
    Started,
    Unreachable,
    ValuesReport,
)
from tests.client.fake_engine import FakeEngine

EPOCHS = 50
STEPS = 20
BATCH_S = 0.002


def measured(run: str, text: str) -> Measured:
    """What is found in the data of a program: by what its file is called."""
    cells = {at: [6, 11] if at == 0 and "troubled.csv" in text else [] for at in range(2)}
    columns = [ColumnReport(at, 0.0, 1.0, 0.5, 0.3, 50, len(rows), 0, rows) for at, rows in cells.items()]
    values = ValuesReport("", "train", False, [2], "float32", 640, False, columns, None, False, 0, [])
    bad = [BadFile(f"/photos/cat/{number}.png", "train", "Unknown image format") for number in range(7)]
    bad = bad if "photos" in text else []
    return Measured(run, {"train": 80, "validation": 20}, True, [values], [], [], bad, len(bad), 2**33)


class QuickEngine(FakeEngine):
    """Does not read the program; otherwise like the fake engine of the client's tests."""

    def inspect(self, request: Inspect) -> None:
        """Take some time, and find something in data of certain names."""
        run, text = request.run, Path(request.program).read_text()
        self.stopped.discard(run)
        self.read(run, text)
        for done in range(1, 100_000 if "endless.csv" in text else 10):
            if run in self.stopped:
                self.channel.send(Inspected(run, True))
                return
            self.channel.send(Inspecting(run, done % 100, 100))
            time.sleep(0.02)
        self.channel.send(measured(run, text))
        self.channel.send(Inspected(run, False))

    def read(self, run: str, text: str) -> None:
        """Take some time for a large table, as long as nobody wants it to end."""
        for piece in range(1, 100_000 if "large.csv" in text else 1):
            if run in self.stopped:
                return
            self.channel.send(Reading(run, 10_000 * piece))
            time.sleep(0.02)

    def fetch(self, request: Fetch) -> None:
        """Take some time for one data set, for ever for another, and not reach a third."""
        run = request.run
        self.stopped.discard(run)
        self.channel.send(Fetching(run, f"{request.name}.npz", 5, 10))
        if request.name == "reuters":
            self.channel.send(Unreachable(run, "storage.googleapis.com", "Name or service not known"))
            return
        for _ in range(100_000 if request.name == "imdb" else 60):
            if run in self.stopped:
                break
            time.sleep(0.02)
        self.channel.send(Fetched(run, run in self.stopped))

    def train(self, run: str, folder: Path) -> None:
        text = (folder / "program.py").read_text()
        self.stopped.discard(run)
        self.phase = Phase.LOADING_DATA
        self.beat()
        self.read(run, text)
        if run in self.stopped:
            self.channel.send(Finished(run, True, 0.1, {}, []))
            return
        if "troubled.csv" in text:
            self.channel.send(measured(run, text))
        self.phase = Phase.TRAINING
        self.beat()
        self.channel.send(Started(run, EPOCHS, STEPS, ["loss"]))
        for epoch in range(EPOCHS):
            for batch in range(STEPS):
                if run in self.stopped:
                    break
                time.sleep(BATCH_S)
                self.channel.send(Batches(run, epoch, batch, {"loss": [1 / (1 + epoch)]}))
            self.channel.send(Epoch(run, epoch, {"loss": 1 / (1 + epoch)}, 0.1))
        self.phase = Phase.IDLE
        self.channel.send(Finished(run, run in self.stopped, 0.1, {"loss": 0.1}, []))
        self.beat()


if __name__ == "__main__":
    channel = Channel(0, 1)
    engine = QuickEngine(channel, "")
    for request in channel.requests():
        engine.answer(request)

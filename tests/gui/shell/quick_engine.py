"""An engine without Keras that trains any program in a moment; run as `python quick_engine.py`."""

from __future__ import annotations

import time
from pathlib import Path

from studio.protocol.channel import Channel
from studio.protocol.messages import Batches, Epoch, Finished, Phase, Started
from tests.client.fake_engine import FakeEngine

EPOCHS = 50
STEPS = 20
BATCH_S = 0.002


class QuickEngine(FakeEngine):
    """Does not read the program; otherwise like the fake engine of the client's tests."""

    def train(self, run: str, folder: Path) -> None:
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

"""What reporting costs: a training step with the engine's reporter and channel, against a plain one.

The program of the project trains in this process; one callback hands every other epoch's calls on to the reporter (in
the order plain, reported, reported, plain) and does nothing in the others, so that whatever else the machine does meets
both sides alike, the engine's heartbeat too. The reports go through a pipe to a process that reads them. A step's time
is that of an epoch's batches over their number, in CPU time of the whole process. Prints one JSON line, last: `ratio`
is the median over the rounds of reported / plain.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.core.ids import new_id
from studio.engine import backend
from studio.engine.program import Program, load_program
from studio.engine.pulse import Pulse
from studio.engine.stopping import StopSign
from studio.protocol.channel import Channel
from studio.protocol.messages import Phase
from studio.session.export import export_script
from studio.session.session import Session

PROJECT = Path(__file__).resolve().parents[1] / "examples" / "digits_two_branch.layers"
ROUNDS = 5
EPOCHS = 48
READER = "import sys\nwhile sys.stdin.buffer.read1(): pass"


def main() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    backend.load()
    with tempfile.TemporaryDirectory() as scratch, reader() as channel:
        script = export_script(Session.open(PROJECT), Path(scratch) / "program.py", epochs=EPOCHS)[0]
        program = load_program(script)
        data = program.load_data()
        pulse = Pulse(channel.send, lambda: None, lambda held: None)
        pulse.start()
        rounds = [measure(program, data, channel, pulse) for _ in range(ROUNDS)]
    ratios = [reported / plain for plain, reported in rounds]
    facts = {
        "name": "reporting",
        "ratio": round(statistics.median(ratios), 4),
        "ms_plain": round(1000 * statistics.median(plain for plain, _ in rounds), 3),
        "ms_reported": round(1000 * statistics.median(reported for _, reported in rounds), 3),
        "rounds": ROUNDS,
        "epochs": EPOCHS,
        "ratios": [round(ratio, 4) for ratio in ratios],
    }
    print(json.dumps(facts))


def measure(program: Program, data: Any, channel: Channel, pulse: Pulse) -> tuple[float, float]:
    """Train once and return the median over the epochs of a step's CPU seconds, plain and reported."""
    backend.start_afresh()
    alternating = make_alternating(channel, pulse)
    with contextlib.redirect_stdout(io.StringIO()):
        program.train(program.build_model(), data, callbacks=[alternating])
    epochs = list(enumerate(alternating.steps_s))[4:]  # the first ones trace, and settle
    plain = [seconds for epoch, seconds in epochs if not is_reported(epoch)]
    reported = [seconds for epoch, seconds in epochs if is_reported(epoch)]
    return statistics.median(plain), statistics.median(reported)


def is_reported(epoch: int) -> bool:
    """Plain, reported, reported, plain, and again."""
    return epoch % 4 in (1, 2)


def make_alternating(channel: Channel, pulse: Pulse) -> Any:
    """The callback that reports every other epoch, and looks at the clock before and after an epoch's batches."""
    import keras

    from studio.engine.reporter import Reporter

    class Alternating(keras.callbacks.Callback):  # type: ignore[misc]  # Keras comes without types
        def __init__(self) -> None:
            super().__init__()
            self.reporter = Reporter(new_id(), channel.send, StopSign(), lambda: pulse.enter(Phase.TRAINING))
            self.steps_s: list[float] = []
            self.began = 0.0
            self.reports = False

        def set_params(self, params: Any) -> None:
            super().set_params(params)
            self.reporter.set_params(params)

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.reports = is_reported(epoch)
            self.began = time.process_time()
            if self.reports:
                self.reporter.on_epoch_begin(epoch, logs)

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if self.reports:
                self.reporter.on_train_batch_begin(batch, logs)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if self.reports:
                self.reporter.on_train_batch_end(batch, logs)

        def on_test_begin(self, logs: Any = None) -> None:
            if self.reports:
                self.reporter.on_test_begin(logs)
            self.steps_s.append((time.process_time() - self.began) / self.params["steps"])

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if self.reports:
                self.reporter.on_epoch_end(epoch, logs)

    return Alternating()


@contextlib.contextmanager
def reader() -> Iterator[Channel]:
    """A channel to a process that reads, as the studio does."""
    with subprocess.Popen([sys.executable, "-c", READER], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        with open(os.devnull, "rb") as nothing:
            yield Channel(nothing.fileno(), process.stdin.fileno())
        process.stdin.close()
        process.kill()


if __name__ == "__main__":
    main()

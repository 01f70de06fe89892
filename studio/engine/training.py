"""A run, from the program's text to the trained model in its folder."""

from __future__ import annotations

import contextlib
import json
import math
import os
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.files import write_atomic
from studio.engine.backend import start_afresh
from studio.engine.inspecting import measure_small
from studio.engine.predicting import PREDICTIONS, write_predictions
from studio.engine.program import failure, load_program
from studio.engine.reading import watch_reading
from studio.engine.reporter import Reporter
from studio.engine.stopping import Stopped, StopSign
from studio.engine.streams import output_to
from studio.protocol.codec import finite_logs
from studio.protocol.messages import Event, Failed, Finished, Phase, Train

SMALL_BYTES = 32 * 1024**2
"""Data that takes no longer to be looked at than a few tenths of a second is looked at before it trains."""
PROGRAM = "program.py"
MODEL = "model.keras"
HISTORY = "history.json"
OUTPUT = "output.log"


def run_training(
    request: Train, send: Callable[[Event], None], enter: Callable[[Phase], None], sign: StopSign
) -> Finished | Failed:
    """Execute the program in the request's folder and return how it ended.

    What the program prints goes to `output.log` there. The model and the history are saved before the evaluation, so
    that nothing is lost if that fails; after a stop, the history has the epochs that were completed. Predictions of
    the evaluated examples are kept as well, if they can be made.
    """
    folder = Path(request.folder)
    began = time.monotonic()
    reporter = Reporter(request.run, send, sign, lambda: enter(Phase.TRAINING))
    try:
        with _inside(folder), output_to(folder / OUTPUT):
            stopped, evaluation, is_predicted = _train(request, reporter, send, enter, sign)
    except Stopped:  # before the first batch
        return Finished(request.run, True, time.monotonic() - began, {}, [])
    except BaseException as error:  # whatever a program raises, SystemExit included, ends the run and not the engine
        return failure(request.run, error, folder / PROGRAM)
    files = [HISTORY, MODEL, *([PREDICTIONS] if is_predicted else [])]
    return Finished(request.run, stopped, time.monotonic() - began, evaluation, files)


def _train(
    request: Train,
    reporter: Reporter,
    send: Callable[[Event], None],
    enter: Callable[[Phase], None],
    sign: StopSign,
) -> tuple[bool, dict[str, float | None], bool]:
    """Return whether it was stopped, what the evaluation says, and whether predictions were kept."""
    folder = Path(request.folder)
    sign.check()
    enter(Phase.LOADING_DATA)
    start_afresh()
    program = load_program(folder / PROGRAM)
    watch_reading(program.names, request.run, send, sign)
    data = program.load_data()
    sign.check()
    _tell_of(data, request.run, send)
    enter(Phase.BUILDING)
    model = program.build_model()
    sign.check()
    enter(Phase.COMPILING)
    try:
        history, stopped = program.train(model, data, callbacks=[reporter]).history, False
    except Stopped:
        if not reporter.has_started:
            raise
        history, stopped = model.history.history, True
    finally:
        reporter.flush()
    enter(Phase.SAVING)
    write_atomic(folder / HISTORY, history_json(history))
    _save(model, folder / MODEL)
    if sign.is_leaving:
        return stopped, {}, False
    enter(Phase.EVALUATING)
    evaluation = finite_logs(program.evaluate(model, data))

    def is_enough() -> bool:
        return sign.is_leaving or (sign.is_stopping and not stopped)

    return stopped, evaluation, write_predictions(program, model, data, folder, is_enough)


def _tell_of(data: Any, run: str, send: Callable[[Event], None]) -> None:
    """Say what small data is like; a look at it that fails keeps no run from training."""
    try:
        measured = measure_small(run, data, SMALL_BYTES)
    except Exception:
        traceback.print_exc()
        return
    if measured is not None:
        send(measured)


def history_json(history: Mapping[str, list[Any]]) -> bytes:
    """Keras's `History.history` as JSON: the same names, lists and numbers; null for what is not finite."""
    plain = {name: [_plain(value) for value in values] for name, values in history.items()}
    return json.dumps(plain, allow_nan=False, indent=1).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    items = np.asarray(value).tolist()
    return [_plain(item) for item in items] if isinstance(items, list) else _plain(float(items))


def _save(model: Any, path: Path) -> None:
    """Save so that `path` is whole or not there."""
    partial = path.with_name(f".{path.stem}.partial{path.suffix}")
    model.save(partial)
    os.replace(partial, path)


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Make `folder` the working directory meanwhile: what a program writes by a bare name stays with its run."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)

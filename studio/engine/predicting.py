"""What a trained model makes of the examples that it is judged by, kept in a file of the run's folder."""

from __future__ import annotations

import io
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

from studio.core.files import write_atomic
from studio.engine.examples import batches, count, evaluated_part
from studio.engine.mistakes import Mistakes
from studio.engine.program import Program

PREDICTIONS = "predictions.npz"
MAX_EXAMPLES = 10_000
MAX_BYTES = 16 * 1024**2
"""How much of them is kept: a window reads it."""
MAX_S = 10.0
"""How long a run waits for them."""

Arrays: TypeAlias = dict[str, NDArray[Any]]


def write_predictions(program: Program, model: Any, data: Any, folder: Path, is_enough: Callable[[], bool]) -> bool:
    """Write `predictions.npz` into `folder` and return whether it is there.

    It holds the first examples of the evaluated part, in their order: at most MAX_EXAMPLES, MAX_BYTES or what takes
    MAX_S, and no more once it `is_enough`. What goes wrong is printed and fails nothing.
    """
    try:
        arrays: Any = _predictions(program, model, data, is_enough)
    except (Exception, SystemExit):  # whatever a program raises here: the run itself went well
        print("The run has no predictions to show:")
        traceback.print_exc()
        return False
    if not arrays:
        return False
    content = io.BytesIO()
    np.savez(content, **arrays)
    write_atomic(folder / PREDICTIONS, content.getvalue())
    return True


def _predictions(program: Program, model: Any, data: Any, is_enough: Callable[[], bool]) -> Arrays:
    """The arrays of the file; none if not even one batch was predicted."""
    part = evaluated_part(data)
    until = time.monotonic() + MAX_S
    true: dict[str, list[NDArray[Any]]] = {}
    predicted: dict[str, list[NDArray[Any]]] = {}
    mistakes = Mistakes()
    kept_bytes = 0
    for inputs, targets in batches(program, data[part], MAX_EXAMPLES):
        outputs = _outputs(model.predict_on_batch(inputs), targets)
        for name, (given, made) in outputs.items():
            true.setdefault(name, []).append(given)
            predicted.setdefault(name, []).append(made)
            kept_bytes += given.nbytes + made.nbytes
        if outputs:
            mistakes.take(inputs, *next(iter(outputs.values())))
        if kept_bytes > MAX_BYTES or time.monotonic() > until or is_enough():
            break
    if not true:
        return {}
    arrays: Arrays = {"part": np.array(part), "total": np.array(count(data[part])), "outputs": np.array(list(true))}
    for at, name in enumerate(true):
        arrays[f"true_{at}"] = np.ascontiguousarray(np.concatenate(true[name]))
        arrays[f"predicted_{at}"] = np.ascontiguousarray(np.concatenate(predicted[name]))
    shown = len(arrays["true_0"])
    moments = program.moments.of(part, shown) if program.moments is not None else {}
    return arrays | mistakes.arrays() | moments


def _outputs(made: Any, targets: Any) -> dict[str, tuple[NDArray[Any], NDArray[Any]]]:
    """For each output that has a target, in the order of the targets: what is true, and what the model says."""
    if not isinstance(targets, dict):
        return {"": (_plain(targets), _plain(made))}
    return {name: (_plain(values), _plain(made[name])) for name, values in targets.items() if name in made}


def _plain(values: Any) -> NDArray[Any]:
    """An array that a file takes without pickling, in 4 bytes a number where that is enough."""
    array = np.asarray(keras.ops.convert_to_numpy(values))
    return array.astype(np.float32) if array.dtype.kind == "f" or array.dtype.kind not in "biu" else array

"""Runs in a process of its own, with Keras and without the studio: builds and trains written programs, prints JSON.

`python keras_child.py FOLDER` executes every `*.py` in FOLDER; those named `train_*.py` are trained for two epochs.
"""

from __future__ import annotations

import inspect
import json
import runpy
import sys
from pathlib import Path
from typing import Any

import keras

EPOCHS = 2


def built(model: Any) -> dict[str, Any]:
    """The names of a model's layers and the number of its weights."""
    return {"layers": [layer.name for layer in model.layers], "params": model.count_params()}


def trained(path: Path) -> dict[str, Any]:
    """A program's history, evaluation and the order of the examples in each epoch."""
    names = runpy.run_path(str(path))
    orders: list[list[int]] = []
    scope = names["train"].__globals__
    scope["EPOCHS"] = EPOCHS
    if "Batches" in names:

        class Recorded(names["Batches"]):  # type: ignore[misc]
            def shuffle(self, epoch: int, logs: Any = None) -> None:
                super().shuffle(epoch, logs)
                orders.append([])

            def __getitem__(self, index: int) -> Any:
                if orders:
                    start = index * scope["BATCH_SIZE"]
                    orders[-1] += self.order[start : start + scope["BATCH_SIZE"]].tolist()
                return super().__getitem__(index)

        scope["Batches"] = Recorded
    data = names["load_data"]()
    model = names["build_model"]()
    history = names["train"](model, data).history
    return {"history": history, "scores": names["evaluate"](model, data), "orders": orders}


def signatures() -> dict[str, list[str]]:
    """The constructor arguments of every layer in Keras, in order."""
    made = {name: getattr(keras.layers, name) for name in dir(keras.layers)}
    return {
        name: [each for each in inspect.signature(layer).parameters if each != "self"]
        for name, layer in made.items()
        if inspect.isclass(layer)
    }


def main() -> None:
    """Print one JSON object about every program in the folder."""
    folder = Path(sys.argv[1])
    results: dict[str, Any] = {"signatures": signatures(), "built": {}, "trained": {}}
    for path in sorted(folder.glob("*.py")):
        if path.stem.startswith("train_"):
            results["trained"][path.stem] = trained(path)
        else:
            results["built"][path.stem] = built(runpy.run_path(str(path))["build_model"]())
    first = folder / "train_branches.py"
    results["again"] = trained(first)
    results["studio"] = any(name.partition(".")[0] == "studio" for name in sys.modules)
    Path(sys.argv[2]).write_text(json.dumps(results), encoding="utf-8")


main()

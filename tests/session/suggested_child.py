"""Runs in a process of its own, with Keras and without the studio: trains written programs a little, prints JSON.

`python suggested_child.py FOLDER RESULT` trains every `*.py` in FOLDER for two epochs, and says of the one called
`saved.py` what the model predicts before it was saved, and after it was loaded again.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np

EPOCHS = 2


def trained(path: Path) -> tuple[Any, list[float]]:
    """A program's model and its loss after each epoch."""
    names = runpy.run_path(str(path))
    names["train"].__globals__["EPOCHS"] = EPOCHS
    model = names["build_model"]()
    return model, names["train"](model, names["load_data"]()).history["loss"]


def main() -> None:
    """Write one JSON object about every program in the folder."""
    folder = Path(sys.argv[1])
    results: dict[str, Any] = {"losses": {}}
    for path in sorted(folder.glob("*.py")):
        model, losses = trained(path)
        results["losses"][path.stem] = losses
        if path.stem == "saved":
            texts = keras.ops.convert_to_tensor(["a wonderful garden", "", "the meal was dreadful"])
            model.save(folder / "model.keras")
            again = keras.saving.load_model(folder / "model.keras")
            pair = [each.predict(texts, verbose=0) for each in (model, again)]
            results["apart"] = float(np.abs(pair[0] - pair[1]).max())
    Path(sys.argv[2]).write_text(json.dumps(results), encoding="utf-8")


main()

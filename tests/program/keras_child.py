"""Runs in a process of its own, with Keras and without the studio: builds and trains written programs, prints JSON.

`python keras_child.py FOLDER` executes every `*.py` in FOLDER; those named `train_*.py` are trained for two epochs.
"""

from __future__ import annotations

import inspect
import json
import runpy
import sys
import wave
from pathlib import Path
from typing import Any

import keras
import numpy as np
from PIL import Image

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


def decoded(path: Path) -> float | None:
    """How far what a program reads of its first files is from what Pillow or the wave module reads; None if nothing."""
    names = runpy.run_path(str(path))
    if "batches" not in names:
        return None
    inputs, targets = names["load_data"]()["train"]
    read_inputs, read_targets = next(iter(names["batches"](inputs, targets)))
    pairs = [(inputs["front"], read_inputs["front"])] if isinstance(inputs, dict) else [(inputs, read_inputs)]
    if path.stem == "train_masks":
        pairs.append((targets, read_targets))
    worst = 0.0
    for paths, values in pairs:
        for place, value in zip(paths[: len(values)], values.numpy(), strict=True):
            if isinstance(value, bytes):
                assert value.decode() == Path(place.decode()).read_text(encoding="utf-8-sig")
                continue
            worst = max(worst, float(abs(expected(place, value.shape) - value).max()))
    return worst


def expected(path: bytes, shape: tuple[int, ...]) -> Any:
    """What stands in a file: samples, the classes of a mask, or pixels from 0 to 1, brought to a shape by hand."""
    if not path:
        return np.zeros(shape)
    if path.endswith(b".wav"):
        with wave.open(path.decode()) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        return np.pad(samples, (0, max(0, shape[0] - len(samples))))[: shape[0], None]
    pixels = np.asarray(Image.open(path.decode())).astype("float32")
    if b"/masks/" in path:
        values = keras.ops.convert_to_numpy(letterboxed(pixels[..., None], "nearest"))[..., 0]
        return np.searchsorted([0, 128, 255], values)
    if b"/cells/" in path:
        return keras.ops.convert_to_numpy(letterboxed(pixels[..., None], "bilinear")) / 255
    if b"/animals/" in path:  # 9 by 7 covers 8 by 6 with 8 by 6.2, of which the middle is taken
        return keras.ops.convert_to_numpy(keras.ops.image.resize(pixels, (8, 6), antialias=False)) / 255
    return pixels / 255


def letterboxed(pixels: Any, method: str) -> Any:
    """10 by 6 into 8 by 8: 8 by 4.8, cut to 4, with black beside it."""
    inside = keras.ops.image.resize(pixels, (8, 4), interpolation=method, antialias=False)
    return keras.ops.pad(inside, ((0, 0), (1, 3), (0, 0)))


def broken(path: Path) -> str:
    """What a program says that meets a file with nothing right in it."""
    (path.parent / "animals" / "train" / "dog" / "3.png").write_bytes(b"\x89PNG\r\n\x1a\nno image")
    try:
        trained(path)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "nothing"


def main() -> None:
    """Print one JSON object about every program in the folder."""
    folder = Path(sys.argv[1])
    results: dict[str, Any] = {"signatures": signatures(), "built": {}, "trained": {}}
    for path in sorted(folder.glob("*.py")):
        if path.stem.startswith("train_"):
            results["trained"][path.stem] = trained(path)
        else:
            results["built"][path.stem] = built(runpy.run_path(str(path))["build_model"]())
    results["again"] = {name: trained(folder / f"{name}.py") for name in ("train_branches", "train_folder")}
    read = {path.stem: decoded(path) for path in sorted(folder.glob("train_*.py"))}
    results["read"] = {name: worst for name, worst in read.items() if worst is not None}
    results["broken"] = broken(folder / "train_folder.py")
    results["studio"] = any(name.partition(".")[0] == "studio" for name in sys.modules)
    Path(sys.argv[2]).write_text(json.dumps(results), encoding="utf-8")


main()

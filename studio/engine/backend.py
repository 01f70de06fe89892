"""Keras and its backend: imported quickly, named, and warmed up."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Backend:
    """Who computes: versions and the device, as Keras names it (`cpu:0`, `gpu:0`)."""

    keras: str
    name: str
    version: str
    device: str

    @property
    def has_gpu(self) -> bool:
        """Whether the device is anything but the processor."""
        return not self.device.startswith("cpu")


def load() -> Backend:
    """Import Keras with the backend that KERAS_BACKEND (or Keras's own settings) names, and say what came.

    Keras imports scikit-learn's wrapper wherever scikit-learn is installed, which takes more than a second and which no
    program of ours uses; it is kept out meanwhile and can be imported again afterwards.
    """
    with without("sklearn"):
        keras = import_module("keras")
    name: str = keras.backend.backend()
    return Backend(keras.__version__, name, str(sys.modules[name].__version__), _device(keras))


def warm_up() -> None:
    """Train a tiny model on one batch, so that what is only made once is made before the first real one.

    Leaves no name counter, seed or graph behind: the next program starts as in a fresh process.
    """
    import keras
    import numpy as np

    inputs = keras.Input((8, 8, 1))
    branches = [
        keras.layers.MaxPooling2D()(keras.layers.Conv2D(2, size, padding="same", activation="relu")(inputs))
        for size in (3, 5)
    ]
    features = keras.layers.BatchNormalization()(keras.layers.Concatenate()(branches))
    features = keras.layers.Dropout(0.5)(keras.layers.Flatten()(features))
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(features))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    examples, targets = np.zeros((2, 8, 8, 1), "float32"), np.zeros((2,), "int64")

    class Batches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras comes without types
        def __len__(self) -> int:
            return 1

        def __getitem__(self, index: int) -> tuple[Any, Any]:
            return examples, targets

    outputs = model(examples, training=False)
    model.compute_loss(examples, targets, outputs)
    model.compute_metrics(examples, targets, outputs)
    model.fit(Batches(), validation_data=(examples, targets), shuffle=False, verbose=0)
    start_afresh()
    gc.freeze()  # what is there now stays; looking through it at each collection costs 0.2 s


def start_afresh() -> None:
    """Forget names, seeds and graphs of whatever was built before, on the calling thread."""
    import keras

    keras.utils.clear_session()


@contextlib.contextmanager
def without(module: str) -> Iterator[None]:
    """Make `import module` fail meanwhile, unless it is imported already."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # how Python itself marks what must not be imported
    try:
        yield
    finally:
        del sys.modules[module]


def _device(keras: Any) -> str:
    """The first accelerator that the backend sees, or `cpu:0`."""
    if keras.backend.backend() == "torch":  # Keras has no list of devices for it
        return "gpu:0" if sys.modules["torch"].cuda.is_available() else "cpu:0"
    return str(keras.distribution.list_devices()[0])

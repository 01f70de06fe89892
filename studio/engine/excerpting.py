"""An excerpt of a data set of Keras's, in a form that can be looked at without Keras and without unpickling."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

MOST_EXAMPLES = 1000

Part: TypeAlias = tuple[Any, Any]


def save_excerpt(train: Part, test: Part, classes: tuple[str, ...], steps: int, path: Path) -> None:
    """Write the first examples as `x` and all labels, training ones first, as `y` into an archive of arrays.

    Texts, lists of numbers of words, are cut or filled to `steps`, as programs do it; labels become the names of their
    classes, where there are any. The file is there whole or not at all. Raises OSError.
    """
    examples = train[0][:MOST_EXAMPLES]
    if examples.dtype == object:
        examples = keras.utils.pad_sequences(examples, maxlen=steps)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            np.savez_compressed(file, x=examples, y=_labels(np.concatenate([train[1], test[1]]), classes))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _labels(labels: NDArray[Any], classes: tuple[str, ...]) -> NDArray[Any]:
    one = labels.reshape(len(labels))
    return np.asarray(classes)[one] if classes else one

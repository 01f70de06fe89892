"""An excerpt of a data set of Keras's, in a form that can be looked at without Keras and without unpickling."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

from studio.core.files import write_atomic

MOST_EXAMPLES = 1000

Part: TypeAlias = tuple[Any, Any]


def save_excerpt(train: Part, test: Part, classes: tuple[str, ...], steps: int, path: Path) -> None:
    """Write the first examples as `x` and all labels, training ones first, as `y` into an archive of arrays.

    Texts, lists of numbers of words, are cut or filled to `steps`, as programs do it; labels become the names of their
    classes, where there are any. Raises FileRefused where it cannot be written.
    """
    examples = train[0][:MOST_EXAMPLES]
    if examples.dtype == object:
        examples = keras.utils.pad_sequences(examples, maxlen=steps)
    archive = io.BytesIO()
    np.savez_compressed(archive, x=examples, y=_labels(np.concatenate([train[1], test[1]]), classes))
    write_atomic(path, archive.getvalue())


def _labels(labels: NDArray[Any], classes: tuple[str, ...]) -> NDArray[Any]:
    one = labels.reshape(len(labels))
    return np.asarray(classes)[one] if classes else one

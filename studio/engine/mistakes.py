"""The mistakes of which a model is surest, with small pictures of what it saw."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

MOST = 24
SIDE_PX = 96


class Mistake(NamedTuple):
    """An example by its place, how sure the model was of what is wrong, and what it looks like."""

    certainty: float
    row: int
    picture: NDArray[Any]


class Mistakes:
    """Keeps the surest mistakes of a model that tells images apart, while the batches go by."""

    def __init__(self) -> None:
        self._found: list[Mistake] = []
        self._seen = 0
        self._low, self._high = np.inf, -np.inf

    def take(self, inputs: Any, true: NDArray[Any], predicted: NDArray[Any]) -> None:
        """Look at a batch; one that has no classes or no images leaves nothing."""
        first, self._seen = self._seen, self._seen + len(true)
        judged, images = judged_classes(true, predicted), _images(inputs)
        if judged is None or images is None or not images.size:
            return
        self._low, self._high = min(self._low, float(images.min())), max(self._high, float(images.max()))
        truths, choices, certainties = judged
        wrong = np.flatnonzero(truths != choices)
        surest = wrong[np.argsort(-certainties[wrong], kind="stable")[:MOST]]
        self._found += [Mistake(float(certainties[row]), first + int(row), _small(images[row])) for row in surest]
        self._found = sorted(self._found, key=lambda mistake: -mistake.certainty)[:MOST]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """`pictured` rows and their `pictures` (uint8, height, width, channels), the surest first, if there are any."""
        if not self._found:
            return {}
        spread = (self._high - self._low) or 1.0
        pictures = np.stack([(mistake.picture - self._low) / spread * 255 for mistake in self._found])
        return {
            "pictured": np.array([mistake.row for mistake in self._found]),
            "pictures": np.nan_to_num(pictures).clip(0, 255).round().astype(np.uint8),
        }


def judged_classes(
    true: NDArray[Any], predicted: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]] | None:
    """The true and the chosen class of each example, and how sure the choice is (0 to 1); None for other outputs."""
    scores = predicted.reshape(len(predicted), -1) if predicted.ndim <= 2 else None
    if scores is None or not len(scores):
        return None
    if scores.shape[1] == 1:
        truths = true.reshape(-1)
        if len(truths) != len(scores) or not np.isin(truths, (0, 1)).all():
            return None
        chance = _between_0_and_1(scores[:, 0])
        choices = (chance >= 0.5).astype(np.int64)
        return truths.astype(np.int64), choices, np.maximum(chance, 1 - chance)
    if true.shape == scores.shape and np.isin(true, (0, 1)).all() and (true.sum(axis=1) == 1).all():
        truths = true.argmax(axis=1)
    elif true.dtype.kind in "iu" and true.size == len(scores):
        truths = true.reshape(-1)
    else:
        return None
    return truths, scores.argmax(axis=1), _shares(scores).max(axis=1)


def _between_0_and_1(scores: NDArray[Any]) -> NDArray[Any]:
    inside = ((scores >= 0) & (scores <= 1)).all()
    return scores if inside else 1 / (1 + np.exp(-np.clip(scores, -50, 50)))


def _shares(scores: NDArray[Any]) -> NDArray[Any]:
    """Chances that come to 1: as they are, or by softmax where they are logits."""
    if (scores >= 0).all() and np.allclose(scores.sum(axis=1), 1, atol=1e-2):
        return scores
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _images(inputs: Any) -> NDArray[Any] | None:
    """The first input that looks like images: height, width, and one, three or four channels."""
    for values in keras.tree.flatten(inputs):
        shape = tuple(values.shape)
        if (len(shape) == 4 and shape[-1] in (1, 3, 4)) or (len(shape) == 3 and min(shape[1:]) >= 8):
            images = np.asarray(keras.ops.convert_to_numpy(values))
            if images.dtype.kind not in "fiu":
                continue
            images = images.astype(np.float32, copy=False)
            return images if images.ndim == 4 else images[..., None]
    return None


def _small(image: NDArray[Any]) -> NDArray[Any]:
    """Every so manieth pixel, so that no side is longer than SIDE_PX."""
    step = -(-max(image.shape[:2]) // SIDE_PX)
    return image[::step, ::step]

"""Whether what is said of layers that are left out still holds in the installed Keras."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.parity.oracle import keras, quiet


def outdated() -> Iterator[str]:
    """What could be offered by now: Keras does what it is said not to do."""
    for name, attempt in ATTEMPTS.items():
        try:
            with quiet():
                attempt()
        except (ValueError, TypeError):
            continue
        yield f"{name} is left out for a reason that does not hold any more"


def _equalized() -> None:
    image = keras.Input((8, 8, 3))
    rescaled = keras.layers.Rescaling(1.0)(image)
    keras.Model(image, keras.layers.Equalization()(rescaled))


def _halved() -> None:
    vector = keras.Input((8,))
    hidden = keras.layers.Dense(6, activation="glu")(vector)
    keras.Model(vector, keras.layers.Dense(2)(hidden)).predict(keras.ops.zeros((1, 8)), verbose=0)


def _limited() -> None:
    keras.layers.Activation("threshold")(keras.ops.zeros((1, 8)))


ATTEMPTS: dict[str, Callable[[], None]] = {"Equalization": _equalized, "glu": _halved, "threshold": _limited}
"""What Keras cannot do, by what is left out of the catalogue for it."""

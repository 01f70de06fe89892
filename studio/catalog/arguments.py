"""Arguments that many layers share, declared once."""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.declaration import Param
from studio.catalog.forms import Choice, Dtype, Integer, Object, Role, Switch
from studio.core.values import Value

COMMON = (
    Param("trainable", Switch(), True, "Whether training changes this layer's weights.", True),
    Param(
        "dtype", Dtype(policy=True), None, "The dtype or dtype policy of the layer; None follows the program's.", True
    ),
)
"""What every Keras layer takes, beside its name."""

DATA_FORMAT = Param(
    "data_format",
    Choice(("channels_last", "channels_first"), optional=True),
    None,
    "Where the channels stand; None is channels_last.",
    True,
)
SEED = Param("seed", Integer(0, optional=True), None, "Makes what is random here repeatable.", True)
USE_BIAS = Param("use_bias", Switch(), True, "Whether a bias is added.")


INITIAL: Mapping[str, Value] = {
    "alpha": "Zeros",
    "beta": "zeros",
    "bias": "zeros",
    "embeddings": "uniform",
    "gamma": "ones",
    "moving_mean": "zeros",
    "moving_variance": "ones",
    "recurrent": "orthogonal",
}
"""Keras's default initializer of each weight that does not begin with glorot_uniform."""


def activation(default: Value = None, name: str = "activation") -> Param:
    """An activation function."""
    help_text = "The function applied to the output." if name == "activation" else "The function of the gates."
    return Param(name, Object(Role.ACTIVATION, optional=True), default, help_text)


def weight_arguments(*weights: str) -> tuple[Param, ...]:
    """Initializer, regularizer and constraint of each weight, in Keras's order."""
    return (*initialized(*weights), *regularized(*weights), *constrained(*weights))


def initialized(*weights: str) -> tuple[Param, ...]:
    """An initializer for each weight, with Keras's usual default."""
    return tuple(
        Param(
            f"{weight}_initializer",
            Object(Role.INITIALIZER),
            INITIAL.get(weight, "glorot_uniform"),
            f"How the {weight} weights begin.",
            True,
        )
        for weight in weights
    )


def constrained(*weights: str) -> tuple[Param, ...]:
    """A constraint for each weight."""
    return tuple(
        Param(
            f"{weight}_constraint",
            Object(Role.CONSTRAINT, optional=True),
            None,
            f"What keeps the {weight} weights in bounds.",
            True,
        )
        for weight in weights
    )


def regularized(*parts: str) -> tuple[Param, ...]:
    """A regularizer for each part (a weight, or `activity` for the output)."""
    return tuple(
        Param(
            f"{part}_regularizer",
            Object(Role.REGULARIZER, optional=True),
            None,
            f"A penalty on the {part} that is added to the loss.",
            True,
        )
        for part in parts
    )


ANY = (*regularized("activity"), *COMMON)
"""What a layer takes that has no arguments of its own for it: a penalty on its output, trainable, dtype."""

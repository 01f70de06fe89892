"""Arguments that many layers share, declared once."""

from __future__ import annotations

from studio.catalog.declaration import Param
from studio.catalog.forms import Dtype, Object, Role, Switch
from studio.core.values import Value

COMMON = (
    Param("trainable", Switch(), True, "Whether training changes this layer's weights.", True),
    Param("dtype", Dtype(), None, "The dtype or dtype policy of the layer; None follows the program's.", True),
)
"""What every Keras layer takes, beside its name."""


def activation(default: Value = None, name: str = "activation") -> Param:
    """An activation function."""
    return Param(name, Object(Role.ACTIVATION, optional=True), default, "The function applied to the output.")


def weight_arguments(*weights: str) -> tuple[Param, ...]:
    """Initializer, regularizer and constraint of each weight, in Keras's order."""
    initial = {"bias": "zeros", "recurrent": "orthogonal", "embeddings": "uniform", "beta": "zeros", "gamma": "ones"}
    return (
        *(
            Param(
                f"{weight}_initializer",
                Object(Role.INITIALIZER),
                initial.get(weight, "glorot_uniform"),
                f"How the {weight} weights begin.",
                True,
            )
            for weight in weights
        ),
        *regularized(*weights),
        *(
            Param(
                f"{weight}_constraint",
                Object(Role.CONSTRAINT, optional=True),
                None,
                f"What keeps the {weight} weights in bounds.",
                True,
            )
            for weight in weights
        ),
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

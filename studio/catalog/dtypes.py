"""What dtype a layer computes in and keeps its variables in.

Source: keras.DTypePolicy, and keras.layers.Layer, which casts floats (never whole numbers) to the compute dtype.
"""

from __future__ import annotations

from studio.catalog.declaration import ShapeError, Weight
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec

FLOATS = frozenset({"float16", "bfloat16", "float32", "float64"})


def check_floats(name: str, x: TensorSpec, port: str = "input") -> None:
    """Raise ShapeError for whole numbers: Keras casts floats only, and TensorFlow cannot do this with the rest."""
    if x.dtype not in FLOATS:
        raise ShapeError(
            "dtype.float",
            f"{name} works with real numbers; it gets {x.dtype}. "
            "Put a Rescaling before it, or give the Input the dtype float32.",
            port=port,
        )


def compute_dtype(p: Settings, incoming: str = "") -> str:
    """The dtype of a layer's result that does arithmetic, under the layer's dtype policy."""
    policy = p.values["dtype"]
    return "float32" if policy is None else str(policy).removeprefix("mixed_")


def passed_dtype(p: Settings, incoming: str) -> str:
    """The dtype of what a layer hands on without arithmetic: floats are cast to the compute dtype, others stay."""
    policy = p.values["dtype"]
    if incoming not in FLOATS:
        return incoming
    if policy is None:
        return "float32"
    compute = str(policy).removeprefix("mixed_")
    return compute if compute in FLOATS else incoming


def variables(p: Settings, *weights: Weight) -> tuple[Weight, ...]:
    """The weights as the layer's dtype policy and its `trainable` make them."""
    policy, trainable = p.values["dtype"], p.values["trainable"]
    if policy is not None and not str(policy).startswith("mixed_"):
        weights = tuple(weight._replace(dtype=str(policy)) for weight in weights)
    if not trainable:
        weights = tuple(weight._replace(trainable=False) for weight in weights)
    return weights


def result(p: Settings, shape: Shape, masked: bool | Shape = False) -> tuple[TensorSpec]:
    """The one output of a layer that does arithmetic."""
    policy = p.values["dtype"]
    return (TensorSpec(shape, "float32" if policy is None else str(policy).removeprefix("mixed_"), masked),)

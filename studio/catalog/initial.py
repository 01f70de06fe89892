"""What initializers refuse: Keras asks them only when weights are really made, so its shapes come out all the same.

Source: keras.initializers.Identity (matrices only), keras.initializers.Orthogonal (at least two axes, and a QR
decomposition that TensorFlow does not have for bfloat16).
"""

from __future__ import annotations

from dataclasses import replace

from studio.catalog.checks import clash
from studio.catalog.declaration import Kind, Weight
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, shape_text
from studio.core.values import Inner

SUFFIX = "_initializer"
SQUARE = frozenset({"identity", "Identity", "IdentityInitializer"})
ORTHOGONAL = frozenset({"orthogonal", "Orthogonal", "OrthogonalInitializer"})


def checked(kind: Kind) -> Kind:
    """The kind with a rule that refuses initializers its weights cannot begin with; the same if it has none."""
    names = tuple(name for name in kind.declared if name.endswith(SUFFIX))
    if not names:
        return kind
    plain, defaults = kind.infer, kind.defaults

    def infer(p: Settings, *inputs: object) -> tuple[TensorSpec, ...]:
        outputs = plain(p, *inputs)
        values = p.values
        for name in names:
            if values[name] is not defaults[name] or values["dtype"] is not None:
                _check(kind, p, name, inputs)
        return outputs

    return replace(kind, infer=infer)


def _check(kind: Kind, p: Settings, name: str, inputs: tuple[object, ...]) -> None:
    value = p[name]
    chosen = value.kind if isinstance(value, Inner) else value
    if chosen not in SQUARE and chosen not in ORTHOGONAL:
        return
    for weight in kind.weights(p, *inputs):
        if not _begins(name, weight):
            continue
        shape = f"{weight.name} is {shape_text(weight.shape)}"
        if chosen in SQUARE and len(weight.shape) != 2:
            raise clash(kind.name, name, f"identity is for matrices, and {shape}. Choose another initializer.")
        if chosen in ORTHOGONAL and len(weight.shape) < 2:
            raise clash(kind.name, name, f"orthogonal needs two axes or more, and {shape}. Choose another initializer.")
        if chosen in ORTHOGONAL and weight.dtype == "bfloat16":
            raise clash(
                kind.name,
                name,
                "orthogonal cannot be worked out in bfloat16. Choose another initializer, or dtype mixed_bfloat16.",
            )


def _begins(name: str, weight: Weight) -> bool:
    """Whether this param is the weight's (`depthwise_initializer`: of `depthwise_kernel`, or of `kernel`)."""
    stem, own = name.removesuffix(SUFFIX), weight.name.rpartition("/")[2]
    return own in (stem, f"{stem}_kernel") or (stem == "depthwise" and own == "kernel")

"""What Keras refuses late: what it asks only when weights are made and changed, and losses counted.

Source: keras.initializers.Identity (matrices only), keras.initializers.Orthogonal (at least two axes, and a QR
decomposition that TensorFlow does not have for bfloat16), keras.regularizers.OrthogonalRegularizer (matrices only),
keras.initializers.VarianceScaling and keras.constraints.MaxNorm with axes of the weight (which it must have).
"""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter

from studio.catalog.checks import clash
from studio.catalog.declaration import InferRule, Kind, Weight
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, shape_text
from studio.core.values import Inner, Params, Value

INITIALIZER, REGULARIZER, CONSTRAINT = "_initializer", "_regularizer", "_constraint"
AXES = ("axis", "input_axes", "output_axes")
ACTIVITY = "activity_regularizer"
SQUARE = frozenset({"identity", "Identity", "IdentityInitializer"})
ORTHOGONAL = frozenset({"orthogonal", "Orthogonal", "OrthogonalInitializer"})
FOR_MATRICES = frozenset({"orthogonal_regularizer", "OrthogonalRegularizer"})
SPECIAL = SQUARE | ORTHOGONAL | FOR_MATRICES


def checked(kind: Kind) -> Kind:
    """The kind with a rule that refuses such objects; the same if it has no params for them."""
    names = tuple(name for name in kind.declared if name.endswith((INITIALIZER, REGULARIZER, CONSTRAINT)))
    if not names:
        return kind
    plain, chosen, watched = kind.infer, itemgetter(*names, "dtype"), frozenset((*names, "dtype"))
    usual = chosen(kind.defaults)

    def infer(p: Settings, *inputs: object) -> tuple[TensorSpec, ...]:
        outputs = plain(p, *inputs)
        if chosen(p.values) != usual:
            _check_all(kind, p, names, inputs, outputs)
        return outputs

    def cheapest(params: Params) -> InferRule:
        if watched.isdisjoint(params):
            return plain
        is_special = "dtype" in params or any(_may_refuse(params[name]) for name in names if name in params)
        return infer if is_special else plain

    return replace(kind, infer=infer, cheapest=cheapest)


def _may_refuse(value: Value) -> bool:
    if isinstance(value, Inner):
        return value.kind in SPECIAL or not value.params.keys().isdisjoint(AXES)
    return value in SPECIAL


def _check_all(
    kind: Kind, p: Settings, names: tuple[str, ...], inputs: tuple[object, ...], outputs: tuple[TensorSpec, ...]
) -> None:
    for name in names:
        value = p[name]
        chosen = value.kind if isinstance(value, Inner) else value
        if chosen in SPECIAL:
            _check(kind, p, name, str(chosen), inputs, outputs)
        if isinstance(value, Inner) and not value.params.keys().isdisjoint(AXES):
            _check_axes(kind, p, name, Settings(value.params), inputs)


def _check(
    kind: Kind, p: Settings, name: str, chosen: str, inputs: tuple[object, ...], outputs: tuple[TensorSpec, ...]
) -> None:
    if name == ACTIVITY:
        for output in outputs:
            _check_matrix(kind, name, "the output", output.shape)
            _check_rows(kind, p, output.shape)
        return
    for weight in kind.weights(p, *inputs):
        if not _belongs(name, weight):
            continue
        if chosen in ORTHOGONAL:
            _check_orthogonal(kind, name, weight)
        else:
            _check_matrix(kind, name, weight.name, weight.shape)


def _check_axes(kind: Kind, p: Settings, name: str, own: Settings, inputs: tuple[object, ...]) -> None:
    """Raise ShapeError where an object names axes that the weight does not have."""
    if name.endswith(INITIALIZER) and not all(own.values.get(each) for each in AXES[1:]):
        return  # Keras looks at the axes of inputs and outputs only where both are given
    axes = [axis for each in AXES if own.values.get(each) is not None for axis in own.axes(each)]
    for weight in kind.weights(p, *inputs):
        asked = weight.trainable or not name.endswith(CONSTRAINT)
        if not asked or not _belongs(name, weight):
            continue
        rank = len(weight.shape)
        beyond = [axis for axis in axes if not -rank <= axis < rank]
        if beyond:
            raise clash(
                kind.name,
                name,
                f"it names axis {beyond[0]}, and {weight.name}, {shape_text(weight.shape)}, has axes 0 to {rank - 1}. "
                "Name axes that it has.",
            )
        if name.endswith(CONSTRAINT) and len({axis % rank for axis in axes}) < len(axes):
            raise clash(kind.name, name, f"it names an axis of {weight.name} twice, in {tuple(axes)}. Name each once.")


def _check_matrix(kind: Kind, name: str, what: str, shape: Shape) -> None:
    if len(shape) != 2:
        word = "identity" if name.endswith(INITIALIZER) else "the orthogonal regularizer"
        raise clash(kind.name, name, f"{word} is for matrices, and {what} is {shape_text(shape)}. Choose another one.")


def _check_rows(kind: Kind, p: Settings, shape: Shape) -> None:
    value = p[ACTIVITY]
    by_rows = not isinstance(value, Inner) or value.params.get("mode", "rows") == "rows"
    if by_rows and shape[0] is None:
        raise clash(
            kind.name,
            ACTIVITY,
            f"the orthogonal regularizer must know how many rows the output {shape_text(shape)} has, and they are the "
            "examples of a batch. Choose another one, or its mode columns.",
        )


def _check_orthogonal(kind: Kind, name: str, weight: Weight) -> None:
    if len(weight.shape) < 2:
        raise clash(
            kind.name,
            name,
            f"orthogonal needs two axes or more, and {weight.name} is {shape_text(weight.shape)}. Choose another one.",
        )
    if weight.dtype == "bfloat16":
        raise clash(
            kind.name,
            name,
            "orthogonal cannot be worked out in bfloat16. Choose another one, or the dtype mixed_bfloat16.",
        )


def _belongs(name: str, weight: Weight) -> bool:
    """Whether this param is the weight's (`depthwise_initializer`: of `depthwise_kernel`, or of `kernel`)."""
    stem, own = name.rpartition("_")[0], weight.name.rpartition("/")[2]
    return own in (stem, f"{stem}_kernel") or (stem == "depthwise" and own == "kernel")

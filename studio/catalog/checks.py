"""The refusals that many rules share, with their texts."""

from __future__ import annotations

from studio.catalog.declaration import ShapeError, WantsKnown, WantsRank
from studio.core.tensors import Shape, TensorSpec, shape_text

SEQUENCES = "sequences (batch, steps, features)"
LAYOUTS = {
    (1, False): "sequences (batch, steps, channels)",
    (1, True): "sequences (batch, channels, steps)",
    (2, False): "images (batch, height, width, channels)",
    (2, True): "images (batch, channels, height, width)",
    (3, False): "volumes (batch, depth, height, width, channels)",
    (3, True): "volumes (batch, channels, depth, height, width)",
}
"""What a layer with so many spatial axes takes, channels last or first."""


def wrong_rank(name: str, wanted: str, rank: int, shape: Shape, port: str = "input") -> ShapeError:
    """An input has other than `rank` axes (batch axis counted)."""
    if len(shape) < rank:
        advice = "Reshape it so, or take away the layer before that removes an axis (Flatten, global pooling)."
        if wanted == SEQUENCES:
            advice = "Set return_sequences on the recurrent layer before it, or Reshape it into steps."
    else:
        advice = "Reshape it, or pool or Flatten the extra axes away."
    text = f"{name} wants {wanted}, rank {rank}; it gets {shape_text(shape)}, rank {len(shape)}. {advice}"
    return ShapeError("shape.rank", text, port=port, wants=WantsRank(rank, rank))


def too_few_axes(name: str, minimum: int, shape: Shape, port: str = "input") -> ShapeError:
    """An input has fewer axes than `minimum` (batch axis counted)."""
    beside = {2: "one axis", 3: "two axes", 4: "three axes"}[minimum]
    return ShapeError(
        "shape.rank",
        f"{name} wants at least {beside} beside the batch; it gets {shape_text(shape)}. Reshape it first.",
        port=port,
        wants=WantsRank(minimum, None),
    )


def check_batch(name: str, x: TensorSpec, port: str = "input", slot: int = 0) -> None:
    """Raise ShapeError for a single number without even a batch axis, such as the sum over all axes."""
    if not x.shape:
        raise ShapeError(
            "shape.rank",
            f"{name} wants something for each example of the batch; it gets (), one number for all of them. "
            "Keep the batch axis in the operation before it: do not reduce axis 0.",
            port=port,
            slot=slot,
            wants=WantsRank(1, None),
        )


def unknown_size(name: str, what: str, axis: int, shape: Shape, port: str = "input") -> ShapeError:
    """A size must be known to make weights, and is not."""
    return ShapeError(
        "shape.unknown",
        f"{name} must know {what} to make its weights; it gets {shape_text(shape)}, where axis {axis} is unknown. "
        "Give the Input a fixed size there, or Reshape to one.",
        port=port,
        wants=WantsKnown(axis),
    )


def no_such_axis(name: str, axis: int, shape: Shape, param: str = "axis", port: str = "input") -> ShapeError:
    """A param names an axis that the input has not."""
    return ShapeError(
        f"param.{param}",
        f"{name} is set to axis {axis}, but its input {shape_text(shape)} has axes 0 to {len(shape) - 1}. "
        f"Change its {param}.",
        port=port,
        param=param,
    )


def carried(mask: TensorSpec | None, x: TensorSpec, out: Shape) -> bool | Shape:
    """The mask of what a layer gives as `out`: the one that is wired, else that of `x`."""
    if mask is None:
        return x.masked
    return mask.shape if mask.shape and mask.shape != out[:-1] else True


def check_mask(name: str, port: str, mask: TensorSpec | None, wanted: Shape, *, stretches: bool = False) -> None:
    """Raise ShapeError unless a mask is wired as wide as `wanted`, or not at all; `stretches` allows size 1 as well."""
    if mask is None:
        return
    pairs = zip(reversed(mask.shape), reversed(wanted), strict=False)
    fits = all(a == b or a is None or b is None or (stretches and a == 1) for a, b in pairs)
    if fits and (len(mask.shape) <= len(wanted) if stretches else len(mask.shape) == len(wanted)):
        return
    raise ShapeError(
        "shape.mask",
        f"{name} wants a mask {shape_text(wanted)} as {port}; it gets {shape_text(mask.shape)}. "
        "Wire one that says True or False for each step.",
        port=port,
    )


def clash(name: str, param: str, text: str) -> ShapeError:
    """Two settings, or a setting and the input, do not go together; `text` says why and what to do."""
    return ShapeError(f"param.{param}", f"{name}: {text}", param=param)

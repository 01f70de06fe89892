"""Layers that merge several tensors: Concatenate, the elementwise ones, Dot.

Source: keras.src.layers.merging (base_merge, concatenate, dot).
"""

from __future__ import annotations

from studio.catalog.arguments import ANY
from studio.catalog.checks import check_batch, clash, no_such_axis
from studio.catalog.declaration import CostRule, Family, InferRule, Kind, Param, Port, ShapeError, WantsSameShape
from studio.catalog.dtypes import check_floats, result
from studio.catalog.forms import Axes, Switch
from studio.catalog.operations.declaring import broadcast
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, product, shape_text
from studio.core.wording import plural

INPUTS = Port("inputs", many=True, help="The tensors, in order.")
PAIR = Port("inputs", many=True, at_least=2, at_most=2, help="The two tensors, in order.")


def _concatenate(p: Settings, xs: tuple[TensorSpec, ...]) -> tuple[TensorSpec]:
    first = xs[0].shape
    axis, rank = p.whole("axis"), len(first)
    if not -rank <= axis < rank:
        raise no_such_axis("Concatenate", axis, first, port="inputs")
    axis %= rank
    before, after = first[:axis], first[axis + 1 :]
    seen = list(first)
    total = first[axis]
    for slot, x in enumerate(xs[1:], 1):
        if len(x.shape) != rank:
            raise _mismatch(axis, first, x.shape, slot)
        if x.shape[:axis] != before or x.shape[axis + 1 :] != after:
            for at, size in enumerate(x.shape):
                if at == axis or size is None or size == seen[at]:
                    continue
                if seen[at] is not None:
                    raise _mismatch(axis, first, x.shape, slot)
                seen[at] = size
        size = x.shape[axis]
        total = None if total is None or size is None else total + size
    shape = (*before, total, *after)
    return result(p, shape, _joined_masks(axis, xs, shape) if any(x.masked for x in xs) else False)


def _joined_masks(axis: int, xs: tuple[TensorSpec, ...], shape: Shape) -> bool | Shape:
    """The mask of what is joined. Masks are joined as the tensors are, each as wide as its tensor if it has fewer axes.

    Source: keras.layers.Concatenate.compute_mask.
    """
    if not any(isinstance(x.masked, tuple) for x in xs):
        return True
    wide = [_widened(x, slot) for slot, x in enumerate(xs)]
    for slot, mask in enumerate(wide):
        others = [sizes[:axis] + sizes[axis + 1 :] for sizes in (wide[0], mask)]
        pairs = list(zip(*others, strict=False))
        if len(mask) != len(wide[0]) or any(None not in pair and pair[0] != pair[1] for pair in pairs):
            raise ShapeError(
                "shape.mask",
                f"Concatenate must join the masks of its inputs, {shape_text(wide[0])} and {shape_text(mask)}, "
                "and they do not fit. Wire masks as wide as their tensors without the last axis.",
                port="inputs",
                slot=slot,
            )
    joined = wide[0][:-1]
    if axis < len(joined):
        sizes = [mask[axis] for mask in wide]
        known = [size for size in sizes if size is not None]
        joined = (*joined[:axis], sum(known) if len(known) == len(sizes) else None, *joined[axis + 1 :])
    return True if joined == shape[:-1] else joined


def _widened(x: TensorSpec, slot: int) -> Shape:
    """A mask stretched over its tensor, where it has fewer axes; all of the tensor where it has none."""
    if x.mask is None or len(x.mask) >= len(x.shape):
        return x.mask or x.shape
    try:
        return broadcast("Concatenate", (*x.mask, 1), x.shape, "inputs")
    except ShapeError as error:
        raise ShapeError(
            "shape.mask",
            f"Concatenate must stretch the mask of an input, {shape_text(x.mask)}, over {shape_text(x.shape)}, and it "
            "does not fit. Wire a mask as wide as the tensor without its last axis.",
            port="inputs",
            slot=slot,
        ) from error


def _mismatch(axis: int, first: Shape, other: Shape, slot: int) -> ShapeError:
    return ShapeError(
        "shape.merge",
        f"Concatenate joins along axis {axis}, so every other size must agree; wire 1 is {shape_text(first)}, "
        f"wire {slot + 1} is {shape_text(other)}. Make them alike, or join along another axis.",
        port="inputs",
        slot=slot,
        wants=WantsSameShape(axis),
    )


def _elementwise(name: str) -> InferRule:
    def infer(p: Settings, xs: tuple[TensorSpec, ...]) -> tuple[TensorSpec]:
        first = xs[0]
        if name == "Subtract" and len(xs) != 2:
            raise ShapeError(
                "shape.wires",
                f"Subtract takes the second tensor from the first; it gets {plural(len(xs), 'wire')}. Wire two.",
                port="inputs",
            )
        if not first.masked and first.shape and first.dtype != "bool" and xs.count(first) == len(xs):  # most merges
            return result(p, first.shape)
        for slot, x in enumerate(xs):
            check_batch(name, x, "inputs", slot)
        batch, example = first.shape[0], first.shape[1:]
        for slot, x in enumerate(xs[1:], 1):
            if x.shape != first.shape:
                example = _broadcast(name, example, x.shape[1:], first.shape, x.shape, slot)
                batch = _same_batch(name, batch, x.shape[0], first.shape, x.shape, slot)
        if first.dtype == "bool" and len(xs) > 1 and all(x.dtype == "bool" for x in xs):
            check_floats(name, first, "inputs")
        if not (first.masked and all(x.masked for x in xs)):
            return result(p, (batch, *example))
        shape = (batch, *example)
        joined = _merged_masks(name, [x.mask or () for x in xs])
        return result(p, shape, True if joined == shape[:-1] else joined)

    return infer


def _broadcast(name: str, one: Shape, other: Shape, first: Shape, came: Shape, slot: int) -> Shape:
    """Align from the right; size 1 stretches. Unknown beside anything stays unknown, as in Keras."""
    if len(one) < len(other):
        one, other = other, one
    lead = len(one) - len(other)
    sizes = list(one[:lead])
    for a, b in zip(one[lead:], other, strict=True):
        if a is None or b is None:
            sizes.append(None)
        elif a == 1 or a == b:
            sizes.append(b)
        elif b == 1:
            sizes.append(a)
        else:
            raise _unlike(name, first, came, slot)
    return tuple(sizes)


def _merged_masks(name: str, masks: list[Shape]) -> Shape:
    """Masks are combined as they are, batch and all, so they must fit together without the help that tensors get."""
    joined = masks[0]
    for slot, mask in enumerate(masks[1:], 1):
        pairs = list(zip(reversed(joined), reversed(mask), strict=False))
        if any(None not in (a, b) and a != b and 1 not in (a, b) for a, b in pairs):
            raise ShapeError(
                "shape.mask",
                f"{name} must combine the masks of its inputs, {shape_text(joined)} and {shape_text(mask)}, "
                "and they do not fit. Give all inputs the same shape.",
                port="inputs",
                slot=slot,
            )
        longer = joined if len(joined) >= len(mask) else mask
        both = [b if a == 1 or (a is None and b != 1) else a for a, b in pairs]
        joined = (*longer[: len(longer) - len(pairs)], *reversed(both))
    return joined


def _same_batch(name: str, one: int | None, other: int | None, first: Shape, came: Shape, slot: int) -> int | None:
    if None not in (one, other) and one != other:
        raise _unlike(name, first, came, slot)
    return other if one is None else one


def _unlike(name: str, first: Shape, other: Shape, slot: int) -> ShapeError:
    return ShapeError(
        "shape.merge",
        f"{name} works element by element, so its inputs must have the same shape; wire 1 is {shape_text(first)}, "
        f"wire {slot + 1} is {shape_text(other)}. Bring them to one shape with a Dense, a convolution or Reshape.",
        port="inputs",
        slot=slot,
        wants=WantsSameShape(None),
    )


def _elementwise_cost(infer: InferRule) -> CostRule:
    def multiply_adds(p: Settings, xs: tuple[TensorSpec, ...]) -> int | None:
        elements = product(infer(p, xs)[0].shape[1:])
        return None if elements is None else elements * (len(xs) - 1)

    return multiply_adds


def _dot_axes(p: Settings, first: Shape, second: Shape) -> tuple[int, int]:
    axes = p["axes"]
    if isinstance(axes, int):
        pair = (axes % len(first), axes % len(second)) if axes < 0 else (axes, axes)
    elif isinstance(axes, tuple) and len(axes) == 2:
        pair = (_whole(axes[0]), _whole(axes[1]))
    else:
        raise clash("Dot", "axes", f"axes {axes} should be one axis, or one for each input.")
    for axis, shape in zip(pair, (first, second), strict=True):
        if not -len(shape) <= axis < len(shape):
            raise no_such_axis("Dot", axis, shape, "axes", "inputs")
    one, other = pair[0] % len(first), pair[1] % len(second)
    if 0 in (one, other):
        raise clash(
            "Dot", "axes", "axis 0 is the batch, and examples are not multiplied with each other. Choose 1 or more."
        )
    return one, other


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def _dot(p: Settings, xs: tuple[TensorSpec, ...]) -> tuple[TensorSpec]:
    if len(xs) != 2:
        raise ShapeError(
            "shape.wires",
            f"Dot multiplies two tensors; it gets {plural(len(xs), 'wire')}. Wire two.",
            port="inputs",
        )
    for slot, x in enumerate(xs):
        check_batch("Dot", x, "inputs", slot)
    first, second = xs[0].shape, xs[1].shape
    one, other = _dot_axes(p, first, second)
    same_batch = None in (first[0], second[0]) or first[0] == second[0]
    if first[one] != second[other] or not same_batch:
        raise ShapeError(
            "shape.merge",
            f"Dot multiplies axis {one} of {shape_text(first)} with axis {other} of {shape_text(second)}; "
            "their sizes must be the same. Choose other axes, or give both the same size.",
            port="inputs",
            slot=1,
            param="axes",
        )
    left = (*first[:one], *first[one + 1 :])
    right = (*second[1:other], *second[other + 1 :])
    sizes = (*left, *right)
    return result(p, sizes if len(sizes) > 1 else (*sizes, 1))


def _dot_cost(p: Settings, xs: tuple[TensorSpec, ...]) -> int | None:
    size = xs[0].shape[_dot_axes(p, xs[0].shape, xs[1].shape)[0]]
    elements = product(_dot(p, xs)[0].shape[1:])
    return None if size is None or elements is None else size * elements


def _elementwise_kind(name: str, summary: str, port: Port = INPUTS) -> Kind:
    infer = _elementwise(name)
    return Kind(
        name,
        f"keras.layers.{name}",
        name,
        Family.MERGING,
        summary,
        infer,
        params=ANY,
        inputs=(port,),
        multiply_adds=_elementwise_cost(infer),
    )


KINDS = (
    Kind(
        "Concatenate",
        "keras.layers.Concatenate",
        "Concatenate",
        Family.MERGING,
        "Puts tensors side by side along one axis.",
        _concatenate,
        params=(Param("axis", Axes(), -1, "The axis along which they are joined; 0 is the batch."), *ANY),
        inputs=(INPUTS,),
        headline=("axis",),
    ),
    _elementwise_kind("Add", "Adds tensors element by element: residual connections."),
    _elementwise_kind("Subtract", "Takes the second tensor from the first, element by element.", PAIR),
    _elementwise_kind("Multiply", "Multiplies tensors element by element: gates."),
    _elementwise_kind("Average", "Averages tensors element by element."),
    _elementwise_kind("Maximum", "Keeps the largest of each element."),
    _elementwise_kind("Minimum", "Keeps the smallest of each element."),
    Kind(
        "Dot",
        "keras.layers.Dot",
        "Dot",
        Family.MERGING,
        "Multiplies two tensors and sums along one axis of each: similarity, matrix products.",
        _dot,
        params=(
            Param("axes", Axes(several=True), help="The axis that is summed away, or one for each input.", start=-1),
            Param("normalize", Switch(), False, "Whether the axis is brought to length 1 first: cosine similarity."),
            *ANY,
        ),
        inputs=(PAIR,),
        multiply_adds=_dot_cost,
        headline=("axes", "normalize"),
    ),
)

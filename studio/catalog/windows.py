"""Windows that slide over axes: the arithmetic that convolution and pooling share.

Source: keras.src.ops.operation_utils (compute_conv_output_shape, compute_pooling_output_shape).
"""

from __future__ import annotations

from studio.catalog.declaration import ShapeError, WantsRoom
from studio.core.tensors import Shape, shape_text


def ones(rank: int) -> int | tuple[int, ...]:
    """Keras's default of strides and dilation: 1 for one axis, a tuple for more."""
    return 1 if rank == 1 else (1,) * rank


def spatial_axes(shape: Shape, channels_first: bool) -> Shape:
    """The sizes that a window slides over."""
    return shape[2:] if channels_first else shape[1:-1]


def channel_axis(shape: Shape, channels_first: bool) -> int:
    """Where the channels stand (batch axis counted)."""
    return 1 if channels_first else len(shape) - 1


def laid_out(batch: int | None, spatial: Shape, channels: int | None, channels_first: bool) -> Shape:
    """A shape of these parts in the layer's data format."""
    return (batch, channels, *spatial) if channels_first else (batch, *spatial, channels)


def slid(
    name: str,
    shape: Shape,
    channels_first: bool,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    dilation: tuple[int, ...],
    padding: str,
) -> Shape:
    """The spatial sizes that come out; unknown ones stay unknown. Raises ShapeError where the window has no room."""
    spatial = shape[2:] if channels_first else shape[1:-1]
    if padding != "valid":
        pairs = zip(spatial, strides, strict=True)
        return tuple([None if size is None else (size - 1) // stride + 1 for size, stride in pairs])
    sizes: list[int | None] = []
    for size, reach, stride, dilated in zip(spatial, window, strides, dilation, strict=True):
        if size is None:
            sizes.append(None)
            continue
        rest = size - dilated * (reach - 1) - 1
        if rest < 0:
            raise no_room(name, shape, len(sizes) + (2 if channels_first else 1), size - rest)
        sizes.append(rest // stride + 1)
    return tuple(sizes)


def no_room(name: str, shape: Shape, axis: int, reach: int) -> ShapeError:
    """A window reaches over `reach` elements of an axis that has fewer."""
    return ShapeError(
        "shape.room",
        f"{name} slides a window that is {reach:,} long over axis {axis} of {shape_text(shape)}, which is only "
        f"{shape[axis]:,} long. Make the window smaller, set padding to 'same', or shrink the data less before it.",
        port="input",
        wants=WantsRoom(axis),
    )

"""Adaptive pooling in one, two and three dimensions: windows that fit themselves to the size that is wanted.

Source: keras.src.layers.pooling and, for what TensorFlow can do, `compute_adaptive_pooling_window_sizes`: Keras slides
windows of two sizes, the larger one by 1, and both must fit into the input.
"""

from __future__ import annotations

from studio.catalog.arguments import ANY, DATA_FORMAT
from studio.catalog.checks import LAYOUTS, clash, wrong_rank
from studio.catalog.declaration import Family, InferRule, Kind, Param, ShapeError, WantsKnown
from studio.catalog.dtypes import FLOATS, check_floats, result
from studio.catalog.forms import Sizes
from studio.catalog.pooling import THINGS
from studio.catalog.settings import Settings
from studio.catalog.windows import channel_axis, laid_out, spatial_axes
from studio.core.tensors import Shape, TensorSpec, shape_text


def _infer(name: str, word: str, rank: int) -> InferRule:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        first = p.values["data_format"] == "channels_first"
        shape = x.shape
        if len(shape) != rank + 2:
            raise wrong_rank(name, LAYOUTS[rank, first], rank + 2, shape)
        if x.dtype not in FLOATS and (word == "Average" or rank == 3 or x.dtype == "bool"):
            check_floats(name, x)
        size = p.sizes("output_size", rank)
        for at, (length, wanted) in enumerate(zip(spatial_axes(shape, first), size, strict=True)):
            _check_room(name, shape, at + (2 if first else 1), length, wanted, f"Global{word}Pooling{rank}D")
        return result(p, laid_out(shape[0], size, shape[channel_axis(shape, first)], first))

    return infer


def _check_room(name: str, shape: Shape, axis: int, length: int | None, wanted: int, instead: str) -> None:
    if length is None:
        raise ShapeError(
            "shape.unknown",
            f"{name} must know how long axis {axis} of {shape_text(shape)} is to choose its windows. "
            "Give the Input a fixed size there.",
            port="input",
            wants=WantsKnown(axis),
        )
    if -(-length // wanted) + 1 > length:
        advice = f"Use {instead} in its place." if wanted == 1 else "Shrink the data less before it."
        raise clash(
            name,
            "output_size",
            f"to make {wanted} of axis {axis} of {shape_text(shape)}, {length} long, Keras slides a window that is "
            f"{-(-length // wanted) + 1} long over it, which TensorFlow refuses. {advice}",
        )


def _kind(word: str, rank: int) -> Kind:
    name = f"Adaptive{word}Pooling{rank}D"
    what = "the largest value" if word == "Max" else "the average"
    return Kind(
        name,
        f"keras.layers.{name}",
        f"Adaptive {'max' if word == 'Max' else 'average'} pooling {rank}D",
        Family.POOLING,
        f"Brings {THINGS[rank]} of any size to one size: keeps {what} of as many windows.",
        _infer(name, word, rank),
        params=(
            Param("output_size", Sizes(rank), help="The size of what comes out, along each axis.", start=2),
            DATA_FORMAT,
            *ANY,
        ),
        headline=("output_size",),
    )


KINDS = tuple(_kind(word, rank) for word in ("Average", "Max") for rank in (1, 2, 3))

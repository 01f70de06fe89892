"""Pooling layers in one, two and three dimensions: local and global, by maximum and by average."""

from __future__ import annotations

from studio.catalog.arguments import ANY, DATA_FORMAT
from studio.catalog.checks import LAYOUTS, clash, wrong_rank
from studio.catalog.declaration import Family, InferRule, Kind, Param
from studio.catalog.dtypes import FLOATS, check_floats, result
from studio.catalog.forms import Choice, Sizes, Switch
from studio.catalog.settings import Settings
from studio.catalog.windows import laid_out, slid
from studio.core.tensors import TensorSpec

PADDING = Param(
    "padding", Choice(("valid", "same")), "valid", "What happens at the edges: valid stays inside, same pads them."
)
KEEPDIMS = Param("keepdims", Switch(), False, "Whether the pooled axes stay, with size 1.")
THINGS = {1: "sequences", 2: "images", 3: "volumes"}


def _local(name: str, rank: int, *, averages: bool) -> InferRule:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        first = p.values["data_format"] == "channels_first"
        shape = x.shape
        if len(shape) != rank + 2:
            raise wrong_rank(name, LAYOUTS[rank, first], rank + 2, shape)
        if x.dtype not in FLOATS and (averages or rank == 3 or x.dtype == "bool"):
            check_floats(name, x)
        if rank == 3 and not averages and p.values["dtype"] == "float64":
            raise clash(name, "dtype", "TensorFlow has no largest value of volumes in float64. Choose another dtype.")
        window = p.sizes("pool_size", rank)
        strides = window if p.values["strides"] is None else p.sizes("strides", rank)
        spatial = slid(name, shape, first, window, strides, (1,) * rank, p.text("padding"))
        return result(p, laid_out(shape[0], spatial, shape[1] if first else shape[-1], first))

    return infer


def _global(name: str, rank: int) -> InferRule:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        first = p.values["data_format"] == "channels_first"
        shape = x.shape
        if len(shape) != rank + 2:
            raise wrong_rank(name, LAYOUTS[rank, first], rank + 2, shape)
        channels = shape[1] if first else shape[-1]
        if p.on("keepdims"):
            return result(p, laid_out(shape[0], (1,) * rank, channels, first))
        return result(p, (shape[0], channels))

    return infer


def _local_kind(word: str, rank: int, size: Param) -> Kind:
    name = f"{word}Pooling{rank}D"
    infer = _local(name, rank, averages=word == "Average")
    what = "the largest value" if word == "Max" else "the average"
    title = "Max" if word == "Max" else "Average"
    return Kind(
        name,
        f"keras.layers.{name}",
        f"{title} pooling {rank}D",
        Family.POOLING,
        f"Makes {THINGS[rank]} smaller: keeps {what} of each window.",
        infer,
        params=(
            size,
            Param(
                "strides",
                Sizes(rank, optional=True),
                None,
                "How far the window moves each time; None is its own size.",
            ),
            PADDING,
            DATA_FORMAT,
            *ANY,
        ),
        headline=("pool_size", "strides", "padding"),
    )


def _global_kind(word: str, rank: int) -> Kind:
    name = f"Global{word}Pooling{rank}D"
    what = "the largest value" if word == "Max" else "the average"
    return Kind(
        name,
        f"keras.layers.{name}",
        f"Global {'max' if word == 'Max' else 'average'} pooling {rank}D",
        Family.POOLING,
        f"Keeps {what} of each channel over the whole of {THINGS[rank]}.",
        _global(name, rank),
        params=(DATA_FORMAT, KEEPDIMS, *ANY),
        headline=("keepdims",),
    )


def _max_kind(rank: int) -> Kind:
    size = 2 if rank == 1 else (2,) * rank
    return _local_kind("Max", rank, Param("pool_size", Sizes(rank), size, "The size of the window."))


def _average_kind(rank: int) -> Kind:
    return _local_kind("Average", rank, Param("pool_size", Sizes(rank), help="The size of the window.", start=2))


KINDS = (
    *(_max_kind(rank) for rank in (1, 2, 3)),
    *(_average_kind(rank) for rank in (1, 2, 3)),
    *(_global_kind("Max", rank) for rank in (1, 2, 3)),
    *(_global_kind("Average", rank) for rank in (1, 2, 3)),
)

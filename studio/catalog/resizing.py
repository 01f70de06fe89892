"""Layers that change sizes without learning: zero padding, cropping, upsampling, in one to three dimensions."""

from __future__ import annotations

from studio.catalog.arguments import ANY, DATA_FORMAT
from studio.catalog.checks import LAYOUTS, wrong_rank
from studio.catalog.declaration import Family, InferRule, Kind, Param, ShapeError, WantsRoom
from studio.catalog.dtypes import result
from studio.catalog.forms import Choice, Form, Integer, Margins, Sizes
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, shape_text

THINGS = {1: "sequences", 2: "images", 3: "volumes"}
INTERPOLATION = Param(
    "interpolation",
    Choice(("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")),
    "nearest",
    "How new pixels are made from their neighbors.",
)


def _checked(name: str, rank: int, p: Settings, shape: Shape) -> int:
    """Where the spatial axes begin. Raises ShapeError for another rank."""
    first = p.values.get("data_format") == "channels_first"
    if len(shape) != rank + 2:
        raise wrong_rank(name, LAYOUTS[rank, first], rank + 2, shape)
    return 2 if first else 1


def _padding(name: str, rank: int) -> InferRule:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        begin, sizes = _checked(name, rank, p, x.shape), list(x.shape)
        for at, (before, after) in enumerate(p.margins("padding", rank), begin):
            size = sizes[at]
            sizes[at] = None if size is None else size + before + after
        return result(p, tuple(sizes))

    return infer


def _cropping(name: str, rank: int) -> InferRule:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        begin, sizes = _checked(name, rank, p, x.shape), list(x.shape)
        for at, (before, after) in enumerate(p.margins("cropping", rank), begin):
            size = sizes[at]
            if size is None:
                continue
            if size <= before + after:
                raise ShapeError(
                    "shape.room",
                    f"{name} cuts {before} and {after} off axis {at} of {shape_text(x.shape)}, which is only {size} "
                    "long. Crop less.",
                    port="input",
                    param="cropping",
                    wants=WantsRoom(at),
                )
            sizes[at] = size - before - after
        return result(p, tuple(sizes))

    return infer


def _upsampling(name: str, rank: int) -> InferRule:
    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        begin, sizes = _checked(name, rank, p, x.shape), list(x.shape)
        for at, factor in enumerate(p.sizes("size", rank), begin):
            size = sizes[at]
            sizes[at] = None if size is None else size * factor
        return result(p, tuple(sizes))

    return infer


def _padding_kind(rank: int) -> Kind:
    name = f"ZeroPadding{rank}D"
    default = (1, (1, 1), ((1, 1), (1, 1), (1, 1)))[rank - 1]
    return Kind(
        name,
        f"keras.layers.{name}",
        f"Zero padding {rank}D",
        Family.RESHAPING,
        f"Adds zeros around {THINGS[rank]}.",
        _padding(name, rank),
        params=(Param("padding", Margins(rank), default, "How many zeros are added at each end."), DATA_FORMAT, *ANY),
        headline=("padding",),
    )


def _cropping_kind(rank: int) -> Kind:
    name = f"Cropping{rank}D"
    default = ((1, 1), ((0, 0), (0, 0)), ((1, 1), (1, 1), (1, 1)))[rank - 1]
    data_format = () if rank == 1 else (DATA_FORMAT,)
    return Kind(
        name,
        f"keras.layers.{name}",
        f"Cropping {rank}D",
        Family.RESHAPING,
        f"Cuts the edges off {THINGS[rank]}.",
        _cropping(name, rank),
        params=(Param("cropping", Margins(rank), default, "How much is cut off at each end."), *data_format, *ANY),
        headline=("cropping",),
    )


def _upsampling_kind(rank: int) -> Kind:
    name = f"UpSampling{rank}D"
    form: Form = Integer(1) if rank == 1 else Sizes(rank)
    size = Param("size", form, 2 if rank == 1 else (2,) * rank, "How many times larger each axis becomes.")
    more = ((), (DATA_FORMAT, INTERPOLATION), (DATA_FORMAT,))[rank - 1]
    return Kind(
        name,
        f"keras.layers.{name}",
        f"Upsampling {rank}D",
        Family.RESHAPING,
        f"Makes {THINGS[rank]} larger by repeating what is there.",
        _upsampling(name, rank),
        params=(size, *more, *ANY),
        headline=("size",),
    )


KINDS = tuple(make(rank) for make in (_padding_kind, _cropping_kind, _upsampling_kind) for rank in (1, 2, 3))

"""Layers that could stand in a wire so that another shape arrives: what they are, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt
from typing import NamedTuple

from studio.catalog.declaration import ShapeError
from studio.catalog.registry import KINDS
from studio.core.tensors import Shape, TensorSpec, product
from studio.core.values import Params, Value

IDS = 10_000
"""So many rows an Embedding gets where it is not known how many ids there are."""


class Adapter(NamedTuple):
    """A layer to put into a wire: its kind, its params, what comes out."""

    kind: str
    params: Params
    out: TensorSpec


def reducing(spec: TensorSpec, most: int) -> Iterator[Adapter]:
    """Layers that leave at most so many axes (batch axis counted)."""
    if most == 2 and spec.rank > 2:
        yield from _made(spec, "Flatten", {})
        if 3 <= spec.rank <= 5:
            yield from _made(spec, f"GlobalAveragePooling{spec.rank - 2}D", {})
    elif 2 < most < spec.rank:
        kept, rest = spec.shape[1 : most - 1], spec.shape[most - 1 :]
        if None not in kept and None not in rest:
            yield from _made(spec, "Reshape", {"target_shape": (*kept, -1)})


def raising(spec: TensorSpec, least: int, ids: int | None = None) -> Iterator[Adapter]:
    """Layers that give at least so many axes (batch axis counted); `ids` is how many ids there are, if known."""
    sizes = spec.shape[1:]
    if None in sizes or len(sizes) + 1 >= least:
        return
    if least == 4 and len(sizes) == 1 and isinstance(sizes[0], int):
        for channels in (1, 3):
            side = isqrt(sizes[0] // channels)
            if side > 1 and side * side * channels == sizes[0]:
                yield from _made(spec, "Reshape", {"target_shape": (side, side, channels)})
    if least == 3 and len(sizes) == 1 and spec.dtype.startswith(("int", "uint")):
        yield from _made(spec, "Embedding", {"input_dim": ids or IDS, "output_dim": 64})
    missing = least - 1 - len(sizes)
    yield from _made(spec, "Reshape", {"target_shape": (*sizes, *(1,) * missing)})
    if len(sizes) == 1:
        yield from _made(spec, "Reshape", {"target_shape": (*(1,) * missing, *sizes)})


def pooled(spec: TensorSpec) -> Iterator[Adapter]:
    """Layers that leave less of an image (or sequence, or volume) to be flattened."""
    if 3 <= spec.rank <= 5:
        yield from _made(spec, f"GlobalAveragePooling{spec.rank - 2}D", {})
        yield from _made(spec, f"MaxPooling{spec.rank - 2}D", {"pool_size": 4})


def reshaped(spec: TensorSpec, wanted: TensorSpec) -> Adapter | None:
    """A Reshape to another tensor's shape, where the numbers are as many and the shape is another."""
    sizes = product(spec.shape[1:])
    if spec.shape == wanted.shape or sizes is None or sizes != product(wanted.shape[1:]):
        return None
    return adapted(spec, "Reshape", {"target_shape": wanted.shape[1:]})


def adapted(spec: TensorSpec, kind: str, params: Params) -> Adapter | None:
    """A layer of a kind, if its own rule takes the tensor."""
    return next(_made(spec, kind, params), None)


def matching(
    spec: TensorSpec, reference: TensorSpec, free_axis: int | None, *, stretches: bool = False
) -> list[Adapter] | None:
    """Layers after which a tensor agrees with another, but for the free axis; None where it does already.

    `stretches` says that a size of 1 agrees with every other.
    """
    if spec.rank != reference.rank:
        return list(reducing(spec, reference.rank)) if spec.rank > reference.rank else []
    different = [
        axis
        for axis, (size, other) in enumerate(zip(spec.shape, reference.shape, strict=True))
        if size != other and axis != free_axis and None not in (size, other) and not (stretches and 1 in (size, other))
    ]
    if not different:
        return None
    last = spec.rank - 1
    if different == [last]:
        return list(projections(spec, reference.shape[last]))
    if 0 in different:
        return []
    channels = None if last == free_axis else reference.shape[last]
    return list(resized(spec, reference.shape, channels, changed=last in different))


def of_other_rank(kind: str, spec: TensorSpec) -> str | None:
    """The kind that does the same to tensors of this rank: Conv2D for Conv1D where images come."""
    stem, wanted = kind[:-2], f"{spec.rank - 2}D"
    other = f"{stem}{wanted}"
    return other if kind[-2:] in ("1D", "2D", "3D") and other != kind and other in KINDS else None


def projections(spec: TensorSpec, size: int | None) -> Iterator[Adapter]:
    """Layers that make the last axis so long."""
    if size is None:
        return
    if spec.rank == 4:
        yield from _made(spec, "Conv2D", {"filters": size, "kernel_size": 1})
    yield from _made(spec, "Dense", {"units": size})


def resized(spec: TensorSpec, wanted: Shape, channels: int | None, *, changed: bool) -> Iterator[Adapter]:
    """Layers that make the middle axes as long as wanted.

    By a whole factor first, then by padding or cropping. `channels` is what the last axis should be where that
    matters; if it has to be `changed` too, a convolution with strides does both, as in a residual block.
    """
    rank = spec.rank - 2
    pairs = [(a, b) for a, b in zip(spec.shape[1:-1], wanted[1:-1], strict=True) if a is not None and b is not None]
    if len(pairs) != rank or not 1 <= rank <= 3:
        return
    down = {a // b if a % b == 0 else 0 for a, b in pairs}
    up = {b // a if b % a == 0 else 0 for a, b in pairs}
    if len(down) == 1 and max(down) > 1:
        if channels is not None:
            strided: Params = {"filters": channels, "kernel_size": 1, "strides": max(down)}
            yield from _made(spec, f"Conv{rank}D", strided)
        if not changed:
            yield from _made(spec, f"MaxPooling{rank}D", {"pool_size": max(down)})
    if changed:
        return
    if len(up) == 1 and max(up) > 1:
        yield from _made(spec, f"UpSampling{rank}D", {"size": max(up)})
    missing = [b - a for a, b in pairs]
    if min(missing) >= 0:
        yield from _made(spec, f"ZeroPadding{rank}D", {"padding": _halves(missing)})
    elif max(missing) <= 0:
        yield from _made(spec, f"Cropping{rank}D", {"cropping": _halves([-each for each in missing])})


def _halves(amounts: list[int]) -> Value:
    pairs = tuple((amount // 2, amount - amount // 2) for amount in amounts)
    return pairs if len(pairs) > 1 else pairs[0]


def _made(spec: TensorSpec, kind: str, params: Params) -> Iterator[Adapter]:
    """The adapter, if its own rule takes the tensor."""
    declared = KINDS.get(kind)
    if declared is None:
        return
    try:
        out = declared.infer(declared.settings(params), spec)[0]
    except ShapeError:
        return
    yield Adapter(kind, params, out)

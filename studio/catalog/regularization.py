"""Layers against overfitting: the dropouts, noise, a penalty on activity."""

from __future__ import annotations

from studio.catalog.arguments import ANY, COMMON, DATA_FORMAT, SEED
from studio.catalog.checks import LAYOUTS, wrong_rank
from studio.catalog.declaration import Family, InferRule, Kind, Param
from studio.catalog.dtypes import FLOATS, check_floats, result
from studio.catalog.forms import Dims, Dtype, Number
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec

RATE = Param("rate", Number(0, 1), help="The share that is dropped in training, from 0 to 1.", start=0.3)
NOISE_SHAPE = Param(
    "noise_shape",
    Dims(unknown=True, optional=True),
    None,
    "The shape of what is drawn, batch included: 1 drops a whole axis together, None takes the input's size.",
    True,
)
THINGS = {1: "channels of sequences", 2: "channels of images", 3: "channels of volumes"}


def _same(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
    return result(p, x.shape, x.masked)


def _noisy(name: str, strength: str = "rate") -> InferRule:
    """The rule of what changes its input at random: in training, TensorFlow can do that with real numbers only."""

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec]:
        if x.dtype not in FLOATS and p.values[strength]:
            check_floats(name, x)
        return _same(p, x)

    return infer


def _spatial(name: str, rank: int) -> InferRule:
    noisy = _noisy(name)

    def infer(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
        if len(x.shape) != rank + 2:
            raise wrong_rank(name, LAYOUTS[rank, p.values.get("data_format") == "channels_first"], rank + 2, x.shape)
        return noisy(p, x)

    return infer


def _spatial_kind(rank: int) -> Kind:
    name = f"SpatialDropout{rank}D"
    dtype = next(param for param in COMMON if isinstance(param.form, Dtype))
    return Kind(
        name,
        f"keras.layers.{name}",
        f"Spatial dropout {rank}D",
        Family.REGULARIZATION,
        f"In training, leaves out whole {THINGS[rank]} at random.",
        _spatial(name, rank),
        params=(RATE, *(() if rank == 1 else (DATA_FORMAT,)), SEED, dtype),
        headline=("rate",),
    )


KINDS = (
    Kind(
        "Dropout",
        "keras.layers.Dropout",
        "Dropout",
        Family.REGULARIZATION,
        "In training, sets a random share of its input to 0, so that no unit is relied on alone.",
        _noisy("Dropout"),
        params=(RATE, NOISE_SHAPE, SEED, *ANY),
        headline=("rate",),
    ),
    *(_spatial_kind(rank) for rank in (1, 2, 3)),
    Kind(
        "GaussianDropout",
        "keras.layers.GaussianDropout",
        "Gaussian dropout",
        Family.REGULARIZATION,
        "In training, multiplies its input by random factors around 1.",
        _noisy("GaussianDropout"),
        params=(RATE, SEED, *ANY),
        headline=("rate",),
    ),
    Kind(
        "AlphaDropout",
        "keras.layers.AlphaDropout",
        "Alpha dropout",
        Family.REGULARIZATION,
        "A dropout that keeps mean and variance, made for selu.",
        _noisy("AlphaDropout"),
        params=(RATE, NOISE_SHAPE, SEED, *ANY),
        headline=("rate",),
    ),
    Kind(
        "GaussianNoise",
        "keras.layers.GaussianNoise",
        "Gaussian noise",
        Family.REGULARIZATION,
        "In training, adds random noise to its input.",
        _noisy("GaussianNoise", "stddev"),
        params=(
            Param("stddev", Number(0, 1), help="The standard deviation of the noise, from 0 to 1.", start=0.1),
            SEED,
            *ANY,
        ),
        headline=("stddev",),
    ),
    Kind(
        "ActivityRegularization",
        "keras.layers.ActivityRegularization",
        "Activity regularization",
        Family.REGULARIZATION,
        "Hands its input on and adds a penalty on its size to the loss.",
        _same,
        params=(
            Param("l1", Number(0), 0.0, "How much the absolute values cost."),
            Param("l2", Number(0), 0.0, "How much the squares cost."),
            *COMMON,
        ),
        headline=("l1", "l2"),
    ),
)

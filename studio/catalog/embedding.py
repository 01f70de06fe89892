"""Embeddings: a learned vector for each whole number, and the way back.

Source: keras.layers.Embedding, keras.layers.ReversibleEmbedding.
"""

from __future__ import annotations

from studio.catalog.adaptation import LORA, adapted, check_lora
from studio.catalog.arguments import ANY, weight_arguments
from studio.catalog.checks import clash, too_few_axes
from studio.catalog.declaration import Family, Kind, Param, Weight
from studio.catalog.dtypes import result, variables
from studio.catalog.forms import Dtype, Integer, Number, Switch
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, product, shape_text

REVERSIBLE = "ReversibleEmbedding"
SIZES = (
    Param("input_dim", Integer(1), help="How many different numbers there are (the largest + 1).", start=10_000),
    Param("output_dim", Integer(1), help="The length of each vector.", start=64),
)
MASK_ZERO = Param("mask_zero", Switch(), False, "Whether 0 is padding, to be skipped by the layers behind.")


def _table(p: Settings) -> Weight:
    return Weight("embeddings", (p.whole("input_dim"), p.whole("output_dim")))


def _embedding(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    check_lora(p, "Embedding", "embeddings_constraint")
    return result(p, (*x.shape, p.whole("output_dim")), p.on("mask_zero"))


def _embedding_weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    return adapted(p, variables(p, _table(p)))


def _reversible(p: Settings, x: TensorSpec) -> tuple[TensorSpec, ...]:
    if not p.on("reverse"):
        return result(p, (*x.shape, p.whole("output_dim")), p.on("mask_zero"))
    if len(x.shape) < 2:
        raise too_few_axes(REVERSIBLE, 2, x.shape)
    if x.shape[-1] not in (None, p.whole("output_dim")):
        raise clash(
            REVERSIBLE,
            "output_dim",
            f"in reverse, it takes vectors of its output_dim {p.whole('output_dim')}; it gets {shape_text(x.shape)}. "
            "Put a Dense of that many units before it.",
        )
    return result(p, (*x.shape[:-1], p.whole("input_dim")))


def _reversible_weights(p: Settings, x: TensorSpec) -> tuple[Weight, ...]:
    table = _table(p)
    back = Weight("reverse_embeddings", table.shape[::-1])
    return variables(p, table) if p.on("tie_weights") else variables(p, table, back)


def _reversible_cost(p: Settings, x: TensorSpec) -> int | None:
    return product((*x.shape[1:-1], *_table(p).shape)) if p.on("reverse") else 0


KINDS = (
    Kind(
        "Embedding",
        "keras.layers.Embedding",
        "Embedding",
        Family.CORE,
        "Looks up a learned vector for each whole number: words, categories, ids.",
        _embedding,
        params=(*SIZES, *weight_arguments("embeddings"), MASK_ZERO, *LORA, *ANY),
        weights=_embedding_weights,
        headline=("input_dim", "output_dim"),
    ),
    Kind(
        REVERSIBLE,
        f"keras.layers.{REVERSIBLE}",
        "Reversible embedding",
        Family.CORE,
        "An Embedding that also leads back: called again in reverse, it scores every number, with the same weights.",
        _reversible,
        params=(
            *SIZES,
            Param("tie_weights", Switch(), True, "Whether the way back uses the same vectors."),
            *weight_arguments("embeddings"),
            MASK_ZERO,
            Param("reverse_dtype", Dtype(), None, "The dtype of the way back; None is the layer's.", True),
            Param(
                "logit_soft_cap",
                Number(0, optional=True, above=True),
                None,
                "Bends the scores of the way back so that they stay below it; None does not.",
                True,
            ),
            *ANY,
        ),
        weights=_reversible_weights,
        multiply_adds=_reversible_cost,
        call=(Param("reverse", Switch(), False, "Whether vectors lead back to scores, one for each number."),),
        headline=("input_dim", "output_dim"),
    ),
)

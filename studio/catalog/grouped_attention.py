"""Grouped query attention: several query heads share one head of keys and values.

Source: keras.layers.GroupQueryAttention (its class is called GroupedQueryAttention).
"""

from __future__ import annotations

from math import prod

from studio.catalog.arguments import ANY, SEED, USE_BIAS, constrained, initialized, regularized
from studio.catalog.attention import (
    CALL,
    DROPOUT,
    FLASH_ATTENTION,
    MASKED_INPUTS,
    SLIDING_WINDOW,
    USE_GATE,
    check_rank,
    check_together,
    gives_scores,
    same,
    unlike,
)
from studio.catalog.checks import check_mask, clash, unknown_size, wrong_rank
from studio.catalog.declaration import Family, Kind, Param, Weight
from studio.catalog.dtypes import compute_dtype, variables
from studio.catalog.forms import Integer
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec

NAME = "GroupedQueryAttention"
SEQUENCES = "sequences (batch, steps, features)"


def _infer(
    p: Settings,
    query: TensorSpec,
    value: TensorSpec,
    key: TensorSpec | None = None,
    query_mask: TensorSpec | None = None,
    value_mask: TensorSpec | None = None,
    key_mask: TensorSpec | None = None,
    attention_mask: TensorSpec | None = None,
) -> tuple[TensorSpec, ...]:
    q, v, k = query.shape, value.shape, (key or value).shape
    heads, groups = p.whole("num_query_heads"), p.whole("num_key_value_heads")
    if heads % groups:
        raise clash(
            NAME,
            "num_key_value_heads",
            f"{heads} query heads cannot share {groups} evenly; choose a divisor of num_query_heads.",
        )
    if p.on("flash_attention") and (p.real("dropout") > 0 or p.on("return_attention_scores")):
        raise clash(NAME, "flash_attention", "it goes neither with dropout nor with return_attention_scores.")
    check_rank(NAME, q, v, k)
    if len(q) != 3:
        raise wrong_rank(NAME, SEQUENCES, 3, q, "query")
    check_together(NAME, (1,), q, v, k)
    if v[1] != k[1]:  # Keras: an unknown size is not the same as a known one
        raise unlike(NAME, "each key with its value", "key", v, k)
    for port, shape in (("query", q), ("value", v), ("key", k)):
        if shape[-1] is None:
            raise unknown_size(NAME, f"the size of the {port}'s last axis", 2, shape, port)
    if not same(q[-1], v[-1]):
        raise unlike(NAME, "queries with values along their last axis", "value", q, v)
    check_mask(NAME, "query_mask", query_mask, q[:-1])
    check_mask(NAME, "value_mask", value_mask, v[:-1])
    check_mask(NAME, "key_mask", key_mask, v[:-1])
    if attention_mask is not None:
        by_heads = (heads,) if len(attention_mask.shape) == 4 else ()
        check_mask(NAME, "attention_mask", attention_mask, (q[0], *by_heads, q[1], v[1]), stretches=True)
        if len(attention_mask.shape) < 3:
            raise wrong_rank(NAME, "a mask (batch, queries, values)", 3, attention_mask.shape, "attention_mask")
    dtype = compute_dtype(p)
    output = TensorSpec(q, dtype, query.masked)
    if not p.on("return_attention_scores"):
        return (output,)
    return (output, TensorSpec((q[0], heads, q[1], v[1]), dtype))


def _weights(
    p: Settings, query: TensorSpec, value: TensorSpec, key: TensorSpec | None = None, *masks: object
) -> tuple[Weight, ...]:
    heads, groups, size = (p.whole(name) for name in ("num_query_heads", "num_key_value_heads", "head_dim"))
    asks, says, answers = (x.shape[-1] for x in (query, value, key or value))
    assert asks is not None
    assert says is not None
    assert answers is not None
    parts = [
        ("query", (asks, heads, size), (heads, size)),
        ("key", (answers, groups, size), (groups, size)),
        *([("gate", (asks, heads, size), (heads, size))] if p.on("use_gate") else []),
        ("value", (says, groups, size), (groups, size)),
        ("attention_output", (heads, size, asks), (asks,)),
    ]
    made: list[Weight] = []
    for name, kernel, bias in parts:
        made.append(Weight(f"{name}/kernel", kernel))
        if p.on("use_bias"):
            made.append(Weight(f"{name}/bias", bias))
    return variables(p, *made)


def _cost(
    p: Settings, query: TensorSpec, value: TensorSpec, key: TensorSpec | None = None, *masks: object
) -> int | None:
    asked, answered = query.shape[1], value.shape[1]
    if asked is None or answered is None:
        return None
    places = {"query": asked, "gate": asked, "attention_output": asked, "key": answered, "value": answered}
    kernels = [weight for weight in _weights(p, query, value, key) if weight.name.endswith("kernel")]
    projections = sum(places[weight.name.partition("/")[0]] * prod(weight.shape) for weight in kernels)
    return projections + 2 * asked * answered * p.whole("num_query_heads") * p.whole("head_dim")


KINDS = (
    Kind(
        NAME,
        "keras.layers.GroupQueryAttention",
        "Grouped query attention",
        Family.ATTENTION,
        "Multi-head attention in which groups of query heads share keys and values: less memory, nearly as good.",
        _infer,
        params=(
            Param("head_dim", Integer(1), help="The size of each head.", start=32),
            Param("num_query_heads", Integer(1), help="How many heads ask.", start=4),
            Param("num_key_value_heads", Integer(1), help="How many heads answer; a divisor of the former.", start=2),
            DROPOUT,
            USE_BIAS,
            SLIDING_WINDOW,
            FLASH_ATTENTION,
            *initialized("kernel", "bias"),
            *regularized("kernel", "bias", "activity"),
            *constrained("kernel", "bias"),
            USE_GATE,
            SEED,
            *ANY[1:],
        ),
        inputs=MASKED_INPUTS,
        outputs=gives_scores,
        weights=_weights,
        multiply_adds=_cost,
        call=CALL,
        headline=("num_query_heads", "num_key_value_heads", "head_dim"),
    ),
)

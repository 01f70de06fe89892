"""Attention layers: Attention, AdditiveAttention, MultiHeadAttention.

Source: keras.src.layers.attention. Keras checks less than it needs when it works out shapes; what it accepts and
TensorFlow then refuses is refused here.
"""

from __future__ import annotations

from math import prod

from studio.catalog.arguments import ANY, SEED, USE_BIAS, constrained, initialized, regularized
from studio.catalog.checks import check_mask, clash, unknown_size, wrong_rank
from studio.catalog.declaration import (
    OUTPUT,
    Family,
    InferRule,
    Kind,
    Param,
    Port,
    Ports,
    ShapeError,
    WantsRank,
    Weight,
    WeightRule,
)
from studio.catalog.dtypes import check_floats, compute_dtype, variables
from studio.catalog.forms import Axes, Choice, Dims, Integer, Number, Switch
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec, product, shape_text

SCORES = Port("scores", help="How much each query attends to each value.")
DROPOUT = Param("dropout", Number(0, 1), 0.0, "The share of the attention scores that is dropped in training.")
SLIDING_WINDOW = Param(
    "sliding_window", Integer(1, optional=True), None, "How near steps must be to see each other.", True
)
FLASH_ATTENTION = Param("flash_attention", Switch(optional=True), None, "Whether the GPU's fast version is used.", True)
USE_GATE = Param("use_gate", Switch(), False, "Whether a learned gate lets the result through.", True)
CALL = (
    Param("return_attention_scores", Switch(), False, "Whether the attention scores come out as well."),
    Param("use_causal_mask", Switch(), False, "Whether each step sees only itself and the steps before it."),
)


def gives_scores(p: Settings) -> Ports:
    """The output ports: the scores where the call asks for them."""
    return (OUTPUT, SCORES) if p.on("return_attention_scores") else (OUTPUT,)


def same(one: int | None, other: int | None) -> bool:
    """Whether two sizes can be the same."""
    return one == other or one is None or other is None


def check_rank(name: str, query: Shape, value: Shape, key: Shape) -> None:
    """Raise ShapeError unless all three are sequences of one rank."""
    for port, shape in (("query", query), ("value", value), ("key", key)):
        if len(shape) < 3:
            raise ShapeError(
                "shape.rank",
                f"{name} wants sequences (batch, steps, features), rank 3; its {port} is {shape_text(shape)}. "
                "Set return_sequences on the recurrent layer before it, or Reshape it into steps.",
                port=port,
                wants=WantsRank(3, None),
            )
        if len(shape) != len(query):
            raise ShapeError(
                "shape.rank",
                f"{name} wants query, value and key of one rank; its query is {shape_text(query)}, "
                f"its {port} {shape_text(shape)}. Reshape one of them.",
                port=port,
                wants=WantsRank(len(query), len(query)),
            )


def unlike(name: str, what: str, port: str, one: Shape, other: Shape) -> ShapeError:
    """Two inputs should have the same size where the layer compares `what`."""
    return ShapeError(
        "shape.merge",
        f"{name} compares {what}, so their sizes must be the same; they are {shape_text(one)} and {shape_text(other)}. "
        "Bring them to one size with a Dense before it.",
        port=port,
    )


def check_together(name: str, axes: tuple[int, ...], query: Shape, value: Shape, key: Shape) -> None:
    """What is not attended over is matched one to one; a key and its value belong together."""
    for axis in range(len(query) - 1):
        if axis not in axes and not same(query[axis], value[axis]):
            raise unlike(name, f"query and value example by example (axis {axis})", "value", query, value)
        if not same(value[axis], key[axis]):
            raise unlike(name, f"each key with its value (axis {axis})", "key", value, key)


def _simple(name: str) -> InferRule:
    def infer(
        p: Settings,
        query: TensorSpec,
        value: TensorSpec,
        key: TensorSpec | None = None,
        query_mask: TensorSpec | None = None,
        value_mask: TensorSpec | None = None,
    ) -> tuple[TensorSpec, ...]:
        q, v = query.shape, value.shape
        k = v if key is None else key.shape
        check_rank(name, q, v, k)
        check_together(name, (len(q) - 2,), q, v, k)
        if not same(q[-1], k[-1]):
            raise unlike(name, "queries with keys along their last axis", "value" if key is None else "key", q, k)
        if name == "AdditiveAttention" and p.on("use_scale") and q[-1] is None:
            raise unknown_size(name, "the size of the query's last axis", len(q) - 1, q, "query")
        if name == "Attention" or "bool" in (query.dtype, value.dtype, (key or value).dtype):
            for port, each in (("query", query), ("value", value), ("key", key or value)):
                check_floats(name, each, port)
        check_mask(name, "query_mask", query_mask, q[:-1])
        check_mask(name, "value_mask", value_mask, v[:-1])
        dtype = compute_dtype(p)
        explicit = query_mask is not None or value_mask is not None
        masked = query_mask is not None if explicit else query.masked
        output = TensorSpec((*q[:-1], v[-1]), dtype, masked)
        if p.on("return_attention_scores"):
            return (output, TensorSpec((*q[:-1], k[-2]), dtype))
        return (output,)

    return infer


def _simple_cost(p: Settings, query: TensorSpec, value: TensorSpec, *rest: object) -> int | None:
    pairs = product((*query.shape[1:-1], value.shape[-2]))
    features = product((query.shape[-1], 1))
    width = value.shape[-1]
    return None if pairs is None or features is None or width is None else pairs * (features + width)


def _attention_weights(p: Settings, *inputs: object) -> tuple[Weight, ...]:
    made = [Weight("scale", ())] if p.on("use_scale") else []
    if p["score_mode"] == "concat":
        made.append(Weight("concat_score_weight", ()))
    return variables(p, *made)


def _additive_weights(p: Settings, query: TensorSpec, *rest: object) -> tuple[Weight, ...]:
    size = query.shape[-1]
    return variables(p, Weight("scale", (size,))) if p.on("use_scale") and size is not None else ()


def _attended(p: Settings, rank: int) -> tuple[int, ...]:
    """The axes that are attended over. Raises ShapeError for one that is the batch, the features, or twice there."""
    if p["attention_axes"] is None:
        return tuple(range(1, rank - 1))
    axes = tuple(axis if axis >= 0 else rank + axis for axis in p.axes("attention_axes"))
    if any(not 1 <= axis <= rank - 2 for axis in axes) or len(set(axes)) != len(axes):
        raise clash(
            "MultiHeadAttention",
            "attention_axes",
            f"attention_axes {p['attention_axes']} should be different axes from 1 to {rank - 2}.",
        )
    return axes


def _multi_head(
    p: Settings,
    query: TensorSpec,
    value: TensorSpec,
    key: TensorSpec | None = None,
    query_mask: TensorSpec | None = None,
    value_mask: TensorSpec | None = None,
    key_mask: TensorSpec | None = None,
    attention_mask: TensorSpec | None = None,
) -> tuple[TensorSpec, ...]:
    name = "MultiHeadAttention"
    q, v = query.shape, value.shape
    k = v if key is None else key.shape
    if p.on("flash_attention") and (p.real("dropout") > 0 or p.on("return_attention_scores")):
        raise clash(name, "flash_attention", "it goes neither with dropout nor with return_attention_scores.")
    check_rank(name, q, v, k)
    axes = _attended(p, len(q))
    check_together(name, axes, q, v, k)
    if v[1:-1] != k[1:-1]:  # Keras: an unknown size is not the same as a known one
        raise unlike(name, "each key with its value", "key", v, k)
    for port, shape in (("query", q), ("value", v), ("key", k)):
        if shape[-1] is None:
            raise unknown_size(name, f"the size of the {port}'s last axis", len(shape) - 1, shape, port)
    if axes != (1,) and (p.on("use_causal_mask") or p["sliding_window"] is not None):
        param = "use_causal_mask" if p.on("use_causal_mask") else "sliding_window"
        raise clash(name, param, f"{param} works along axis 1 only, and attention is over the axes {axes} here.")
    _check_masks(p, query, value, key, (query_mask, value_mask, key_mask, attention_mask))
    dtype = compute_dtype(p)
    width = (q[-1],) if p["output_shape"] is None else p.dims("output_shape")
    output = TensorSpec((*q[:-1], *width), dtype, query.masked)
    if not p.on("return_attention_scores"):
        return (output,)
    batch = tuple(q[axis] for axis in range(len(q) - 1) if axis not in axes)
    scores = (*batch, p.whole("num_heads"), *(q[axis] for axis in axes), *(v[axis] for axis in axes))
    return (output, TensorSpec(scores, dtype))


def _check_masks(
    p: Settings, query: TensorSpec, value: TensorSpec, key: TensorSpec | None, masks: tuple[TensorSpec | None, ...]
) -> None:
    name = "MultiHeadAttention"
    query_mask, value_mask, key_mask, attention_mask = masks
    asked, answered = query.shape[:-1], value.shape[:-1]
    for port, mask, wanted in (("query_mask", query_mask, asked), ("value_mask", value_mask, answered)):
        check_mask(name, port, mask, wanted)
    check_mask(name, "key_mask", key_mask, answered)
    several = [value_mask, key_mask, *(spec for spec in (value, key) if spec is not None and spec.masked)]
    if len(asked) > 2 and any(mask is not None for mask in several):
        raise ShapeError(
            "shape.mask",
            f"{name} can leave out values of sequences only; with {shape_text(value.shape)}, its values come with a "
            "mask. Reshape the axes to be attended over into one.",
            port="value",
        )
    if attention_mask is not None:
        heads = (p.whole("num_heads"),) if len(attention_mask.shape) == len(asked) + len(answered) else ()
        check_mask(
            name, "attention_mask", attention_mask, (asked[0], *heads, *asked[1:], *answered[1:]), stretches=True
        )
        if len(attention_mask.shape) < 2 * (len(asked) - 1):
            raise wrong_rank(name, "a mask (batch, queries, values)", 3, attention_mask.shape, "attention_mask")


def _widths(p: Settings) -> tuple[int, int, int]:
    key_dim = p.whole("key_dim")
    value_dim = p["value_dim"]
    return p.whole("num_heads"), key_dim, value_dim if isinstance(value_dim, int) else key_dim


def _multi_head_weights(
    p: Settings, query: TensorSpec, value: TensorSpec, key: TensorSpec | None = None, *masks: object
) -> tuple[Weight, ...]:
    heads, key_dim, value_dim = _widths(p)
    features = query.shape[-1]
    width = (features,) if p["output_shape"] is None else p.dims("output_shape")
    into: list[tuple[str, int | None, int]] = [
        ("query", features, key_dim),
        ("key", (key or value).shape[-1], key_dim),
        *((("gate", features, value_dim),) if p.on("use_gate") else ()),
        ("value", value.shape[-1], value_dim),
    ]
    made: list[Weight] = []
    for name, size, each in into:
        made += _dense(p, name, (_known(size), heads, each), (heads, each))
    out = tuple(_known(size) for size in width)
    made += _dense(p, "attention_output", (heads, value_dim, *out), out)
    return variables(p, *made)


def _dense(p: Settings, name: str, kernel: tuple[int, ...], bias: tuple[int, ...]) -> list[Weight]:
    weights = [Weight(f"{name}/kernel", kernel)]
    return [*weights, Weight(f"{name}/bias", bias)] if p.on("use_bias") else weights


def _known(size: int | None) -> int:
    assert size is not None
    return size


def _multi_head_cost(
    p: Settings, query: TensorSpec, value: TensorSpec, key: TensorSpec | None = None, *masks: object
) -> int | None:
    heads, key_dim, value_dim = _widths(p)
    asked, answered = product(query.shape[1:-1]), product(value.shape[1:-1])
    axes = _attended(p, len(query.shape))
    each = product(tuple(value.shape[axis] for axis in axes))
    if asked is None or answered is None or each is None:
        return None
    places = {"query": asked, "gate": asked, "attention_output": asked, "key": answered, "value": answered}
    kernels = [w for w in _multi_head_weights(p, query, value, key) if w.name.endswith("kernel")]
    projections = sum(places[w.name.partition("/")[0]] * prod(w.shape) for w in kernels)
    return projections + asked * each * heads * (key_dim + value_dim)


QUERY_HELP, VALUE_HELP, KEY_HELP = (
    "What asks.",
    "What is mixed.",
    "What queries are compared with; the value if not wired.",
)
MASKED_INPUTS = (
    Port("query", help=QUERY_HELP),
    Port("value", help=VALUE_HELP),
    Port("key", optional=True, argument="key", help=KEY_HELP),
    Port("query_mask", optional=True, argument="query_mask", help="Which queries count."),
    Port("value_mask", optional=True, argument="value_mask", help="Which values count."),
    Port("key_mask", optional=True, argument="key_mask", help="Which keys count."),
    Port("attention_mask", optional=True, argument="attention_mask", help="Which query may see which value."),
)
SIMPLE_INPUTS = (
    Port("query", help=QUERY_HELP, gathered=True),
    Port("value", help=VALUE_HELP, gathered=True),
    Port("key", optional=True, help=KEY_HELP, gathered=True),
    Port("query_mask", optional=True, argument="mask", gathered=True, help="Which queries count."),
    Port("value_mask", optional=True, argument="mask", gathered=True, help="Which values count."),
)


def _simple_kind(name: str, title: str, summary: str, params: tuple[Param, ...], weights: WeightRule) -> Kind:
    return Kind(
        name,
        f"keras.layers.{name}",
        title,
        Family.ATTENTION,
        summary,
        _simple(name),
        params=(*params, *ANY),
        inputs=SIMPLE_INPUTS,
        outputs=gives_scores,
        weights=weights,
        multiply_adds=_simple_cost,
        call=CALL,
        headline=("use_scale", "dropout"),
    )


KINDS = (
    Kind(
        "MultiHeadAttention",
        "keras.layers.MultiHeadAttention",
        "Multi-head attention",
        Family.ATTENTION,
        "Lets every step look at every other one, with several heads that look for different things.",
        _multi_head,
        params=(
            Param("num_heads", Integer(1), help="How many heads look.", start=4),
            Param("key_dim", Integer(1), help="The size of queries and keys in each head.", start=32),
            Param("value_dim", Integer(1, optional=True), None, "The size of values in each head; None is key_dim."),
            DROPOUT,
            USE_BIAS,
            Param(
                "output_shape", Dims(optional=True), None, "What the last axis becomes; None keeps the query's.", True
            ),
            Param(
                "attention_axes",
                Axes(several=True, optional=True),
                None,
                "The axes that are attended over; None takes all between batch and features.",
                True,
            ),
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
        weights=_multi_head_weights,
        multiply_adds=_multi_head_cost,
        call=CALL,
        headline=("num_heads", "key_dim"),
    ),
    _simple_kind(
        "Attention",
        "Attention",
        "Mixes values by how well queries and keys agree (dot products).",
        (
            Param("use_scale", Switch(), False, "Whether a learned number scales the scores."),
            Param("score_mode", Choice(("dot", "concat")), "dot", "How a query is compared with a key."),
            DROPOUT,
            SEED,
        ),
        _attention_weights,
    ),
    _simple_kind(
        "AdditiveAttention",
        "Additive attention",
        "Mixes values by how well queries and keys agree (tanh of their sum).",
        (Param("use_scale", Switch(), True, "Whether learned numbers scale the scores."), DROPOUT),
        _additive_weights,
    ),
)

"""Layers in an order that wastes or spoils something: biases, activations, Dropout after the last layer."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import fixes
from studio.analysis.culprits import KEEPING_SIZES
from studio.analysis.drawing import Drawing
from studio.analysis.endings import ELEMENTWISE, FUNCTIONS, REARRANGING, SIZERS, activation_of
from studio.analysis.problem import Problem, Severity
from studio.analysis.record import NodeRecord
from studio.analysis.walking import backwards, first, gives, only_taker
from studio.document.graph import NodeId

BIASED = frozenset(
    {
        "Dense", "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose",
        "SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D",
    }
)  # fmt: skip
"""Layers that add a bias for each channel last."""
DROPPING = frozenset(
    {"Dropout", "AlphaDropout", "GaussianDropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"}
)
NORMALIZING = frozenset(
    {"BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization", "UnitNormalization"}
)
AFFINE = ELEMENTWISE | {"BatchNormalization"}
"""Kinds between two Dense layers that leave them one linear function."""
SIGMOIDS = frozenset({"sigmoid", "hard_sigmoid"})
SATURATING = SIGMOIDS | {"tanh", "hard_tanh", "softsign"}
"""Functions whose slope is almost 0 where they are flat."""
DEEP = 8
"""From so many saturating layers in a row on, little of the gradient arrives at the first."""
FAR = 60


def wasted_bias(record: NodeRecord, drawing: Drawing) -> NodeRecord | None:
    """The layer right before a BatchNormalization whose bias is subtracted again with the mean.

    Source: keras.layers.BatchNormalization, whose `beta` does what the bias was for (Ioffe and Szegedy 2015, 3.2).
    """
    if record.settings is None or not record.wires:
        return None
    source = drawing.record(record.wires[0].source)
    if source.node.kind not in BIASED or source.settings is None or source.owner is not None:
        return None
    values, own, spec = source.settings.values, record.settings.values, gives(source)
    if not values["use_bias"] or values["activation"] not in (None, "linear") or not own["center"]:
        return None
    last = spec is not None and own["axis"] in (-1, spec.rank - 1) and values.get("data_format") != "channels_first"
    return source if last and only_taker(source, drawing) else None


def wasted_biases(drawing: Drawing) -> Iterator[Problem]:
    """One hint for all biases that a BatchNormalization takes away again."""
    if not drawing.biased:
        return
    layers = drawing.in_order(set(drawing.biased.values()))
    record = drawing.record(layers[0])
    many = len(layers) > 1
    who = f"{len(layers)} layers, {record.node.name} first, add biases" if many else "A bias is added"
    yield Problem(
        "stack.bias",
        Severity.HINT,
        f"{who} that the BatchNormalization right behind takes away again with the mean; its own beta does the same. "
        "Set use_bias=False.",
        record.id,
        param="use_bias",
        mending=drawing.later(
            record,
            lambda: (
                fixes.fix_many(
                    [(id_, {"use_bias": False}) for id_ in layers],
                    f"Set use_bias=False on {f'all {len(layers)}' if many else record.node.name}",
                ),
            ),
        ),
    )


def linear(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """A Dense behind a Dense without a function between them: together they are one linear function.

    A narrow one in the middle is meant: a code, or a kernel of low rank.
    """
    for source in backwards(record, drawing, looked, len(AFFINE)):
        if not only_taker(source, drawing):
            return
        if source.node.kind == "Dense":
            break
        if source.node.kind not in AFFINE:
            return
    else:
        return
    came, between, out = first(source), gives(source), gives(record)
    if activation_of(source) != "linear" or came is None or between is None or out is None:
        return
    before, middle, after = came.shape[-1], between.shape[-1], out.shape[-1]
    if before is None or middle is None or after is None or middle < min(before, after):
        return
    yield Problem(
        "stack.linear",
        Severity.WARNING,
        f"{source.node.name} has no activation, so it and {record.node.name} together can do no more than one Dense: "
        "a linear function of a linear function is linear. Give it an activation.",
        source.id,
        param="activation",
        also=(record.id,),
        mending=drawing.later(
            record,
            lambda: [
                fixes.fix_params(source, {"activation": name}, f"Use {name} on {source.node.name}")
                for name in ("relu", "gelu")
            ],
        ),
    )


def saturating(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """A long way back from an Output through layers whose functions are flat almost everywhere."""
    found: list[NodeRecord] = []
    sigmoids = 0
    for source in backwards(record, drawing, looked, FAR):
        if len(source.wires) != 1 or source.node.kind in NORMALIZING:
            break
        function = FUNCTIONS.get(source.node.kind) or activation_of(source)
        if function in SATURATING and source.node.kind in SIZERS.keys() | {"Activation"}:
            found.append(source)
            sigmoids += function in SIGMOIDS
        elif source.node.kind not in KEEPING_SIZES | REARRANGING | SIZERS.keys():
            break
    hidden = [source for source in found if source.id != record.wires[0].source]
    if len(hidden) < DEEP:
        return
    yield Problem(
        "stack.saturating",
        Severity.WARNING if sigmoids > len(found) // 2 else Severity.HINT,
        f"{len(hidden)} layers in a row end with sigmoid or tanh, which are flat almost everywhere: hardly any "
        f"gradient arrives at {hidden[-1].node.name}. Use relu, or normalize between them.",
        hidden[-1].id,
        param="activation",
        also=(hidden[0].id,),
        mending=drawing.later(
            record,
            lambda: (
                fixes.fix_many(
                    [(source.id, {"activation": "relu"}) for source in hidden], f"Use relu on all {len(hidden)}"
                ),
            ),
        ),
    )


def after_the_last(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """Dropout between the last layer and its Output, or BatchNormalization with nothing behind it."""
    if record.settings is None or record.settings.values["loss"] is None:
        return
    is_linear = True
    ending: list[NodeRecord] = []
    for source in backwards(record, drawing, looked, FAR):
        kind = source.node.kind
        if kind in DROPPING or (kind == "BatchNormalization" and is_linear):
            ending.append(source)
        elif kind in FUNCTIONS or kind == "Activation":
            is_linear = is_linear and activation_of(source) == "linear"
        elif kind not in ELEMENTWISE and kind not in REARRANGING:
            break
    else:
        return
    if source.node.kind not in SIZERS:
        return
    for late in ending:
        if late.settings is None or late.settings.values.get("rate") == 0:
            continue
        yield _late(late, source, record, drawing)


def _late(late: NodeRecord, last: NodeRecord, output: NodeRecord, drawing: Drawing) -> Problem:
    if late.node.kind in DROPPING:
        text = (
            f"{late.node.kind} stands between the last layer, {last.node.name}, and the Output: in training it sets "
            "some of the predictions themselves to 0. Put it before the last layer, or take it away."
        )
    else:
        text = (
            f"BatchNormalization after the last layer, {last.node.name}, forces the predictions of every batch to one "
            "mean and spread, whatever the targets are. Put it before the last layer, or take it away."
        )
    return Problem(
        "stack.after_last",
        Severity.WARNING,
        text,
        late.id,
        also=(output.id,),
        mending=drawing.later(late, lambda: fixes.moved_before(drawing, late, last)),
    )


def twice(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """Softmax or sigmoid of what went through softmax or sigmoid already: the differences shrink to almost none."""
    function = activation_of(record)
    if function not in SIGMOIDS | {"softmax"}:
        return
    for source in backwards(record, drawing, looked, FAR):
        if source.node.kind in ELEMENTWISE or source.node.kind in REARRANGING:
            continue
        before = activation_of(source)
        if before in SIGMOIDS | {"softmax"} and source.node.kind in SIZERS.keys() | FUNCTIONS.keys() | {"Activation"}:
            yield Problem(
                "stack.twice",
                Severity.WARNING,
                f"{function} is applied to what {before} of {source.node.name} made already, which leaves all values "
                "close to each other. Take one of them away.",
                record.id,
                also=(source.id,),
                mending=drawing.later(record, lambda: fixes.taken_out(drawing, record)),
            )
        return

"""Recurrent layers that run slowly, or that remember what they should not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from studio.analysis import fixes
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.catalog.registry import KINDS
from studio.core.values import Inner, Params, Value
from studio.document.graph import NodeId

FAST: Mapping[str, Mapping[str, Value]] = {
    "LSTM": {
        "recurrent_dropout": 0.0, "activation": "tanh", "recurrent_activation": "sigmoid", "unroll": False,
        "use_bias": True,
    },
    "GRU": {
        "recurrent_dropout": 0.0, "activation": "tanh", "recurrent_activation": "sigmoid", "unroll": False,
        "use_bias": True, "reset_after": True,
    },
}  # fmt: skip
"""What the fast GPU version can do and nothing else.

Source: keras.src.layers.rnn.lstm.LSTM.inner_loop, keras.src.backend.tensorflow.rnn.cudnn_ok.
"""


def check(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """What there is to say of a recurrent layer, or of the one in a wrapper."""
    if record.settings is None or record.owner is not None:
        return
    wrapped = record.settings.values.get("layer")
    kind, params = record.node.kind, record.settings.values
    if isinstance(wrapped, Inner):
        declared = KINDS.get(wrapped.kind)
        if declared is None:
            return
        kind, params = wrapped.kind, declared.settings(wrapped.params).values
    inner = wrapped if isinstance(wrapped, Inner) else None
    slow = [name for name, value in FAST.get(kind, {}).items() if (params[name] or value) != value]
    if slow and params["use_cudnn"]:
        yield _slow(record, inner, kind, slow, params, drawing)
    if params.get("stateful"):
        yield _stateful(record, inner, kind, drawing)


def _slow(
    record: NodeRecord, inner: Inner | None, kind: str, names: list[str], params: Mapping[str, Value], drawing: Drawing
) -> Problem:
    name = names[0]
    wanted = FAST[kind][name]
    return Problem(
        "recurrent.slow",
        Severity.HINT,
        f"{kind} with {name}={params[name]!r} cannot use the fast version for GPUs, which knows {name}={wanted!r} "
        f"only: on a GPU this layer takes several times as long. Set {name} back where you do not need it.",
        record.id,
        param="layer" if inner else name,
        mending=drawing.later(record, lambda: _set(record, inner, {name: FAST[kind][name] for name in names})),
    )


def _stateful(record: NodeRecord, inner: Inner | None, kind: str, drawing: Drawing) -> Problem:
    return Problem(
        "recurrent.stateful",
        Severity.WARNING,
        f"{kind} is stateful: each batch goes on from the state of the one before. But the examples are split and "
        "shuffled at random, so the one before has nothing to do with it. Set stateful=False.",
        record.id,
        param="layer" if inner else "stateful",
        mending=drawing.later(record, lambda: _set(record, inner, {"stateful": False})),
    )


def _set(record: NodeRecord, inner: Inner | None, params: Params) -> tuple[Fix, ...]:
    label = "Set " + ", ".join(f"{name}={value!r}" for name, value in params.items()) + f" on {record.node.name}"
    if inner is None:
        return (fixes.fix_params(record, params, label),)
    return (fixes.fix_params(record, {"layer": Inner(inner.kind, {**inner.params, **params})}, label),)

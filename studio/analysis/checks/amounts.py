"""Sizes that are too large or nothing at all, and weights that nothing can train."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import fixes
from studio.analysis.adapters import pooled
from studio.analysis.drawing import Drawing
from studio.analysis.endings import ELEMENTWISE
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.analysis.totals import tally
from studio.analysis.walking import backwards, first, only_taker
from studio.core.tensors import TensorSpec, shape_text
from studio.core.wording import bytes_text
from studio.document.graph import NodeId

HUGE = 10_000_000
"""So many weights in one Dense behind a Flatten are worth a word."""


def empty(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """A tensor without numbers in it, where it arises. TensorFlow ends the whole process at a Dense behind it."""
    arriving = [argument for argument in record.arguments or () if isinstance(argument, TensorSpec)]
    out = next((spec for spec in record.outputs.values() if spec is not None and 0 in spec.shape), None)
    if out is None or any(0 in spec.shape for spec in arriving):
        return
    yield Problem(
        "shape.empty",
        Severity.ERROR,
        f"{shape_text(out.shape)} comes out: a size is 0, so there is nothing in it and nothing to learn from. "
        "Take at least 1 along every axis.",
        record.id,
        param=next(iter(record.node.params), None),
        mending=drawing.later(record, lambda: fixes.taken_out(drawing, record)),
    )


def flattened(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """A Dense with very many weights, because it sees every pixel of a flattened image by itself."""
    if not record.wires or record.owner is not None:
        return
    for source in backwards(record, drawing, looked, len(ELEMENTWISE)):
        if source.node.kind == "Flatten":
            break
        if source.node.kind not in ELEMENTWISE:
            return
    else:
        return
    came, spec = first(source), first(record)
    weights = tally(record).weights or ()
    size = sum(weight.size for weight in weights)
    if came is None or spec is None or size < HUGE:
        return
    yield Problem(
        "size.flatten",
        Severity.HINT,
        f"{source.node.name} hands {spec.shape[-1]:,} numbers to {record.node.name}, which needs {size:,} weights for "
        f"them ({bytes_text(4 * size)}, and three times that to train). Pool {shape_text(came.shape)} first.",
        record.id,
        also=(source.id,),
        mending=drawing.later(record, lambda: _smaller(source, came, drawing)),
    )


def _smaller(source: NodeRecord, came: TensorSpec, drawing: Drawing) -> Iterator[Fix]:
    for adapter in pooled(came):
        if adapter.kind.startswith("Global"):
            if only_taker(source, drawing) and len(drawing.inference.layer(source)) == 1:
                yield fixes.replace_kind(source, adapter.kind, adapter.params, adapter.out)
        else:
            yield fixes.insert(
                source.wires[0], adapter.kind, adapter.params, adapter.out, f" before {source.node.name}"
            )


def untrained(drawing: Drawing) -> Iterator[Problem]:
    """A model in which there is nothing that training could change."""
    if not drawing.outputs or not drawing.inputs or drawing.inference.stuck:
        return
    frozen: list[NodeRecord] = []
    for id_ in reversed(drawing.inference.order):
        record = drawing.record(id_)
        if record.node.kind in ("Input", "Output"):
            continue
        weights = tally(record).weights
        if weights is None or any(weight.trainable for weight in weights):
            return  # something learns, or it is not known yet
        if weights and record.settings is not None and record.settings.values.get("trainable") is False:
            frozen.append(record)
    what = "Every layer with weights is frozen (trainable=False)" if frozen else "No layer of this model has weights"
    yield Problem(
        "train.nothing",
        Severity.WARNING,
        f"{what}, so training changes nothing. {'Let the last one learn.' if frozen else 'Add one that learns.'}",
        frozen[0].id if frozen else None,
        param="trainable" if frozen else None,
        mending=drawing.later(
            None,
            lambda: [
                fixes.fix_params(record, {"trainable": True}, f"Set trainable=True on {record.node.name}")
                for record in frozen[:1]
            ],
        ),
    )

"""Merging layers that Keras lets pass though the shapes are hardly those that were meant."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import fixes
from studio.analysis.adapters import Adapter, adapted, reducing, reshaped
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.analysis.walking import gives, merged
from studio.core.tensors import TensorSpec, shape_text
from studio.core.wording import listed
from studio.document.graph import NodeId


def is_uneven(record: NodeRecord, drawing: Drawing) -> bool:
    """Whether other shapes are merged than one."""
    specs = merged(record)
    return any(spec.shape != specs[0].shape for spec in specs)


def is_along_batch(record: NodeRecord, drawing: Drawing) -> bool:
    """Whether several tensors are joined along the batch."""
    specs = merged(record)
    return record.settings is not None and len(specs) > 1 and record.settings.values["axis"] in (0, -specs[0].rank)


def stretched(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """Tensors that are stretched over each other, both ways, or that have other numbers of axes.

    Source: keras.src.layers.merging.base_merge. A size 1 in one of them only is a gate, and meant.
    """
    specs, out = merged(record), gives(record)
    if out is None or not is_uneven(record, drawing):
        return
    both = all(spec.shape != out.shape for spec in specs)
    if not both and all(spec.rank == out.rank for spec in specs):
        return
    came = listed([shape_text(spec.shape) for spec in dict.fromkeys(specs)])
    if both:
        severity = Severity.WARNING
        text = f"{record.node.kind} stretches its inputs over each other: {came} become {shape_text(out.shape)}"
    else:
        severity = Severity.HINT
        text = f"{record.node.kind} gets tensors with different numbers of axes, {came}, and aligns them from the right"
    yield Problem(
        "merge.stretched",
        severity,
        f"{text}. Keras does so without a word; give them one shape if that is not what you mean.",
        record.id,
        record.wires[0].target_port,
        mending=drawing.later(record, lambda: _alike(record, drawing)),
    )


def _alike(record: NodeRecord, drawing: Drawing) -> Iterator[Fix]:
    """Another arrangement of the same numbers on one wire."""
    for reference in record.wires:
        wanted = drawing.spec(reference)
        for wire in record.wires:
            spec = drawing.spec(wire)
            if spec is None or wanted is None:
                continue
            for adapter in (*filter(None, (reshaped(spec, wanted),)), *_raised(spec, wanted)):
                yield fixes.insert(wire, adapter.kind, adapter.params, adapter.out)


def _raised(spec: TensorSpec, wanted: TensorSpec) -> Iterator[Adapter]:
    """The same with sizes of 1 in front, as it is stretched anyhow; or the other without its further axes."""
    if spec.rank < wanted.rank and None not in spec.shape[1:]:
        ones = (1,) * (wanted.rank - spec.rank)
        adapter = adapted(spec, "Reshape", {"target_shape": (*ones, *spec.shape[1:])})
        if adapter is not None:
            yield adapter
    elif spec.rank > wanted.rank:
        yield from (each for each in reducing(spec, wanted.rank) if each.out.shape == wanted.shape)


def batches(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """A Concatenate along the batch."""
    if not is_along_batch(record, drawing):
        return
    yield Problem(
        "merge.batch",
        Severity.WARNING,
        "Concatenate joins along axis 0, the batch: examples are put under each other, and there are more predictions "
        "than targets. Join along another axis.",
        record.id,
        param="axis",
        mending=drawing.later(record, lambda: [fixes.set_own(record, {"axis": axis}) for axis in (-1, 1)]),
    )

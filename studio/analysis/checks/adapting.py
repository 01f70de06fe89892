"""Layers that learn from the training data before training: what they wait for, and where nobody could adapt them."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import fixes, structure
from studio.analysis.binding import INPUT_KIND
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Problem, Severity
from studio.analysis.record import NodeRecord
from studio.catalog.registry import KINDS
from studio.core.values import Inner
from studio.document.graph import NodeId


def check(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """Whether a layer learns from the training data, and can."""
    kind, settings = record.kind, record.settings
    if kind is None or settings is None or record.owner is not None or not kind.adapts(settings):
        return
    if not drawing.is_model:
        yield Problem(
            "adapt.inside",
            Severity.ERROR,
            f"{kind.title} learns from the training data, and inside a block nobody can show them to it. "
            "Put it in front of the block, or give it what it would learn.",
            record.id,
        )
        return
    if settings.values.get("output_mode") == "tf_idf":
        yield Problem(
            "adapt.reload",
            Severity.WARNING,
            "Keras 3.15 opens a saved model with an adapted tf_idf only if its vocabulary is full. "
            f"Make max_tokens ({settings['max_tokens']}) no larger than there are words, or let it count.",
            record.id,
            param="output_mode",
            mending=drawing.later(record, lambda: (fixes.set_own(record, {"output_mode": "count"}, False),)),
        )
    before = structure.upstream(drawing.graph, [record.id])
    looked |= before - {record.id}
    inputs = [drawing.record(id_) for id_ in before if drawing.graph.nodes[id_].kind == INPUT_KIND]
    unbound = [each for each in inputs if drawing.data.feature(each.node.params.get("feature")) is None]
    if unbound:
        yield Problem(
            "adapt.data",
            Severity.HINT,
            f"{kind.title} is to learn from the training data, but {unbound[0].node.name} in front of it brings none "
            "yet. Choose data and bind it to a feature.",
            record.id,
            also=(unbound[0].id,),
        )
        return
    yield Problem(
        "adapt.pending",
        Severity.HINT,
        f"{kind.title} is adapted on the training data when training starts; until then it has learned nothing.",
        record.id,
    )


def inside(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """Whether a wrapper holds a layer that would have to learn from the training data."""
    for name, value in (record.settings.values if record.settings else {}).items():
        held = KINDS.get(value.kind) if isinstance(value, Inner) else None
        if held is not None and isinstance(value, Inner) and held.adapts(held.settings(value.params)):
            title = record.kind.title if record.kind else record.node.kind
            yield Problem(
                "adapt.inside",
                Severity.ERROR,
                f"{held.title} learns from the training data, and inside {title} nobody can show them to it. "
                "Put it in front, or give it what it would learn.",
                record.id,
                param=name,
            )

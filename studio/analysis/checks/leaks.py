"""What is to be predicted, wired in as something to predict it from."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import fixes, structure
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.core.wording import listed
from studio.document.data_choice import Feature
from studio.document.encoded import CLASSES, encoded, encoded_shape, rows
from studio.document.graph import Edge, NodeId


def check(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """Every Input that leads to the Output and knows its target."""
    target = drawing.data.feature(record.node.params.get("target"))
    looked |= drawing.inputs
    if target is None:
        return
    suspects = [
        (id_, feature)
        for id_ in drawing.inputs
        if (feature := drawing.data.feature(drawing.record(id_).node.params.get("feature"))) is not None
        and not set(feature.columns).isdisjoint(target.columns)
        and _meet(feature, target)
        and not _reconstructs(feature, target)
    ]
    if not suspects:
        return
    before = structure.upstream(drawing.graph, (record.id,))
    for id_, feature in sorted(suspects):
        if id_ in before:
            yield _leak(drawing.record(id_), feature, target, record, drawing)


def _meet(feature: Feature, target: Feature) -> bool:
    """Whether the rows that two features see overlap: the past of what is to be foretold is no leak."""
    (begin, end), (after, last) = rows(feature), rows(target)
    return begin < last and after < end


def _reconstructs(feature: Feature, target: Feature) -> bool:
    """Whether a whole image, sequence or row is to be given back: an autoencoder."""
    label = target.encoding in CLASSES
    return feature.columns == target.columns and not label and encoded_shape(target) not in ((), (1,))


def _leak(entry: NodeRecord, feature: Feature, target: Feature, output: NodeRecord, drawing: Drawing) -> Problem:
    shared = [column for column in feature.columns if column in target.columns]
    whole = len(shared) == len(feature.columns)
    what = f"“{feature.name}” is" if whole else f"“{feature.name}” holds {listed([f'“{each}”' for each in shared])},"
    return Problem(
        "data.leak",
        Severity.WARNING,
        f"{what} what {output.node.name} is to predict: the model only has to hand it on, and learns nothing "
        "that helps where the answer is not known. Take it out of the inputs.",
        entry.id,
        param="feature",
        also=(output.id,),
        mending=drawing.later(entry, lambda: _without(entry, feature, shared, drawing)),
    )


def _without(entry: NodeRecord, feature: Feature, shared: list[str], drawing: Drawing) -> Iterator[Fix]:
    left = tuple(column for column in feature.columns if column not in shared)
    if left and feature.shape == (len(feature.columns),):
        what = listed([f"“{each}”" for each in shared])
        yield fixes.take_columns(feature, left, f"Take {what} out of “{feature.name}”", entry)
    used = {drawing.record(id_).node.params.get("feature") for id_ in drawing.inputs}
    used |= {drawing.record(id_).node.params.get("target") for id_ in drawing.outputs}
    for other in drawing.data.features:
        same = encoded(other) == encoded(feature)._replace(dtype=encoded(other).dtype)
        if same and other.name not in used and set(other.columns).isdisjoint(shared):
            yield fixes.bind(entry, other, f"Take “{other.name}” instead")
    leaving = drawing.graph.outgoing(entry.id)
    if all(_has_others(wire, drawing) for wire in leaving):
        yield fixes.delete(entry)


def _has_others(wire: Edge, drawing: Drawing) -> bool:
    """Whether further wires arrive at the list port at which a wire ends."""
    target = drawing.record(wire.target)
    port = target.kind.input(wire.target_port) if target.kind is not None else None
    beside = sum(each.target_port == wire.target_port for each in target.wires) - 1
    return port is not None and port.many and beside >= port.at_least

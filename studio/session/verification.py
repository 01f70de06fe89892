"""Whether Keras says the same as the studio: shapes and weights of every layer, compared node by node."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.tensors import shape_text
from studio.document.graph import NodeId
from studio.protocol.messages import LayerReport, Verified
from studio.session.session import Session


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Keras and the studio differ about a node. That is our bug, whoever is right in the end."""

    node: NodeId
    text: str


def disagreements(session: Session, verified: Verified) -> tuple[Disagreement, ...]:
    """Compare what Keras built with what analysis says, for every node that became a layer.

    Nodes that share a layer are compared call by call, in the order of the program.
    """
    reports = {report.name: report for report in verified.layers}
    calls: dict[str, int] = {}
    found: list[Disagreement] = []
    for node, layer in session.program().layers.items():
        call = calls.get(layer, 0)
        calls[layer] = call + 1
        report = reports.get(layer)
        if report is None:
            found.append(Disagreement(node, f"Keras has no layer “{layer}”, which the studio drew."))
            continue
        found += _shape_differences(session, node, report, call)
        if call == 0:
            found += _weight_differences(session, node, report)
    return tuple(found)


def _shape_differences(session: Session, node: NodeId, report: LayerReport, call: int) -> list[Disagreement]:
    if call >= len(report.outputs):
        return [Disagreement(node, f"Keras calls “{report.name}” {len(report.outputs)} times, the studio more often.")]
    theirs = [tuple(shape) for shape in report.outputs[call]]
    ours = [spec.shape if spec else None for spec in session.analysis.outputs(node).values()]
    if ours == theirs:
        return []
    said = ", ".join("unknown" if shape is None else shape_text(shape) for shape in ours)
    return [Disagreement(node, f"The studio says {said}; Keras says {', '.join(map(shape_text, theirs))}.")]


def _weight_differences(session: Session, node: NodeId, report: LayerReport) -> list[Disagreement]:
    ours = [(weight.shape, weight.trainable) for weight in session.analysis.weights(node) or ()]
    theirs = [(tuple(shape), trainable) for _, shape, trainable in report.weights]
    if sorted(ours) == sorted(theirs):
        return []
    return [Disagreement(node, f"The studio counts the weights {ours}; Keras has {theirs}.")]

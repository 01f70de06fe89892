"""What is wrong with the model as a whole: no Input, no Output, too deep for Keras."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import fixes, structure
from studio.analysis.binding import OUTPUT_KIND
from studio.analysis.checks import losses
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix, Problem, Severity

DEEPEST = 970
"""The most layers in a row of which Keras can surely make a model.

Python allows 1,000 calls within each other. Measured on Keras 3.15.1: 989 layers from the top of a script, 985 as a
Sequential; what calls `build_model()`, in a script or in the engine, takes some more.
"""


def check(drawing: Drawing) -> Iterator[Problem]:
    """What no single node is at fault for."""
    if not drawing.inputs:
        yield Problem(
            "structure.no_input",
            Severity.ERROR,
            "The model has no Input, so nothing can enter it. Add one from the palette and wire it to the first layer.",
        )
    if not drawing.outputs:
        yield Problem(
            "structure.no_output",
            Severity.ERROR,
            "The model has no Output, so nothing can be learned. Add one from the palette behind the last layer.",
            mending=drawing.later(None, lambda: _outputs(drawing)),
        )


def depth(drawing: Drawing) -> Iterator[Problem]:
    """A model that is too deep for Keras; to be looked at when the structure changed."""
    if drawing.inference.levels <= DEEPEST:
        return
    ends = [node for node in drawing.graph.nodes if node in drawing.outputs]
    wires = {id_: record.wires for id_, record in drawing.inference.records.items()}
    deep, end = structure.deepest_walk(wires, ends)
    if deep > DEEPEST:
        yield Problem(
            "depth.limit",
            Severity.ERROR,
            f"{deep:,} layers follow each other here; Keras ends with a RecursionError beyond about {DEEPEST}. "
            "Make the chain shorter.",
            end,
        )


def _outputs(drawing: Drawing) -> tuple[Fix, ...]:
    found = []
    for id_ in drawing.in_order(drawing.unused - drawing.inputs):
        record = drawing.record(id_)
        if record.ports and record.outputs.get(record.ports[0].name) is not None:
            label = f"Add an Output after {record.node.name}"
            params = losses.suited(record, drawing)
            if params:
                label = f"{label} for “{params['target']}”"
            found.append(fixes.add_after(label, id_, record.ports[0].name, OUTPUT_KIND, params))
    return tuple(found[-3:])

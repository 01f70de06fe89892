"""What is wrong with the inside of a block as a whole: nothing comes in, or nothing goes out."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis.drawing import Drawing
from studio.analysis.problem import Problem, Severity


def unfinished(drawing: Drawing) -> Iterator[Problem]:
    """A block without Input or Output, of which Keras makes no model."""
    name = drawing.graph.name
    if not drawing.inputs:
        yield Problem(
            "block.no_input",
            Severity.ERROR,
            f"The block “{name}” has no Input, so nothing can enter it. Add one inside and wire it to the first layer.",
        )
    if not drawing.outputs:
        yield Problem(
            "block.no_output",
            Severity.ERROR,
            f"The block “{name}” has no Output, so nothing comes out of it. Add one inside, behind the last layer.",
        )

"""Masks in the drawing: on the wires that carry one, in tooltips, and in the inspector's words."""

from __future__ import annotations

import pytest

from studio.analysis.masks import MaskRole, mask_role
from studio.core.tensors import TensorSpec
from studio.gui.canvas.face import caption, spec_text
from studio.session.session import Session
from tests.notation import graph, node

DRAWN = "input(9) > embed: embedding(50, 8, mask_zero=True) > drop: dropout(0.5) > lstm(4) > out: dense(1) > output"
PLAIN, MASKED = TensorSpec((None, 20, 64)), TensorSpec((None, 20, 64), masked=True)


def test_the_wires_between_where_a_mask_is_made_and_used_carry_it() -> None:
    session = Session(graph(DRAWN))
    drawing = session.document.root
    masked = {
        drawing.nodes[edge.source].name: caption(drawing, session.analysis, edge).masked for edge in drawing.edges
    }
    session.close()
    assert masked == {"input": False, "embed": True, "drop": True, "lstm": False, "out": False}


def test_a_tooltip_says_that_a_mask_comes_along() -> None:
    assert spec_text(MASKED) == "(None, 20, 64) float32, with a mask"
    assert spec_text(PLAIN) == "(None, 20, 64) float32"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("input", None),
        ("embed", MaskRole.MAKES),
        ("drop", MaskRole.PASSES_ON),
        ("lstm", MaskRole.USES),
        ("out", None),
    ],
)
def test_each_node_says_what_it_does_with_the_mask(name: str, expected: MaskRole | None) -> None:
    document = graph(DRAWN)
    session = Session(document)
    at = node(document, name)
    arriving = [session.analysis.edge_spec(edge) for edge in document.root.incoming(at.id)]
    role = mask_role(at.kind, arriving, session.analysis.outputs(at.id).values())
    session.close()
    assert role == expected


@pytest.mark.parametrize(
    ("kind", "arriving", "leaving", "expected"),
    [
        ("Conv1D", [MASKED], [PLAIN], MaskRole.DROPS),
        ("LSTM", [MASKED], [MASKED], MaskRole.USES_AND_PASSES_ON),
        ("Output", [MASKED], [], MaskRole.USES),
        ("Dense", [PLAIN], [PLAIN], None),
        ("Dense", [MASKED], [None], None),
        ("Add", [None, MASKED], [MASKED], MaskRole.PASSES_ON),
    ],
)
def test_what_is_done_follows_from_what_comes_and_goes(
    kind: str, arriving: list[TensorSpec | None], leaving: list[TensorSpec | None], expected: MaskRole | None
) -> None:
    assert mask_role(kind, arriving, leaving) == expected

"""Questions before an edit: verdicts on wires, and the kinds that fit."""

from __future__ import annotations

import pytest

from studio.analysis.analysis import Analysis
from studio.catalog.registry import KINDS, starting_params
from studio.core.tensors import TensorSpec
from studio.document import edits
from tests.notation import graph, node

ENDS = """
    image: input(28,28,1) > c: conv2d(8,3)
    series: input(10,4) > l: lstm(3)
    one: dense(2); rnn: lstm(4); cat: concatenate; dot: dot(1); att: attention
    image > flatten > cat
"""


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("c.output", "one.input", None),
        ("l.output", "one.input", None),
        ("series.output", "rnn.input", None),
        ("l.output", "rnn.input", "shape.rank"),
        ("c.output", "rnn.input", "shape.rank"),
        ("l.output", "cat.inputs.1", None),
        ("c.output", "cat.inputs.1", "shape.merge"),
        ("l.output", "c.input", "shape.rank"),
        ("c.output", "image.input", "port.unknown"),
        ("c.left", "one.input", "port.unknown"),
        ("c.output", "one.kernel", "port.unknown"),
        ("c.output", "c.input", "structure.cycle"),
        ("cat.output", "flatten.input", "structure.cycle"),
        ("series.output", "att.query", None),
        ("rnn.output", "one.input", None),
    ],
)
def test_a_wire_is_judged_before_it_is_drawn(source: str, target: str, code: str | None) -> None:
    document = graph(ENDS)
    analysis = Analysis(document)
    start, leaving = source.split(".")
    end, arriving, *slot = target.split(".")
    ends = (node(document, start).id, leaving, node(document, end).id, arriving)
    verdict = analysis.verdict(*ends, *map(int, slot))
    assert (verdict.code if verdict else None) == code


def test_a_wire_to_a_node_that_is_gone() -> None:
    verdict = Analysis(graph(ENDS)).verdict("nobody", "output", "n1", "input")
    assert verdict is not None
    assert verdict.code == "node.missing"


def test_a_port_for_two_refuses_a_third_but_takes_another_in_place() -> None:
    document = graph("a: input(4,4); b: input(4,4); d: dot(1); a > d; b > d")
    analysis = Analysis(document)
    third = analysis.verdict("n1", "output", node(document, "d").id, "inputs", 2)
    assert third is not None
    assert third.code == "port.crowded"
    assert analysis.verdict("n1", "output", node(document, "d").id, "inputs", 1) is None


def test_a_wire_in_place_of_another_is_judged_without_the_old_one() -> None:
    document = graph("a: input(4,4); b: input(5,5); c: input(4,7); cat: concatenate; a > cat; b > cat")
    analysis = Analysis(document)
    cat = node(document, "cat").id
    assert analysis.verdict("n3", "output", cat, "inputs", 1) is None
    assert analysis.verdict("n3", "output", cat, "inputs", 2) is not None


def names(spec: TensorSpec | None) -> set[str]:
    """The kinds that fit."""
    analysis = Analysis(graph("input(3)"))
    return {kind.name for kind in KINDS.values() if analysis.fits(kind, spec)}


def test_vectors_images_and_sequences_fit_different_kinds() -> None:
    vector, image = names(TensorSpec((None, 10))), names(TensorSpec((None, 28, 28, 3)))
    series = names(TensorSpec((None, 10, 4)))
    assert {"Dense", "Dropout", "Output", "Concatenate", "Add", "RepeatVector"} <= vector
    assert vector.isdisjoint({"Conv2D", "LSTM", "Conv1D", "Bidirectional", "Input"})
    assert {"Conv2D", "MaxPooling2D", "Flatten", "GlobalAveragePooling2D", "BatchNormalization"} <= image
    assert image.isdisjoint({"LSTM", "Conv1D", "RepeatVector"})
    assert {"LSTM", "GRU", "Bidirectional", "Conv1D", "MultiHeadAttention"} <= series
    assert series.isdisjoint({"Conv2D", "RepeatVector"})


def test_an_unknown_tensor_fits_whatever_has_an_input() -> None:
    assert {"Dense", "Conv2D", "LSTM"} <= names(None)
    assert "Input" not in names(None)


def test_every_kind_that_fits_is_accepted_when_it_is_added() -> None:
    document = graph("x: input(12,12,4)")
    analysis = Analysis(document)
    spec = analysis.outputs("n1")["output"]
    for kind in [each for each in KINDS.values() if analysis.fits(each, spec)]:
        new = edits.new_node(document, kind.name, 0, 0, starting_params(kind.name))
        document.apply(edits.add_node(new))
        assert analysis.verdict("n1", "output", new.id, kind.inputs[0].name) is None, kind.name

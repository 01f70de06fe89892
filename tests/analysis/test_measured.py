"""What a look at all of the data says of the numbers in it, against what the drawing expects of them."""

from __future__ import annotations

from studio.analysis.analysis import Analysis
from studio.document import edits
from studio.document.data_choice import DataChoice, Encoding, Feature, FolderSource, NpzSource
from studio.document.document import Document
from tests.notation import graph

IMAGE = Feature("x", ("file",), (8, 8, 3), "float32", Encoding.IMAGE)
LABEL = Feature("y", ("labels",), (), "int64")
DRAWING = (
    'input(8, 8, 3, feature="x") > flatten > dense(4, activation="softmax") > '
    'output(target="y", loss="sparse_categorical_crossentropy")'
)


def drawn(*features: Feature) -> tuple[Document, Analysis]:
    document = graph(DRAWING)
    source = FolderSource("images") if IMAGE in features else NpzSource("images.npz")
    document.apply(edits.set_data(document, DataChoice(source, features)))
    return document, Analysis(document)


def codes(analysis: Analysis) -> list[str]:
    return [problem.code for problem in analysis.problems]


def test_pixels_that_were_measured_are_to_be_scaled_and_the_fix_keeps_reading_files() -> None:
    document, analysis = drawn(IMAGE, LABEL)
    assert codes(analysis) == []
    analysis.measure({"x": (0.0, 255.0)})
    (problem,) = analysis.problems
    assert problem.code == "data.pixels"
    document.apply(problem.fixes[0].make(document))
    assert codes(analysis) == []
    image = document.data.feature("x")
    assert image is not None
    assert (image.encoding, image.scale, image.span) == (Encoding.IMAGE, 1 / 255, None)


def test_class_numbers_that_were_measured_need_a_unit_each() -> None:
    document, analysis = drawn(IMAGE, LABEL)
    analysis.measure({"y": (0.0, 3.0)})
    assert codes(analysis) == []
    analysis.measure({"y": (0.0, 4.0)})
    (problem,) = analysis.problems
    assert problem.code == "loss.units"
    document.apply(problem.fixes[0].make(document))
    assert codes(analysis) == []


def test_what_was_measured_holds_until_something_else_is() -> None:
    document, analysis = drawn(IMAGE, LABEL)
    analysis.measure({"y": (0.0, 9.0)})
    document.apply(edits.rename(document, next(iter(document.root.nodes)), "other"))
    assert codes(analysis) == ["loss.units"]
    analysis.measure({})
    assert codes(analysis) == []


def test_measuring_tells_whose_problems_are_others() -> None:
    _, analysis = drawn(IMAGE, LABEL)
    told: list[frozenset[str]] = []
    analysis.updated.connect(told.append)
    analysis.measure({"y": (0.0, 9.0)})
    assert len(told) == 1
    assert {problem.node for problem in analysis.problems} <= told[0]

"""A table that is to be kept on disk and cannot be: why, and that the program then reads it into memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.analysis.analysis import Analysis
from studio.document import edits
from studio.document.data_choice import (
    CsvSource,
    DataChoice,
    Encoding,
    Feature,
    JsonSource,
    Missing,
    ParquetSource,
    Split,
    SplitBy,
    Window,
)
from studio.document.document import Document
from studio.program.writer import write
from tests.notation import graph

X = Feature("x", ("a", "b"), (2,))
Y = Feature("y", ("y",), (1,))
PAST = Feature("x", ("a", "b"), (4, 2), missing=Missing.DROP, window=Window(-3, 4))
IMAGE = Feature("x", ("file",), (8, 8, 3), "uint8", Encoding.IMAGE, 1 / 255)
BY_TIME = Split(0.2, 0.0, 1, SplitBy.TIME)
REFUSED = {
    "parquet": (DataChoice(ParquetSource("t.parquet"), (X, Y)), "only a CSV or JSON lines"),
    "test file": (DataChoice(CsvSource("t.csv", test_path="u.csv"), (X, Y)), "the test part is a file of its own"),
    "files": (DataChoice(CsvSource("t.csv"), (IMAGE, Y)), "its cells name files"),
    "gaps": (DataChoice(CsvSource("t.csv"), (PAST, Y), BY_TIME), "windows have to leave out the rows with gaps"),
}
KEPT = {
    "csv": DataChoice(CsvSource("t.csv"), (X, Y)),
    "json": DataChoice(JsonSource("t.jsonl"), (replace(X, missing=Missing.DROP), Y)),
    "windows": DataChoice(CsvSource("t.csv"), (replace(PAST, missing=Missing.FILL), Y), BY_TIME),
    "an image that no Input takes": DataChoice(CsvSource("t.csv"), (X, Y, replace(IMAGE, name="photo"))),
}


def drawn(data: DataChoice) -> Document:
    shape = ", ".join(map(str, data.features[0].shape))
    document = graph(f'input({shape}, feature="x") > flatten > dense(1) > output(target="y", loss="mse")')
    document.apply(edits.set_data(document, replace(data, on_disk=True)))
    return document


@pytest.mark.parametrize("case", REFUSED)
def test_why_a_table_is_in_memory_is_said_and_taken_back(case: str) -> None:
    data, why = REFUSED[case]
    document = drawn(data)
    analysis = Analysis(document)
    (problem,) = (each for each in analysis.problems if each.code == "data.in_memory")
    assert why in problem.text
    assert not write(document).data.is_stored
    document.apply(problem.fixes[0].make(document))
    assert not document.data.on_disk
    assert "data.in_memory" not in [each.code for each in analysis.problems]


@pytest.mark.parametrize("case", KEPT)
def test_a_table_that_can_be_kept_is_kept(case: str) -> None:
    document = drawn(KEPT[case])
    assert "data.in_memory" not in [each.code for each in Analysis(document).problems]
    assert write(document).data.is_stored

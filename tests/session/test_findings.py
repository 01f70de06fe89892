"""What real data says of a drawing: data with a fault raises its finding, other data does not, and a fix mends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Problem, Severity
from studio.core.files import write_atomic
from studio.document import edits
from studio.document.data_choice import (
    CsvSource,
    DataChoice,
    DatePart,
    Encoding,
    Feature,
    FolderSource,
    Missing,
    NpzSource,
    Split,
    SplitBy,
    Window,
)
from studio.document.document import Document
from studio.program.writer import write
from studio.protocol.messages import Event, Inspect, Inspected, Measured
from studio.session.findings.everything import errors, findings
from studio.session.findings.subject import Looked, raw_choice, spans
from tests.notation import graph
from tests.program.files import picture

RNG = np.random.default_rng(7)
HALF = Split(0.5)
NUMBERS = 'input(2, feature="x") > dense(1) > output(target="y", loss="mse")'
CLASSES = 'input(2, feature="x") > dense(3, activation="softmax") > output(target="y", loss="LOSS")'
SPARSE = CLASSES.replace("LOSS", "sparse_categorical_crossentropy")
X = Feature("x", ("a", "b"), (2,), "float32")
Y = Feature("y", ("y",), (), "float32")
KIND = Feature("y", ("y",), (), "int64", Encoding.CATEGORY, classes=("ant", "bee", "cat"))


def document(drawing: str, choice: DataChoice) -> Document:
    made = graph(drawing)
    made.apply(edits.set_data(made, choice))
    return made


def look(drawn: Document, folder: Path) -> Looked:
    """What the engine measures of a project's data."""
    from studio.engine.inspecting import run_inspection
    from studio.engine.stopping import StopSign

    program = write(drawn.seen_with(raw_choice(drawn.data)), base=folder)
    write_atomic(folder / "program.py", program.text.encode())
    heard: list[Event] = []
    end = run_inspection(Inspect("r", str(folder / "program.py")), heard.append, StopSign())
    assert end == Inspected("r", False), end
    (measured,) = (event for event in heard if isinstance(event, Measured))
    return Looked(drawn.data, program.data, measured)


def found(drawn: Document, folder: Path) -> dict[str, Problem]:
    problems = findings(look(drawn, folder), drawn)
    assert len({problem.code for problem in problems}) == len(problems), problems
    return {problem.code: problem for problem in problems}


def table(folder: Path, columns: dict[str, list[object]]) -> CsvSource:
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    (folder / "bees.csv").write_text("".join(f"{line}\n" for line in lines))
    return CsvSource("bees.csv")


def normal(count: int = 60) -> list[object]:
    return [round(float(number), 6) for number in RNG.normal(size=count)]


def numbers(folder: Path, *features: Feature, split: Split = HALF, **columns: list[object]) -> Document:
    """A regression from two columns that are in order, with other columns in their place."""
    source = table(folder, {"a": normal(), "b": normal(), "y": normal(), **columns})
    return document(NUMBERS, DataChoice(source, features or (X, Y), split))


def kinds(folder: Path, labels: list[object], target: Feature = KIND, split: Split = HALF) -> Document:
    source = table(folder, {"a": normal(len(labels)), "b": normal(len(labels)), "y": labels})
    return document(SPARSE, DataChoice(source, (X, target), split))


def mended(drawn: Document, problem: Problem, folder: Path, at: int = 0) -> dict[str, Problem]:
    """What is found anew once a fix was applied."""
    edit = problem.fixes[at].make(drawn)
    assert edit.changes, problem.fixes[at].label
    drawn.apply(edit)
    return found(drawn, folder)


def test_data_in_order_raises_nothing(tmp_path: Path) -> None:
    assert found(numbers(tmp_path), tmp_path) == {}
    assert found(kinds(tmp_path, ["ant", "bee", "cat"] * 20), tmp_path) == {}


def test_a_part_without_examples_is_told_and_the_usual_split_mends_it(tmp_path: Path) -> None:
    drawn = numbers(tmp_path, split=Split(0.5, 0.5))
    problem = found(drawn, tmp_path)["examples.empty"]
    assert problem.severity is Severity.ERROR
    assert "No example is left for the training part: there are 60 in all" in problem.text
    assert mended(drawn, problem, tmp_path) == {}


def test_windows_that_no_part_has_room_for_are_split_by_time(tmp_path: Path) -> None:
    features = (replace(X, window=Window(-9, 10), shape=(10, 2)), replace(Y, window=Window(1, 1)))
    drawing = 'input(10, 2, feature="x") > flatten > dense(1) > output(target="y", loss="mse")'
    source = table(tmp_path, {"a": normal(), "b": normal(), "y": normal()})
    drawn = document(drawing, DataChoice(source, features, Split(0.2)))
    problem = found(drawn, tmp_path)["examples.empty"]
    assert problem.fixes[0].label == "Split by time"
    assert mended(drawn, problem, tmp_path) == {}


def test_a_class_that_training_never_sees_is_named_and_dealt_out_evenly(tmp_path: Path) -> None:
    labels: list[object] = ["ant", "bee"] * 30
    order = np.random.default_rng(42).permutation(60)
    for row in order[:5]:
        labels[row] = "cat"
    drawn = kinds(tmp_path, labels, split=Split(0.2))
    problem = found(drawn, tmp_path)["examples.unseen"]
    assert "1 class of “y” that no training example has: “cat” (5 examples)" in problem.text
    assert problem.node == next(id_ for id_, each in drawn.root.nodes.items() if each.kind == "Output")
    assert "examples.unseen" not in mended(drawn, problem, tmp_path)
    assert drawn.data.split == Split(0.2, by=SplitBy.STRATIFIED, column="y")


def test_rare_classes_are_told_and_one_click_balances_them(tmp_path: Path) -> None:
    drawn = kinds(tmp_path, ["ant"] * 90 + ["bee", "cat"] * 5, split=Split(0.2, by=SplitBy.STRATIFIED, column="y"))
    problem = found(drawn, tmp_path)["examples.imbalance"]
    assert "“ant” comes 18 times as often as “" in problem.text
    assert "is right in 90% of them" in problem.text
    assert [fix.label for fix in problem.fixes] == ["Balance the classes"]
    looked = look(drawn, tmp_path)
    drawn.apply(problem.fixes[0].make(drawn))
    assert drawn.training.balanced
    assert findings(looked, drawn) == ()


def test_class_numbers_below_zero_become_a_category(tmp_path: Path) -> None:
    drawn = kinds(tmp_path, [-1, 0, 1] * 20, Feature("y", ("y",), (), "int64"))
    problem = found(drawn, tmp_path)["examples.labels"]
    assert problem.severity is Severity.ERROR
    assert "go down to -1, but sparse_categorical_crossentropy" in problem.text
    assert mended(drawn, problem, tmp_path) == {}
    target = drawn.data.feature("y")
    assert target is not None
    assert target.classes == ("-1", "0", "1")


def test_class_numbers_beyond_the_units_of_the_last_layer_are_an_error_of_the_drawing(tmp_path: Path) -> None:
    for highest, wrong in ((2, []), (3, ["loss.units"])):
        drawn = kinds(tmp_path, [0, 1, highest] * 20, Feature("y", ("y",), (), "int64"))
        assert [problem.code for problem in errors(look(drawn, tmp_path), drawn)] == wrong


@pytest.mark.parametrize("is_right", [True, False])
def test_labels_that_are_not_one_hot_are_named_by_their_rows(tmp_path: Path, is_right: bool) -> None:
    vectors = np.eye(3)[RNG.integers(0, 3, 40)]
    if not is_right:
        vectors[6] = 1, 1, 0
    np.savez(tmp_path / "made.npz", x=RNG.normal(size=(40, 2)), y=vectors)
    features = (Feature("x", ("x",), (2,), "float32"), Feature("y", ("y",), (3,), "float32"))
    drawing = CLASSES.replace("LOSS", "categorical_crossentropy")
    drawn = document(drawing, DataChoice(NpzSource("made.npz"), features, HALF))
    problem = found(drawn, tmp_path).get("examples.labels")
    assert (problem is None) is is_right
    assert problem is None or "“y” is not one-hot in row 7 of the data" in problem.text


def test_a_column_of_one_value_is_taken_out(tmp_path: Path) -> None:
    drawn = numbers(tmp_path, b=[3] * 60)
    problem = found(drawn, tmp_path)["examples.constant"]
    assert problem.severity is Severity.HINT
    assert "“b” has one and the same value in every training example, “3”" in problem.text
    assert mended(drawn, problem, tmp_path) == {}
    left = drawn.data.feature("x")
    assert left is not None
    assert (left.columns, left.shape) == (("a",), (1,))


@pytest.mark.parametrize("encoding", [Encoding.ONE_HOT, Encoding.DATE])
def test_a_column_that_becomes_several_numbers_is_not_constant_for_one_of_them(
    tmp_path: Path, encoding: Encoding
) -> None:
    if encoding is Encoding.DATE:
        cells: list[object] = [f"2024-01-{1 + row % 28:02}" for row in range(60)]
        other = Feature("x", ("a",), (), "float32", encoding, parts=(DatePart.MONTH, DatePart.DAY))
    else:
        cells = [("bee", "cat")[row] for row in RNG.integers(0, 2, 60)]
        other = Feature("x", ("a",), (), "float32", encoding, classes=("ant", "bee", "cat"))
    drawn = numbers(tmp_path, other, Y, a=cells)
    assert found(drawn, tmp_path) == {}


def test_numbers_that_say_what_is_missing_are_no_columns(tmp_path: Path) -> None:
    cells = normal()
    cells[3] = cells[41] = ""
    drawn = numbers(tmp_path, replace(X, missing=Missing.FLAG), Y, a=cells, b=[1e4 * row for row in range(60)])
    problem = found(drawn, tmp_path)["examples.scales"]
    assert "“b” varies by" in problem.text
    assert "“a” by" in problem.text
    drawn = numbers(tmp_path, replace(X, missing=Missing.FLAG), Y)
    assert found(drawn, tmp_path) == {}


def test_a_constant_target_leaves_nothing_to_learn(tmp_path: Path) -> None:
    problem = found(numbers(tmp_path, y=[1] * 60), tmp_path)["examples.constant"]
    assert problem.severity is Severity.WARNING
    assert "“y” is “1” in every training example: there is nothing to learn" in problem.text


@pytest.mark.parametrize("encoding", [Encoding.NONE, Encoding.STANDARDIZE, Encoding.MIN_MAX])
@pytest.mark.parametrize("at", [0, 1])
def test_cells_that_are_no_numbers_are_named_and_left_out_or_filled(
    tmp_path: Path, encoding: Encoding, at: int
) -> None:
    cells = normal()
    cells[11] = cells[30] = "nan"
    drawn = numbers(tmp_path, replace(X, encoding=encoding), Y, a=cells)
    problem = found(drawn, tmp_path)["examples.not_finite"]
    assert problem.severity is Severity.ERROR
    assert "“a” has no number in row" in problem.text
    assert {"12", "31"} & set(problem.text.replace(" ", ",").split(","))
    assert mended(drawn, problem, tmp_path, at) == {}


def test_infinite_cells_have_to_be_mended_by_hand(tmp_path: Path) -> None:
    cells = normal()
    cells[4] = "inf"
    problem = found(numbers(tmp_path, X, Y, a=cells), tmp_path)["examples.not_finite"]
    assert "“a” has an infinite number in row 5 of the data" in problem.text
    assert problem.fixes == ()


def test_columns_of_very_different_sizes_are_standardized(tmp_path: Path) -> None:
    drawn = numbers(tmp_path, a=[float(number) * 1e-4 for number in normal()])  # type: ignore[arg-type]
    problem = found(drawn, tmp_path)["examples.scales"]
    assert "“b” varies by" in problem.text
    assert mended(drawn, problem, tmp_path) == {}


def test_a_normalization_layer_takes_care_of_very_different_sizes(tmp_path: Path) -> None:
    source = table(tmp_path, {"a": normal(), "b": [1e5 * float(n) for n in normal()], "y": normal()})  # type: ignore[arg-type]
    drawing = NUMBERS.replace("> dense", "> normalization > dense")
    assert found(document(drawing, DataChoice(source, (X, Y), HALF)), tmp_path) == {}


@pytest.mark.parametrize(
    ("made", "how"),
    [(lambda y: y, "is the same as"), (lambda y: 3 * y + 1, "goes exactly with")],
)
def test_a_column_that_gives_the_target_away_is_taken_out(
    tmp_path: Path, made: Callable[[float], float], how: str
) -> None:
    target = [float(number) for number in normal()]  # type: ignore[arg-type]
    drawn = numbers(
        tmp_path, replace(X, dtype="float64"), replace(Y, dtype="float64"), a=list(map(made, target)), y=target
    )  # type: ignore[arg-type]
    problem = found(drawn, tmp_path)["examples.leak"]
    assert f"“a” {how} “y”" in problem.text
    assert len(problem.nodes) == 2
    assert mended(drawn, problem, tmp_path) == {}


def test_a_category_that_stands_for_the_target_is_found_in_an_input_of_its_own(tmp_path: Path) -> None:
    labels: list[object] = [("ant", "bee", "cat")[at] for at in RNG.integers(0, 3, 60)]
    columns = {"a": normal(), "b": normal(), "y": labels, "code": [f"k{str(each)[0]}" for each in labels]}
    code = Feature("code", ("code",), (3,), "int64", Encoding.ONE_HOT, classes=("ka", "kb", "kc"))
    drawing = """
        x: input(2, feature="x") > all: concatenate; c: input(3, feature="code") > all
        z: input(2, feature="x2") > all > dense(3, activation="softmax") > output(target="y", loss="LOSS")
    """.replace("LOSS", "sparse_categorical_crossentropy")
    features = (X, replace(X, name="x2"), replace(code, shape=(), encoding=Encoding.CATEGORY), KIND)
    drawing = drawing.replace("input(3,", "input(1,")
    drawn = document(drawing, DataChoice(table(tmp_path, columns), features, HALF))  # type: ignore[arg-type]
    problem = found(drawn, tmp_path)["examples.leak"]
    assert "“code” is the same as “y”" in problem.text
    assert problem.fixes[0].label == "Delete c"
    assert "examples.leak" not in mended(drawn, problem, tmp_path)


def test_copies_across_parts_are_told_with_their_rows_and_kept_together(tmp_path: Path) -> None:
    half = [normal(50) for _ in range(3)]
    drawn = numbers(tmp_path, **{name: each * 2 for name, each in zip("aby", half, strict=True)})
    problem = found(drawn, tmp_path)["examples.copies"]
    assert problem.severity is Severity.WARNING
    pairs = problem.text.split("(rows ")[1].split(")")[0].split("; ")
    assert all(abs(int(first) - int(second)) == 50 for first, second in (pair.split(" and ") for pair in pairs))
    assert problem.fixes[0].label.startswith("Keep rows with the same “")
    assert mended(drawn, problem, tmp_path) == {}


def images(folder: Path, **features: object) -> Document:
    for kind, gray in (("ant", 60), ("bee", 190)):
        for number in range(20):
            picture(folder / "pictures" / kind / f"{number}.png", RNG.normal(gray, 20, (6, 5, 3)))
    image = Feature("image", ("file",), (6, 5, 3), "float32", Encoding.IMAGE, 1 / 255)
    kind = Feature("class", ("class",), (), "int64", Encoding.CATEGORY, classes=("ant", "bee"))
    drawing = (
        'input(6,5,3,feature="image") > flatten > dense(2, activation="softmax") > '
        'output(target="class", loss="sparse_categorical_crossentropy")'
    )
    return document(drawing, DataChoice(FolderSource("pictures"), (replace(image, **features), kind), HALF))  # type: ignore[arg-type]


def test_files_that_cannot_be_read_are_listed_with_what_is_wrong(tmp_path: Path) -> None:
    drawn = images(tmp_path)
    assert found(drawn, tmp_path) == {}
    for number in range(7):
        (tmp_path / "pictures" / "ant" / f"{number}.png").write_bytes(b"no picture")
    problem = found(drawn, tmp_path)["examples.unreadable"]
    assert problem.severity is Severity.ERROR
    assert problem.text.startswith("7 files cannot be read: ant/")
    assert "and 2 more. Training ends at the first" in problem.text
    assert problem.node is not None


def test_pixels_of_files_that_nobody_scales_are_a_problem_of_the_drawing_and_a_scale_mends_it(tmp_path: Path) -> None:
    drawn = images(tmp_path, scale=1.0)
    analysis = Analysis(drawn)
    assert analysis.problems == ()
    low, high = spans(look(drawn, tmp_path), drawn)["image"]
    assert 0 <= low < high <= 255
    analysis.measure({"image": (low, high)})
    (problem,) = analysis.problems
    assert problem.code == "data.pixels"
    drawn.apply(problem.fixes[0].make(drawn))
    assert analysis.problems == ()
    scaled = spans(look(drawn, tmp_path), drawn)["image"]
    assert scaled == pytest.approx((low, high), rel=1e-5)


@pytest.mark.parametrize("classes", [("0", "1"), ("0", "128")])
def test_pixels_of_masks_that_no_class_has_are_told(tmp_path: Path, classes: tuple[str, str]) -> None:
    second, masks = int(classes[1]), tmp_path / "cells" / "masks"
    for number in range(8):
        picture(tmp_path / "cells" / "images" / f"{number}.png", RNG.normal(90, 20, (4, 4, 3)))
        mask = np.where(RNG.random((4, 4)) < 0.5, 0, second)
        picture(masks / f"{number}.png", mask)
    features = (
        Feature("image", ("file",), (4, 4, 3), "float32", Encoding.IMAGE, 1 / 255),
        Feature("mask", ("mask",), (4, 4, 1), "int64", Encoding.MASK, classes=classes),
    )
    drawing = (
        'input(4,4,3,feature="image") > conv2d(3, 1, activation="softmax") > '
        'output(target="mask", loss="sparse_categorical_crossentropy")'
    )
    drawn = document(drawing, DataChoice(FolderSource("cells", masks="masks"), features, HALF))
    assert found(drawn, tmp_path) == {}
    for path in masks.iterdir():
        mask[2, 3] = 2
        picture(path, mask)
    problem = found(drawn, tmp_path)["examples.mask"]
    assert problem.severity is Severity.ERROR
    if problem.fixes:
        assert mended(drawn, problem, tmp_path) == {}


def test_examples_that_leave_no_room_for_copies_are_told(tmp_path: Path) -> None:
    drawn = numbers(tmp_path, replace(X, dtype="float64"), Y)
    looked = look(drawn, tmp_path)
    assert findings(looked, drawn) == ()
    full = replace(looked, measured=Measured(**{**fields(looked.measured), "free_bytes": 500}))
    (problem,) = findings(full, drawn)
    assert (problem.code, problem.severity) == ("examples.memory", Severity.WARNING)
    assert "The examples take 1.2 KB of memory, and 500 B are left" in problem.text
    kept, narrow = problem.fixes
    drawn.apply(narrow.make(drawn))
    left = drawn.data.feature("x")
    assert left is not None
    assert left.dtype == "float32"
    drawn.apply(kept.make(drawn))
    assert drawn.data.on_disk
    assert findings(full, drawn) == ()
    again = look(drawn, tmp_path)
    assert findings(replace(again, measured=Measured(**{**fields(again.measured), "free_bytes": 500})), drawn) == ()


def fields(measured: Measured) -> dict[str, object]:
    return {name: getattr(measured, name) for name in measured.__struct_fields__}


def test_rows_that_moved_are_told_as_places_in_their_part(tmp_path: Path) -> None:
    cells = normal()
    cells[4] = "inf"
    gaps = normal()
    gaps[2] = ""
    drawn = numbers(tmp_path, X, replace(Y, missing=Missing.DROP), a=cells, y=gaps)
    problem = found(drawn, tmp_path)["examples.not_finite"]
    assert " of the data" not in problem.text
    assert "in example " in problem.text


def test_what_was_found_is_forgotten_with_what_it_was_about(tmp_path: Path) -> None:
    half = normal(30)
    drawn = numbers(tmp_path, a=half * 2, b=[1] * 60, y=half * 2)
    looked = look(drawn, tmp_path)
    assert {"examples.copies", "examples.constant", "examples.leak"} == {each.code for each in findings(looked, drawn)}
    drawn.apply(edits.set_data(drawn, replace(drawn.data, split=Split(0.3))))
    assert {"examples.constant", "examples.leak"} == {each.code for each in findings(looked, drawn)}
    drawn.apply(edits.set_data(drawn, replace(drawn.data, features=(replace(X, encoding=Encoding.MIN_MAX), Y))))
    assert findings(looked, drawn) == ()
    assert spans(looked, drawn).keys() == {"y"}
    drawn.apply(edits.set_data(drawn, replace(drawn.data, source=CsvSource("other.csv"))))
    assert spans(looked, drawn) == {}

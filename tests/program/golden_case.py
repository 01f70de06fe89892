"""Golden cases: one file each, with a drawing in the notation of tests and the Python that it stands for."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.values import Inner, Value
from studio.document import edits
from studio.document.data_choice import (
    CsvSource,
    DataChoice,
    DatePart,
    Encoding,
    Feature,
    Fit,
    FolderSource,
    Holds,
    KerasSource,
    Missing,
    NpzSource,
    SampleSource,
    Split,
    SplitBy,
    Window,
)
from studio.document.document import Document
from studio.document.training_choice import TrainingChoice
from studio.program.writer import Program, write
from tests.notation import graph

FOLDER = Path(__file__).parent / "golden"
PROJECT = Path("/home/ada/project")
"""Where the projects of the cases pretend to be."""

DIGITS = tuple("0123456789")
DATA = {
    "none": DataChoice(),
    "digits": DataChoice(
        SampleSource("digits"),
        (
            Feature("image", ("images",), (8, 8, 1), "float32", Encoding.SCALE, 1 / 16),
            Feature("digit", ("labels",), (), "int64", Encoding.CATEGORY, classes=DIGITS),
        ),
        Split(0.2, 0.1, 42),
    ),
    "iris": DataChoice(
        SampleSource("iris"),
        (
            Feature(
                "flowers",
                ("sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm"),
                (4,),
                "float32",
                Encoding.STANDARDIZE,
            ),
            Feature(
                "species", ("species",), (), "int64", Encoding.CATEGORY, classes=("setosa", "versicolor", "virginica")
            ),
        ),
        Split(0.2, 0.0, 1),
    ),
    "sentences": DataChoice(
        NpzSource("data/sentences.npz"),
        (
            Feature("source", ("source",), (12,), "int32"),
            Feature("begin", ("target",), (12,), "int32"),
            Feature("next", ("next",), (12,), "int64"),
        ),
        Split(0.0, 0.0, 0),
    ),
    "houses": DataChoice(
        CsvSource("houses.csv", ";"),
        (
            Feature("size", ("area", "rooms"), (2,), "float32", Encoding.SCALE, 0.01),
            Feature("place", ("place",), (3,), "float32", Encoding.ONE_HOT, classes=("city", "land", "sea")),
            Feature("price", ("price",), (1,), "float32"),
            Feature("kind", ("kind",), (2,), "float32", Encoding.ONE_HOT, classes=("0", "1")),
        ),
        Split(0.1, 0.1, 5),
    ),
    "flats": DataChoice(
        CsvSource("flats.csv"),
        (
            Feature("measures", ("area", "floor"), (2,), "float32"),
            Feature("built", ("built",), (1,), "float32"),
            Feature("district", ("district",), (), "string"),
            Feature("street", ("street",), (1,), "string"),
            Feature("advert", ("advert",), (), "string"),
            Feature("rent", ("rent",), (1,), "float32"),
        ),
        Split(0.2, 0.0, 3),
    ),
    "animals": DataChoice(
        FolderSource("animals"),
        (
            Feature("photo", ("file",), (8, 6, 3), "uint8", Encoding.IMAGE, 1 / 255, fit=Fit.CROP),
            Feature("animal", ("class",), (), "int64", Encoding.CATEGORY, classes=("cat", "dog")),
        ),
        Split(0.25, 0.0, 2, SplitBy.COLUMN, "part"),
    ),
    "cells": DataChoice(
        FolderSource("cells", masks="masks"),
        (
            Feature("picture", ("file",), (8, 8, 1), "uint8", Encoding.IMAGE, 1 / 255, fit=Fit.LETTERBOX),
            Feature("tissue", ("mask",), (8, 8), "uint8", Encoding.MASK, 1.0, ("0", "128", "255"), fit=Fit.LETTERBOX),
        ),
        Split(0.2, 0.2, 4),
    ),
    "orders": DataChoice(
        CsvSource("orders.csv", ";", "latin-1", ",", test_path="later.csv"),
        (
            Feature("amounts", ("price", "weight"), (2,), "float32", Encoding.STANDARDIZE, missing=Missing.FLAG),
            Feature("pieces", ("pieces",), (1,), "int32", missing=Missing.FILL),
            Feature("ordered", ("ordered",), (1,), "string", Encoding.DATE, parts=(DatePart.MONTH, DatePart.WEEKDAY)),
            Feature("way", ("way",), (), "int64", Encoding.ONE_HOT, 1.0, ("", "mail", "shop"), missing=Missing.FILL),
            Feature(
                "returned", ("returned",), (), "int64", Encoding.CATEGORY, 1.0, ("no", "yes"), missing=Missing.DROP
            ),
        ),
        Split(0.2, 0.0, 6, SplitBy.STRATIFIED, "returned"),
    ),
    "weather": DataChoice(
        CsvSource("weather.csv"),
        (
            Feature(
                "past",
                ("wind", "rain"),
                (6, 2),
                "float32",
                Encoding.MIN_MAX,
                missing=Missing.DROP,
                window=Window(-5, 6),
            ),
            Feature("day", ("day",), (1,), "string", Encoding.DATE, parts=(DatePart.MONTH,), window=Window(1, 1)),
            Feature("ahead", ("wind",), (3,), "float32", missing=Missing.DROP, window=Window(1, 3)),
        ),
        Split(0.2, 0.2, 1, SplitBy.TIME, "day"),
        stride=2,
    ),
    "estates": DataChoice(
        CsvSource("estates/estates.csv"),
        (
            Feature("area", ("area",), (1,), "float32", Encoding.STANDARDIZE),
            Feature("front", ("front",), (6, 6, 3), "uint8", Encoding.IMAGE, 1 / 255, missing=Missing.FILL),
            Feature("price", ("price",), (1,), "float32", Encoding.SCALE, 0.001),
        ),
        Split(0.2, 0.0, 1, SplitBy.GROUP, "street"),
    ),
    "pairs": DataChoice(
        NpzSource("pairs.npz"),
        (
            Feature("left", ("left",), (6, 6, 1), "float32", Encoding.SCALE, 1 / 255),
            Feature("right", ("right",), (6, 6, 1), "float32", Encoding.SCALE, 1 / 255),
            Feature("same", ("same",), (1,), "float32"),
        ),
        Split(0.2, 0.1, 1),
    ),
    "letters": DataChoice(
        FolderSource("letters", Holds.TEXTS),
        (
            Feature("letter", ("file",), (), "string", Encoding.TEXT_FILE),
            Feature("mood", ("class",), (), "int64", Encoding.CATEGORY, classes=("angry", "glad")),
        ),
        Split(0.2, 0.0, 1, SplitBy.STRATIFIED, "class"),
    ),
    "calls": DataChoice(
        FolderSource("calls", Holds.SOUNDS),
        (
            Feature("sound", ("file",), (64, 1), "float32", Encoding.SOUND),
            Feature("bird", ("class",), (2,), "float32", Encoding.ONE_HOT, classes=("owl", "wren")),
        ),
        Split(0.25, 0.0, 1),
    ),
    "cifar10": DataChoice(
        KerasSource("cifar10"),
        (
            Feature("image", ("x",), (32, 32, 3), "float32", Encoding.SCALE, 1 / 255),
            Feature("label", ("y",), (), "int64", Encoding.CATEGORY, classes=DIGITS),
        ),
        Split(0.1, 0.0, 1, SplitBy.COLUMN, "part"),
    ),
    "imdb": DataChoice(
        KerasSource("imdb"),
        (Feature("words", ("x",), (200,), "int32"), Feature("liked", ("y",), (1,), "float32")),
        Split(0.1, 0.0, 1, SplitBy.COLUMN, "part"),
    ),
}
DATA["flats_on_disk"] = replace(DATA["flats"], on_disk=True)
DATA["weather_on_disk"] = DataChoice(
    CsvSource("weather.csv"),
    (
        Feature(
            "past", ("wind", "rain"), (6, 2), "float32", Encoding.MIN_MAX, missing=Missing.FLAG, window=Window(-5, 6)
        ),
        Feature("day", ("day",), (1,), "string", Encoding.DATE, parts=(DatePart.MONTH,), window=Window(1, 1)),
        Feature("ahead", ("wind",), (3,), "float32", missing=Missing.FILL, window=Window(1, 3)),
    ),
    Split(0.2, 0.2, 1, SplitBy.TIME, "day"),
    stride=2,
    on_disk=True,
)


@dataclass(frozen=True)
class Case:
    """One file: what it shows, its drawing with data and training, the Python that is expected."""

    path: Path
    head: str
    document: Document
    title: str
    expected: str

    @property
    def written(self) -> Program:
        """What is written now."""
        return write(self.document, title=self.title, base=PROJECT)

    def kept(self, base: Path, *, on_disk: bool) -> Program:
        """What is written where the table is kept on disk, or in memory."""
        chosen = self.document.data
        self.document.apply(edits.set_data(self.document, replace(chosen, on_disk=on_disk)))
        program = write(self.document, title=self.title, base=base)
        self.document.apply(edits.set_data(self.document, chosen))
        return program


def cases() -> list[Case]:
    """Every golden case."""
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]


def read(path: Path) -> Case:
    """Read a case from its file."""
    head, _, expected = path.read_text(encoding="utf-8").partition("\n---\n")
    _, fields, drawing = head.split("\n\n", 2)
    settings = dict(line.split(": ", 1) for line in fields.split("\n"))
    document = graph(drawing)
    document.apply(edits.set_data(document, DATA[settings["data"]]))
    document.apply(edits.set_training(document, _training(settings.get("training", ""))))
    return Case(path, head, document, settings["title"], expected)


def regenerate(case: Case) -> None:
    """Write the file again with the Python that is written now."""
    case.path.write_text(f"{case.head}\n---\n{case.written.text}", encoding="utf-8")


def _training(written: str) -> TrainingChoice:
    call = ast.parse(f"_({written})", mode="eval").body
    assert isinstance(call, ast.Call)
    values = {str(each.arg): _value(each.value) for each in call.keywords}
    return replace(TrainingChoice(), **values)  # type: ignore[arg-type]


def _value(tree: ast.expr) -> Value:
    match tree:
        case ast.Call(func=ast.Name(id=kind), args=args, keywords=keywords):
            named = {str(each.arg): _value(each.value) for each in keywords}
            names = {"CosineDecay": ("initial_learning_rate", "decay_steps")}.get(kind, ())
            return Inner(kind, {**dict(zip(names, map(_value, args), strict=True)), **named})
        case ast.Tuple(elts=items):
            return tuple(map(_value, items))
        case _:
            literal: Value = ast.literal_eval(tree)
            return literal

"""A first model from nothing, with mouse and keys alone, trained by the real engine."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt

from tests.journeys.visitor import Visitor
from tests.notation import wires

Studio = Callable[..., Visitor]


@pytest.mark.parametrize("engine", [None, "fake"], ids=["real engine", "fake engine"])
def test_a_first_model_is_drawn_from_nothing_trained_and_watched(studio: Studio, engine: str | None) -> None:
    visitor = studio(engine=None) if engine is None else studio()
    choose_digits(visitor)
    draw_layers(visitor)
    assert "error" in visitor.problems  # nothing is wired yet

    for source, target in (("images", "conv2d"), ("conv2d", "flatten"), ("flatten", "dense")):
        visitor.wire(source, target)
    visitor.wire("dense", "labels_output")
    assert wires(visitor.document) == [
        "conv2d.output > flatten.input",
        "dense.output > labels_output.input",
        "flatten.output > dense.input",
        "images.output > conv2d.input",
    ]

    visitor.click_card("dense")
    visitor.set("units", "10")
    visitor.set("activation", "softmax")
    assert visitor.problems == "No problems"

    visitor.click_empty()
    visitor.set("epochs", "1", visitor.bench.inspector.page.form.form)
    assert visitor.document.training.epochs == 1

    visitor.train()
    assert visitor.window.places.currentWidget() is visitor.bench.train
    visitor.qtbot.waitUntil(lambda: visitor.run.is_over, timeout=120_000)
    assert "Trained 1 of 1 epochs" in visitor.says(visitor.bench.train)
    assert visitor.button == "Train"
    check_run(visitor, trained=engine is None)


def choose_digits(visitor: Visitor) -> None:
    visitor.shortcut(Qt.Key.Key_2)
    place = visitor.bench.data
    assert place.isVisible()
    visitor.click(place.sources.cards["digits"])
    visitor.until(lambda: place.look is not None)
    pick_row(visitor, "images")
    visitor.click(place.add_input)
    pick_row(visitor, "labels")
    visitor.click(place.add_output)
    assert visitor.names == ["images", "labels_output"]


def pick_row(visitor: Visitor, feature: str) -> None:
    tree = visitor.bench.data.features
    row = tree.row(feature)
    assert row is not None
    visitor.click(tree.viewport(), tree.visualItemRect(row).center())


def draw_layers(visitor: Visitor) -> None:
    visitor.go("build")
    visitor.do("fit")
    below = visitor.spot("images").y() + 100
    for at, letters in enumerate(("conv2d", "flatten", "dense")):
        visitor.add_at(QPoint(150 + 230 * at, below + 100), letters)
    visitor.do("fit")
    assert visitor.names == ["images", "labels_output", "conv2d", "flatten", "dense"]


def check_run(visitor: Visitor, *, trained: bool) -> None:
    """The plots draw what was reported, and what was reported is on the disk."""
    drawn = visitor.curves()
    assert set(drawn) == {"loss", "accuracy"}
    assert len(drawn["loss"]["train, each batch"]) > 1
    assert len(drawn["loss"]["train"]) == 1
    history = json.loads(visitor.run.folder.history.read_text())
    assert history["loss"] == pytest.approx(drawn["loss"]["train"])
    if trained:
        assert drawn["loss"]["validation"] == pytest.approx(history["val_loss"])
        assert visitor.run.folder.model.stat().st_size > 10_000
        assert any("Evaluation: accuracy" in text for text in visitor.says(visitor.bench.train))

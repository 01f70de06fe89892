"""A model from the data, asked for in the window; and what Keras downloads, once that was agreed to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.document import edits
from studio.document.data_choice import DataChoice, KerasSource
from studio.document.document import Document
from studio.gui.data.sources import KERAS
from studio.session.data_setup import sample_choice
from studio.session.fetching import keras_choice
from tests.gui.shell.conftest import Person
from tests.notation import graph

LEFT = Qt.MouseButton.LeftButton
Start = Callable[..., Person]


def with_data(data: DataChoice, drawn: str = "") -> Document:
    document = graph(drawn) if drawn else Document()
    document.apply(edits.set_data(document, data))
    return document


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keras's cache, empty."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "datasets"


def test_an_empty_canvas_offers_a_model_for_the_data(start: Start) -> None:
    person = start(with_data(sample_choice("iris")))
    button = person.bench.canvas.suggest
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)
    assert {"numbers", "species", "species_output"} <= set(person.names)
    assert not button.isVisible()
    assert person.banner == ""
    assert not person.session.analysis.has_errors


def test_without_data_nothing_is_offered(start: Start) -> None:
    person = start()
    assert not person.bench.canvas.suggest.isVisible()
    assert not person.action("suggest").isEnabled()


def test_what_was_drawn_makes_place_and_one_undo_brings_it_back(start: Start) -> None:
    person = start(with_data(sample_choice("iris"), "input(4) > mine: dense(3) > output"))
    before = person.names
    person.do("suggest")
    assert "mine" not in person.names
    assert "Undo brings that back" in person.banner
    person.do("undo")
    assert person.names == before


def test_the_data_place_has_a_button_that_shows_the_drawing(start: Start) -> None:
    person = start(with_data(sample_choice("digits")))
    person.do("data")
    (button,) = [each for each in person.bench.data.findChildren(type(person.bench.canvas.suggest))
                 if each.text() == "Suggest a model"]  # fmt: skip
    QTest.mouseClick(button, LEFT)
    assert person.window.place == "build"
    assert "labels_output" in person.names


def test_where_nobody_can_tell_what_is_predicted_the_banner_says_what_to_do(start: Start) -> None:
    choice = sample_choice("iris")
    person = start(with_data(DataChoice(choice.source, choice.features[-1:])))
    person.do("suggest")
    assert "There is nothing to predict “species” from" in person.banner
    assert person.names == []


def test_a_set_of_keras_is_chosen_from_the_list_and_asked_about(start: Start, cache: Path) -> None:
    person = start()
    person.do("data")
    person.bench.data.sources.cards[f"{KERAS}mnist"].click()
    person.until(lambda: person.document.data.source == KerasSource("mnist"))
    bar = person.bench.download
    assert not bar.isHidden()
    assert bar.text.text() == f"MNIST will be downloaded: 11.0 MB from storage.googleapis.com to {cache}."
    assert list(bar.answers) == ["Download"]


def test_training_asks_before_anything_is_downloaded(start: Start) -> None:
    person = start(with_data(keras_choice("mnist")))
    person.do("suggest")
    person.do("train")
    assert person.window.place == "data"
    assert person.bench.training.run is None
    assert person.bench.download.isVisible()


def test_a_download_that_was_agreed_to_shows_how_far_it_is_and_ends(start: Start, cache: Path) -> None:
    person = start(with_data(keras_choice("mnist")))
    person.do("data")
    bar = person.bench.download
    bar.answers["Download"].click()
    person.until(lambda: "5 B of 10 B of mnist.npz" in bar.text.text())
    assert list(bar.answers) == ["Cancel"]
    cache.mkdir(parents=True)
    with (cache / "mnist.npz").open("wb") as file:
        file.truncate(11_490_434)
    person.until(lambda: not person.bench.fetcher.is_running)
    assert bar.isHidden()


def test_what_is_in_the_cache_already_is_loaded_once_to_be_seen(start: Start, cache: Path) -> None:
    cache.mkdir(parents=True)
    with (cache / "mnist.npz").open("wb") as file:
        file.truncate(11_490_434)
    person = start(with_data(keras_choice("mnist")))
    looked: list[bool] = []
    person.bench.download.loaded.connect(lambda: looked.append(True))
    assert not person.bench.fetcher.is_running
    person.do("data")
    person.until(lambda: looked)
    person.until(lambda: not person.bench.data.is_looking and not person.bench.fetcher.is_running)
    assert looked == [True]  # the engine of this test leaves nothing to be seen, and is not asked for ever
    assert person.bench.download.isHidden()
    assert person.banner == ""


def test_a_download_can_be_cancelled(start: Start) -> None:
    person = start(with_data(keras_choice("imdb")))
    person.do("data")
    bar = person.bench.download
    bar.answers["Download"].click()
    person.until(lambda: "Cancel" in bar.answers)
    bar.answers["Cancel"].click()
    person.until(lambda: not person.bench.fetcher.is_running)
    assert list(bar.answers) == ["Download"]
    assert person.banner == ""


def test_without_a_network_the_banner_says_so_in_a_sentence(start: Start) -> None:
    person = start(with_data(keras_choice("reuters")))
    person.do("data")
    person.bench.download.answers["Download"].click()
    person.until(lambda: person.banner)
    assert person.banner.startswith("Reuters newswires cannot be downloaded: storage.googleapis.com is not reached")
    assert list(person.bench.download.answers) == ["Download"]

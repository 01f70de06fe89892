"""The Data place chooses the source and puts features into the drawing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.document.data_choice import NpzSource, SampleSource
from studio.gui.data.place import DataPlace
from studio.gui.shared.theme import Theme
from studio.session.session import Session

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def place(session: Session, qtbot: QtBot) -> Iterator[DataPlace]:
    made = DataPlace(session, Theme())
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    yield made
    made.release()


def cell(place: DataPlace, row: int, column: int) -> str:
    item = place.table.item(row, column)
    assert item is not None
    return item.text()


def test_a_sample_shows_its_features_and_undo_takes_it_back(place: DataPlace, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseClick(place.sources.cards["digits"], LEFT)

    assert session.document.data.source == SampleSource("digits")
    assert place.table.rowCount() == 2
    assert cell(place, 0, 2) == "8 × 8 × 1, float32"
    assert place.sources.cards["digits"].isChecked()

    session.undo()

    assert session.document.data.source is None
    assert place.table.rowCount() == 0
    assert not place.sources.cards["digits"].isChecked()


def test_features_become_an_input_and_an_output_with_a_loss(place: DataPlace, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseClick(place.sources.cards["digits"], LEFT)
    place.table.selectRow(0)
    qtbot.mouseClick(place.add_input, LEFT)
    place.table.selectRow(1)
    qtbot.mouseClick(place.add_output, LEFT)

    kinds = {node.kind: node for node in session.document.root.nodes.values()}
    assert kinds["Input"].params["shape"] == (8, 8, 1)
    assert kinds["Output"].params["loss"] == "sparse_categorical_crossentropy"
    assert kinds["Output"].x > kinds["Input"].x
    assert cell(place, 0, 4) == kinds["Input"].name


def test_the_split_survives_another_source(place: DataPlace, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseClick(place.sources.cards["digits"], LEFT)
    before = session.document.data.split
    qtbot.mouseClick(place.sources.cards["iris"], LEFT)

    assert session.document.data.split == before
    assert session.document.data.source == SampleSource("iris")


def test_a_file_of_ones_own_is_taken(place: DataPlace, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "mine.npz"
    np.savez(file, x=np.zeros((6, 5), "float32"), y=np.array([0, 1, 2, 0, 1, 2]))

    place.open_file(file)

    assert session.document.data.source == NpzSource(str(file))
    assert [feature.name for feature in session.document.data.features] == ["x", "y"]


def test_a_file_that_cannot_be_used_is_refused_with_a_sentence_and_changes_nothing(
    place: DataPlace, session: Session, tmp_path: Path
) -> None:
    refusals: list[StudioError] = []
    place.refused.connect(refusals.append)
    file = tmp_path / "ragged.csv"
    file.write_text("a,b\n1,2\n3\n")

    place.open_file(file)

    assert len(refusals) == 1
    assert "Line 3" in str(refusals[0])
    assert session.document.data.source is None

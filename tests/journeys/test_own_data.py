"""One's own data, from files dropped on the window to a model that the real engine trained."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from studio.document.data_choice import Encoding
from studio.gui.data.augmentation import AugmentationDialog
from tests.journeys.visitor import Visitor

Studio = Callable[..., Visitor]
COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
TRAINING_MS = 120_000
PICTURES = os.environ.get("JOURNEY_PICTURES")
"""A folder for pictures of each step, for whoever wants to look."""


def look(visitor: Visitor, name: str, window: QWidget | None = None) -> None:
    if PICTURES:
        QApplication.processEvents()
        (window or visitor.window).grab().save(str(Path(PICTURES) / f"{name}.png"))


def drop(widget: QWidget, data: QMimeData, at: QPoint) -> None:
    """What the system does when something is dragged there and let go."""
    enter = QDragEnterEvent(at, COPY, data, LEFT, NONE)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(at), COPY, data, LEFT, NONE, QEvent.Type.Drop))
    QApplication.processEvents()


def drop_file(visitor: Visitor, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop(visitor.window, data, QPoint(5, 5))
    visitor.until(lambda: visitor.bench.data.look is not None and visitor.bench.data.looker.idle)


def pick(visitor: Visitor, name: str, *, column: bool = False) -> None:
    """Click a feature, or a column, in the tree."""
    tree = visitor.bench.data.features
    row = tree.row(name, column=column)
    assert row is not None
    tree.scrollToItem(row)
    visitor.click(tree.viewport(), tree.visualItemRect(row).center())


def choose(visitor: Visitor, combo: QComboBox, text: str) -> None:
    """Go down a closed list with the keyboard; the next one is what is wanted."""
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    QApplication.processEvents()
    assert combo.currentText() == text


def drag_to_canvas(visitor: Visitor, feature: str, share: float) -> None:
    """Drag a feature from the list beside the canvas, so far across it."""
    listed = visitor.bench.features.list
    (item,) = listed.findItems(feature, Qt.MatchFlag.MatchExactly)
    view = visitor.canvas.viewport()
    drop(view, listed.mimeData([item]), QPoint(round(view.width() * share), view.height() // 2))


def trained(visitor: Visitor) -> None:
    visitor.train()
    visitor.qtbot.waitUntil(lambda: visitor.run.is_over, timeout=TRAINING_MS)
    assert any("Trained 2 of 2 epochs" in text for text in visitor.says(visitor.bench.train))
    assert visitor.run.folder.model.stat().st_size > 10_000


def test_a_table_is_dropped_a_type_corrected_two_columns_dragged_and_a_model_trained(
    studio: Studio, tmp_path: Path
) -> None:
    table = tmp_path / "penguins.csv"
    rows = (f"{37 + n % 9}.{n % 10},{1 + n % 3},{('Torgersen', 'Biscoe', 'Dream')[n % 3]}" for n in range(120))
    table.write_text("\n".join(["bill_mm,island_number,island", *rows, ""]))
    visitor = studio(engine=None)

    drop_file(visitor, table)
    look(visitor, "1-dropped")
    place = visitor.bench.data
    pick(visitor, "island_number", column=True)
    visitor.click(place.column_page.make)
    pick(visitor, "island_number")
    choose(visitor, place.detail.meaning, "Classes")
    choose(visitor, place.detail.encoding, "one-hot")
    number = visitor.document.data.feature("island_number")
    assert number is not None
    assert (number.encoding, number.classes) == (Encoding.ONE_HOT, ("1", "2", "3"))
    look(visitor, "2-corrected")

    visitor.go("build")
    drag_to_canvas(visitor, "island_number", 0.2)
    drag_to_canvas(visitor, "island", 0.8)
    assert visitor.names == ["island_number", "island_output"]
    visitor.do("fit")
    visitor.add_at(QPoint(visitor.canvas.viewport().width() // 2, visitor.spot("island_number").y() + 160), "dense")
    visitor.do("fit")
    visitor.wire("island_number", "dense")
    visitor.wire("dense", "island_output")
    visitor.click_card("dense")
    visitor.set("units", "3")
    visitor.set("activation", "softmax")
    assert "error" not in visitor.problems
    visitor.click_empty()
    visitor.set("epochs", "2", visitor.bench.inspector.page.form.form)
    look(visitor, "3-drawn")

    trained(visitor)
    look(visitor, "4-trained")


def test_a_folder_of_images_is_dropped_its_augmentation_seen_and_a_model_trained(
    studio: Studio, tmp_path: Path
) -> None:
    for name, (red, blue) in {"cherry": (210, 60), "plum": (70, 200)}.items():
        (tmp_path / "fruit" / name).mkdir(parents=True)
        for number in range(24):
            picture = Image.new("RGB", (32, 24), (40, 60 + number, 40))
            picture.paste((red, 30, blue), (4 + number % 12, 4, 14 + number % 12, 14))
            picture.save(tmp_path / "fruit" / name / f"{number}.png")
    visitor = studio(engine=None)

    drop_file(visitor, tmp_path / "fruit")
    look(visitor, "5-folder")
    visitor.do("suggest")
    visitor.go("build")
    visitor.do("fit")
    assert visitor.problems == "No problems"
    look(visitor, "6-suggested")

    visitor.do("augmentation")
    dialog = visitor.dialog()
    assert isinstance(dialog, AugmentationDialog)
    visitor.qtbot.waitUntil(dialog.sheet.isVisible, timeout=TRAINING_MS)
    assert (len(dialog.sheet.rows), len(dialog.sheet.rows[0])) == (4, 6)
    assert any(each != dialog.sheet.rows[0][0] for each in dialog.sheet.rows[0][1:])
    look(visitor, "7-augmented", dialog)
    dialog.close()

    visitor.click_empty()
    visitor.set("epochs", "2", visitor.bench.inspector.page.form.form)
    trained(visitor)
    look(visitor, "8-trained")

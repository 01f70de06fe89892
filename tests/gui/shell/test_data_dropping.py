"""Data is dropped onto the window, its type corrected, dragged into the drawing; Train asks where it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.document import edits
from studio.document.data_choice import CsvSource, DataChoice, Encoding, Feature, FolderSource
from studio.gui.data.augmentation import AugmentationDialog
from studio.gui.data.feature_tree import Chosen
from studio.project import format as project_format
from tests.gui.shell.conftest import Person
from tests.notation import graph

Start = Callable[..., Person]
COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drop(widget: QWidget, data: QMimeData, at: QPoint) -> None:
    enter = QDragEnterEvent(at, COPY, data, LEFT, NONE)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(at), COPY, data, LEFT, NONE, QEvent.Type.Drop))


def drop_file(person: Person, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop(person.window, data, QPoint(5, 5))
    person.until(lambda: person.bench.data.looker.idle)


def drag(person: Person, feature: str, to: QPoint) -> None:
    """Drag a feature from the list beside the canvas."""
    listed = person.bench.features.list
    (item,) = listed.findItems(feature, Qt.MatchFlag.MatchExactly)
    drop(person.bench.canvas.viewport(), listed.mimeData([item]), to)


def test_a_table_is_dropped_corrected_and_dragged_into_the_drawing(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "flowers.csv"
    file.write_text("size,grade,kind\n" + "".join(f"{i}.5,{1 + i % 3},{'ab'[i % 2]}\n" for i in range(30)))
    person = start()
    drop_file(person, file)
    assert person.window.place == "data"
    place = person.bench.data
    assert person.document.data.source == CsvSource(str(file))

    grade = next((each for each in person.document.data.features if "grade" in each.columns), None)
    if grade is None or len(grade.columns) > 1:
        place.features.select(Chosen((), ("grade",)))
        person.qtbot.mouseClick(place.column_page.make, LEFT)
    place.features.select(Chosen(("grade",)))
    place.detail.encoding_chosen.emit(Encoding.ONE_HOT)
    found = person.document.data.feature("grade")
    assert found is not None
    assert found.classes == ("1", "2", "3")

    person.do("build")
    canvas = person.bench.canvas
    drag(person, "grade", QPoint(100, 200))
    drag(person, "kind", QPoint(canvas.viewport().width() - 100, 200))
    kinds = {node.kind: node.params for node in person.document.root.nodes.values()}
    assert kinds["Input"]["shape"] == (3,)
    assert kinds["Output"]["target"] == "kind"

    for _ in range(2):
        person.do("undo")
    assert not person.document.root.nodes
    for _ in range(2):
        person.do("redo")
    nodes = {node.kind: node.id for node in person.document.root.nodes.values()}
    person.bench.selection.select([nodes["Input"]])
    person.add("Dense")
    (dense,) = [node.id for node in person.document.root.nodes.values() if node.kind == "Dense"]
    person.session.do(edits.connect(person.document, dense, "output", nodes["Output"], "input"))
    for _ in range(3):  # as many clicks as it takes
        if not person.session.analysis.has_errors:
            break
        person.do("mend")
    trained(person)


def trained(person: Person) -> None:
    """Train to the end."""
    person.do("train")
    person.until(lambda: person.bench.training.run is not None and person.bench.training.run.is_over)
    assert person.window.place == "train"
    assert person.banner == ""


def test_a_folder_of_pictures_is_dropped(start: Start, tmp_path: Path) -> None:
    from PIL import Image

    for name in ("cats", "dogs"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(3):
            Image.new("L", (16, 16), 40 * number).save(tmp_path / "pets" / name / f"{number}.png")
    person = start()
    drop_file(person, tmp_path / "pets")
    assert person.document.data.source == FolderSource(str(tmp_path / "pets"))
    place = person.bench.data
    assert place.preview.thumbnails.count() == 6
    place.features.select(Chosen(("class",)))
    assert not place.detail.augmented.isVisible()
    place.features.select(Chosen(("image",)))
    person.do("suggest")
    document = person.document
    (entry,) = [node for node in document.root.nodes.values() if node.kind == "Input"]
    assert entry.params["shape"] == (16, 16, 1)

    edge = document.root.outgoing(entry.id)[0]
    if document.root.nodes[edge.target].kind != "RandomFlip":
        flip = edits.new_node(document, "RandomFlip", 0, 0)
        person.session.do(edits.insert_on_edge(document, edge, flip, "input", "output"))
    person.do("data")
    person.until(place.detail.augmented.isVisible)
    person.qtbot.mouseClick(place.detail.augmented, LEFT)
    dialog = person.dialog()
    assert isinstance(dialog, AugmentationDialog)
    person.until(dialog.sheet.isVisible)
    dialog.close()
    trained(person)


def test_a_project_in_the_way_is_opened_not_read_as_data(start: Start, project: Callable[..., Path]) -> None:
    person = start()
    drop_file(person, project("a: input(4) > dense(2)", "other"))
    assert person.session.title == "other"


def strange_project(tmp_path: Path, source: Path) -> Path:
    document = graph("a: input(1) > b: dense(1) > output")
    feature = Feature("x", ("x",), (1,))
    document.apply(edits.set_data(document, DataChoice(CsvSource(str(source)), (feature,))))
    path = tmp_path / "strange.layers"
    project_format.save(document, path)
    return path


def test_train_asks_where_the_data_is_instead_of_failing(start: Start, tmp_path: Path) -> None:
    person = start(strange_project(tmp_path, tmp_path / "gone.csv"))
    assert person.window.place == "build"  # opening asks nothing
    person.do("train")
    assert person.window.place == "data"
    assert "Where is it now?" in person.bench.data.bar.text.text()
    assert person.bench.training.run is None


def test_train_reads_nothing_that_was_never_read_here(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("x\n1\n2\n")
    person = start(strange_project(tmp_path, file))
    person.do("train")
    assert person.window.place == "data"
    assert str(file) in person.bench.data.bar.text.text()
    assert person.bench.data.look is None
    assert person.bench.training.run is None

"""The Data place chooses the source, shows what is in it, and puts features into the drawing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QPushButton

from studio.data.keras_sets import excerpt_path, find_keras_set
from studio.document import edits
from studio.document.data_choice import CsvSource, Encoding, Missing, NpzSource, SampleSource, Split, SplitBy, Window
from studio.gui.data.facts import summary
from studio.gui.data.feature_tree import COUNTS, EMPTY, PICTURE, SHAPE, USED, VALUES
from studio.gui.data.kinds import Meaning
from studio.gui.data.preview import FAULTS
from studio.session.data_setup import sample_choice
from studio.session.session import Session
from tests.gui.data.conftest import Desk, carried, drop

Open = Callable[..., Desk]


def choose(desk: Desk, sample: str) -> None:
    desk.click(desk.place.sources.cards[sample])
    desk.settle()


def test_a_sample_shows_its_features_and_undo_takes_it_back(desk: Open) -> None:
    one = desk()
    choose(one, "digits")

    assert one.session.document.data.source == SampleSource("digits")
    assert one.features == ["images", "labels"]
    assert one.shown("images")[SHAPE] == "8 × 8 × 1"
    assert one.place.sources.cards["digits"].isChecked()
    assert not one.place.sources.isVisible()

    one.session.undo()

    assert one.session.document.data.source is None
    assert one.place.features.topLevelItemCount() == 0
    assert one.place.sources.isVisible()
    assert not one.place.sources.cards["digits"].isChecked()


def test_the_source_can_be_changed_and_the_split_survives(desk: Open) -> None:
    one = desk()
    choose(one, "digits")
    before = one.session.document.data.split
    one.click(one.place.change)
    choose(one, "iris")

    assert one.session.document.data.split == before
    assert one.session.document.data.source == SampleSource("iris")


def test_features_become_an_input_and_an_output_with_a_loss(desk: Open) -> None:
    one = desk()
    choose(one, "digits")
    one.pick("images")
    one.click(one.place.add_input)
    one.pick("labels")
    one.click(one.place.add_output)

    kinds = {node.kind: node for node in one.session.document.root.nodes.values()}
    assert kinds["Input"].params["shape"] == (8, 8, 1)
    assert kinds["Output"].params["loss"] == "sparse_categorical_crossentropy"
    assert kinds["Output"].x > kinds["Input"].x
    assert one.shown("images")[USED] == kinds["Input"].name


def test_a_feature_leads_to_the_nodes_that_use_it(desk: Open) -> None:
    one = desk()
    choose(one, "digits")
    one.pick("images")
    one.click(one.place.add_input)
    (node,) = one.session.document.root.nodes
    one.click(one.place.detail.users[node])
    assert one.selection.node == node


def test_what_is_in_a_table_is_seen_at_once(desk: Open, penguins: Path) -> None:
    one = desk()
    one.open(penguins)
    place = one.place

    assert one.session.document.data.source == CsvSource(str(penguins))
    assert place.look is not None
    assert "4 rows · 5 columns · 1 empty cell" in summary(place.look)
    species = place.features.row("species")
    assert species is not None
    assert species.data(PICTURE, COUNTS) == ((2, 2), True)
    model = place.preview.table.model()
    assert (model.rowCount(), model.columnCount()) == (4, 5)
    assert model.index(2, 2).data() == "47.5"
    mass = place.features.row("mass", column=True) or place.features.row("mass")
    assert mass is not None
    assert mass.text(EMPTY) == "1"


def test_a_wrong_guess_is_overruled_and_undone(desk: Open, penguins: Path) -> None:
    one = desk()
    one.open(penguins)
    one.pick("island")
    assert one.feature("island").encoding is Encoding.ONE_HOT
    assert "(None, 2)" in one.place.detail.result.text()
    one.place.detail.encoding.pick(Encoding.CATEGORY)
    assert one.feature("island").encoding is Encoding.CATEGORY
    assert one.place.detail.encoding.currentText() == "class number"

    one.session.undo()

    assert one.feature("island").encoding is Encoding.ONE_HOT


def test_a_choice_that_does_not_fit_shows_the_lines_and_lets_go(desk: Open, penguins: Path) -> None:
    one = desk()
    one.open(penguins)
    detail = one.place.detail
    one.pick("species")
    detail.meaning.pick(Meaning.NUMBER)

    assert detail.trouble.isVisible()
    assert "line 2" in detail.sentence.text() + detail.lines.text()
    assert "Adelie" in detail.sentence.text() + detail.lines.text()
    assert one.feature("species").encoding is Encoding.CATEGORY

    one.click(detail.keep)

    assert not detail.trouble.isVisible()
    assert detail.meaning.currentText() == "Classes"


def test_after_mending_the_file_looking_again_finds_it_mended(desk: Open, penguins: Path) -> None:
    one = desk()
    one.open(penguins)
    place = one.place
    if place.features.row("code") is None:
        one.pick(columns=("code",))
        assert "line 4" in place.column_page.offending.text()
        one.click(place.column_page.make)
    one.pick("code")
    place.detail.meaning.pick(Meaning.NUMBER)
    assert place.detail.trouble.isVisible()
    penguins.write_text(penguins.read_text().replace(",x\n", ",3\n"))
    one.click(place.detail.again)
    one.settle()
    one.pick("code")
    place.detail.meaning.pick(Meaning.NUMBER)
    assert not place.detail.trouble.isVisible()
    assert one.feature("code").shape == (1,)


def test_empty_cells_are_treated_as_one_says(desk: Open, penguins: Path) -> None:
    one = desk()
    one.open(penguins)
    if one.place.features.row("mass") is None:
        one.pick(columns=("mass",))
        one.click(one.place.column_page.make)
    one.pick("mass")
    one.place.detail.missing.pick(Missing.FLAG)
    assert one.feature("mass").missing is Missing.FLAG
    assert "(None, 2)" in one.place.detail.result.text()


def test_a_bound_input_follows_the_shape_of_its_feature(desk: Open, penguins: Path) -> None:
    one = desk()
    one.open(penguins)
    one.pick("island")
    one.click(one.place.add_input)
    one.place.detail.encoding.pick(Encoding.CATEGORY)
    (node,) = one.session.document.root.nodes.values()
    assert node.params["shape"] == ()
    one.session.undo()
    (node,) = one.session.document.root.nodes.values()
    assert node.params["shape"] == (2,)


def test_columns_are_combined_and_taken_out_again(desk: Open, tmp_path: Path) -> None:
    file = tmp_path / "sizes.csv"
    file.write_text("a,b,c,kind\n" + "".join(f"{i},{i * 2},{i / 4},{'xy'[i % 2]}\n" for i in range(8)))
    one = desk()
    one.open(file)
    combined = next(feature for feature in one.session.document.data.features if len(feature.columns) == 3)
    one.pick(columns=("b",))
    one.click(one.place.column_page.out)
    assert one.feature(combined.name).columns == ("a", "c")
    assert one.feature(combined.name).shape == (2,)
    one.pick(combined.name, columns=("b",))
    one.click(one.place.column_page.make)
    (again,) = [feature for feature in one.session.document.data.features if len(feature.columns) == 3]
    assert set(again.columns) == {"a", "b", "c"}
    assert again.shape == (3,)


def test_a_feature_is_renamed_where_it_is_bound_too(desk: Open) -> None:
    one = desk()
    choose(one, "digits")
    one.pick("images")
    one.click(one.place.add_input)
    name = one.place.detail.name
    name.selectAll()
    one.qtbot.keyClicks(name, "pixels")
    one.qtbot.keyClick(name, Qt.Key.Key_Return)
    assert one.features == ["pixels", "labels"]
    (node,) = one.session.document.root.nodes.values()
    assert node.params["feature"] == "pixels"


def test_a_removed_feature_lets_its_nodes_go(desk: Open) -> None:
    one = desk()
    choose(one, "digits")
    one.pick("images")
    one.click(one.place.add_input)
    one.qtbot.keyClick(one.place.features, Qt.Key.Key_Delete)
    assert one.features == ["labels"]
    (node,) = one.session.document.root.nodes.values()
    assert "feature" not in node.params
    one.session.undo()
    assert one.features == ["images", "labels"]


def test_copies_over_time_make_a_forecast(desk: Open, tmp_path: Path) -> None:
    file = tmp_path / "load.csv"
    file.write_text("when,load\n" + "".join(f"2024-01-{1 + i % 28:02d},{i}.5\n" for i in range(60)))
    one = desk()
    one.open(file)
    one.pick("load")
    one.click(one.place.detail.past)
    made = one.place.features.selected.features[0]
    assert one.feature(made).window == Window(-23, 24)
    assert one.session.document.data.split.by is SplitBy.TIME
    one.pick("load")
    one.click(one.place.detail.future)
    later = one.place.features.selected.features[0]
    assert one.feature(later).window == Window(1, 1)
    assert one.shown(made)[1].startswith("last 24 rows")


def test_the_split_is_chosen_with_its_counts(desk: Open, tmp_path: Path) -> None:
    file = tmp_path / "hundred.csv"
    file.write_text("x,kind\n" + "".join(f"{i / 7},{'ab'[i % 2]}\n" for i in range(100)))
    one = desk()
    one.open(file)
    split = one.place.split
    assert split.said.text() == "80 train · 20 validation"
    one.click(split.title)
    test_share = split.shares.editors[1].line
    test_share.selectAll()
    one.qtbot.keyClicks(test_share, "10")
    one.qtbot.keyClick(test_share, Qt.Key.Key_Return)
    assert split.said.text() == "70 train · 20 validation · 10 test"
    split.by.pick(SplitBy.STRATIFIED)
    split.column.setCurrentText("kind")
    split.column.activated.emit(split.column.currentIndex())
    assert one.session.document.data.split == Split(0.2, 0.1, 42, SplitBy.STRATIFIED, "kind")


def test_a_file_of_ones_own_is_taken(desk: Open, tmp_path: Path) -> None:
    file = tmp_path / "mine.npz"
    np.savez(file, x=np.zeros((6, 5), "float32"), y=np.array([0, 1, 2, 0, 1, 2]))
    one = desk()
    one.open(file)

    assert one.session.document.data.source == NpzSource(str(file))
    assert one.features == ["x", "y"]


def test_a_file_that_cannot_be_used_is_refused_with_a_sentence_and_changes_nothing(desk: Open, tmp_path: Path) -> None:
    file = tmp_path / "ragged.csv"
    file.write_text("a,b\n1,2\n3\n")
    one = desk()
    one.open(file)

    assert len(one.refusals) == 1
    assert "ine 3" in str(one.refusals[0])
    assert one.session.document.data.source is None


def test_a_look_that_is_cancelled_changes_nothing(desk: Open, penguins: Path) -> None:
    one = desk()
    one.place.open_file(penguins)
    assert one.place.is_looking
    one.click(one.place.reading.cancel)
    one.place.looker.release()
    one.qtbot.wait(50)
    assert one.session.document.data.source is None
    assert not one.place.is_looking


def test_pictures_of_a_folder_are_shown_small_and_broken_ones_are_told(desk: Open, pictures: Path) -> None:
    one = desk()
    one.open(pictures)
    one.settle()
    thumbnails = one.place.preview.thumbnails
    assert thumbnails.isVisible()
    assert thumbnails.count() == 8
    colors = {}
    for row in range(thumbnails.count()):
        item = thumbnails.item(row)
        picture = item.icon().pixmap(72, 72).toImage()
        colors[item.toolTip()] = picture.pixelColor(picture.width() // 2, picture.height() // 2).getRgb()[:3]
    assert colors["cats/0.png"] == (200, 40, 40)
    assert colors["dogs/0.png"] == (40, 40, 200)
    assert "dogs/3.png cannot be shown." in colors


def test_the_size_of_images_is_chosen(desk: Open, pictures: Path) -> None:
    one = desk()
    one.open(pictures)
    (image,) = [each for each in one.session.document.data.features if each.encoding is Encoding.IMAGE]
    assert image.shape == (24, 32, 3)
    one.pick(image.name)
    height = one.place.detail.sides.editors[0].line
    height.selectAll()
    one.qtbot.keyClicks(height, "16")
    one.qtbot.keyClick(height, Qt.Key.Key_Return)
    assert one.feature(image.name).shape == (16, 32, 3)


def test_a_sound_is_drawn(desk: Open, sounds: Path) -> None:
    one = desk()
    one.open(sounds)
    one.settle()
    assert one.place.preview.files.trace.isVisible()
    assert "high/0.wav" in one.place.preview.files.trace.accessibleName()


def test_features_and_columns_are_dropped_on_the_sides_of_the_strip(desk: Open, penguins: Path) -> None:
    one = desk()
    one.open(penguins)
    assert drop(one.place.strip.inputs, carried("island"))
    assert drop(one.place.strip.outputs, carried("species"))
    nodes = {node.kind: node for node in one.session.document.root.nodes.values()}
    assert nodes["Input"].params["feature"] == "island"
    assert nodes["Output"].params["target"] == "species"
    assert [card.text() for card in one.place.strip.inputs.cards.values()] == ["island"]
    outside = [name for name in ("bill", "mass", "code") if one.place.features.row(name) is None]
    if outside:
        assert drop(one.place.strip.inputs, carried(columns=(outside[0],)))
        assert any(outside[0] in each.columns for each in one.session.document.data.features)


def test_everything_is_reached_with_tab_and_has_a_name(desk: Open, penguins: Path) -> None:
    one = desk()
    one.open(penguins)
    one.place.change.setFocus()
    seen = []
    widget = one.place.change
    for _ in range(400):
        widget = widget.nextInFocusChain()
        if widget is one.place.change:
            break
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            name = widget.accessibleName() or (widget.text() if isinstance(widget, QPushButton) else "")
            seen.append((type(widget).__name__, name))
    named = {name for _, name in seen}
    assert {"Features and columns", "What it is", "Encoding", "Empty cells", "Add as input", "First rows"} <= named
    assert [kind for kind, name in seen if not name and kind not in ("QScrollArea", "QWidget")] == []


def test_actions_of_others_stand_beside_the_places_own(desk: Open) -> None:
    one = desk()
    choose(one, "iris")
    button = QPushButton("Check the data")
    one.place.add_action(button)
    assert button.isVisible()
    assert button.parentWidget() is one.place.add_input.parentWidget()


def test_a_project_that_is_opened_with_data_is_looked_at_when_the_place_is_shown(desk: Open) -> None:
    session = Session()
    first = desk(session)
    choose(first, "iris")
    second = desk(session)
    second.settle()
    assert second.place.look is not None


def test_each_sound_of_the_list_is_drawn_when_it_is_chosen(desk: Open, sounds: Path) -> None:
    one = desk()
    one.open(sounds)
    one.settle()
    files = one.place.preview.files
    names = [files.list.item(at).text() for at in range(files.list.count())]
    assert {name.partition("/")[0] for name in names} == {"high", "low"}
    files.list.setFocus()
    one.qtbot.keyClick(files.list, Qt.Key.Key_End)
    one.settle()
    assert names[-1] in files.trace.accessibleName()


def test_masks_are_laid_over_their_images_and_faults_are_listed(desk: Open, tmp_path: Path) -> None:
    for stem in ("a", "b"):
        for folder, gray in (("images", 40), ("masks", 1)):
            file = tmp_path / "cells" / folder / f"{stem}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            picture = QImage(8, 8, QImage.Format.Format_Grayscale8)
            picture.fill(QColor(gray, gray, gray))
            assert picture.save(str(file))
    (tmp_path / "cells" / "images" / "b.png").write_bytes(b"no image")
    one = desk()

    one.open(tmp_path / "cells")
    one.settle()

    shown = one.place.preview.thumbnails.item(0).icon().pixmap(72, 72).toImage()
    color = shown.pixelColor(shown.width() // 2, shown.height() // 2)
    assert color.saturation() > 100  # the picture is gray, what lies over it is not
    one.click(one.place.preview.switches[FAULTS])
    assert "images/b.png" in one.place.preview.faults.item(0).text()
    assert one.place.preview.faults.isVisible()


@pytest.mark.parametrize("is_hidden", [False, True], ids=["seen", "hidden meanwhile"])
def test_pictures_get_the_room_that_few_features_leave(desk: Open, is_hidden: bool) -> None:
    one = desk()
    one.session.do(edits.set_data(one.session.document, sample_choice("digits")))
    assert one.place.is_looking
    one.place.setVisible(not is_hidden)
    one.settle()
    one.place.show()
    one.qtbot.waitUntil(lambda: one.place.preview.height() > one.place.height() / 2)


def test_what_stands_in_an_archive_is_seen_as_rows_and_its_classes_are_counted(desk: Open, tmp_path: Path) -> None:
    species, tokens = np.array(["b", "a", "b", "c"]), np.arange(4 * 50).reshape(4, 50)
    sizes = np.array([1.5, 2.25, 3.0, 1e-9])
    np.savez(tmp_path / "cells.npz", size=sizes, at=np.eye(4, 3), tokens=tokens, species=species)
    one = desk()
    one.open(tmp_path / "cells.npz")
    one.pick("species")

    assert one.place.detail.balance.isVisible()
    assert one.place.detail.balance.accessibleName() == "b: 2, a: 1, c: 1"
    table = one.place.preview.table
    model = table.model()
    assert table.isVisible()
    names = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
    assert names == ["size", "at[0]", "at[1]", "at[2]", "tokens", "species"]
    row = [model.index(3, at).data() for at in range(model.columnCount())]
    assert row == ["1e-09", "0", "0", "0", " ".join((*map(str, range(150, 180)), "…")), "c"]

    one.pick("size")
    assert one.place.detail.histogram.isVisible()
    assert one.place.detail.histogram.accessibleName().startswith("Distribution from 1e-09 to 3: ")


@pytest.mark.parametrize(("brightest", "seen"), [(16, 255), (1, 255), (200, 200)])
def test_bytes_that_would_be_all_dark_are_shown_from_dark_to_bright(
    desk: Open, tmp_path: Path, brightest: int, seen: int
) -> None:
    pixels = np.zeros((2, 8, 8), np.uint8)
    pixels[:, 4:] = brightest
    np.savez(tmp_path / "marks.npz", pixels=pixels)
    one = desk()
    one.open(tmp_path / "marks.npz")
    shown = one.place.preview.thumbnails.item(0).icon().pixmap(72, 72).toImage()
    assert [shown.pixelColor(36, at).value() for at in (10, 60)] == [0, seen]


def test_a_data_set_of_keras_is_seen_by_the_excerpt_that_an_engine_left(
    desk: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    mnist = find_keras_set("mnist")
    assert mnist is not None
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "mnist.npz").touch()
    excerpt_path(mnist).parent.mkdir(parents=True, exist_ok=True)
    pixels, digits = np.full((3, 28, 28), 200, np.uint8), np.repeat(["7", "8"], [9, 1])
    np.savez(excerpt_path(mnist), x=pixels, y=digits)
    made = desk()
    wanted: list[bool] = []
    made.place.reading.excerpt_wanted.connect(lambda: wanted.append(True))
    made.place.sources.keras_chosen.emit("mnist")
    made.settle()

    thumbnails = made.place.preview.thumbnails
    assert [thumbnails.item(at).text() for at in range(thumbnails.count())] == ["7", "7", "7"]
    assert thumbnails.item(0).icon().pixmap(72, 72).toImage().pixelColor(36, 36).value() == 200
    made.pick("digit")
    assert made.place.detail.balance.accessibleName() == "7: 9, 8: 1"
    assert not made.place.detail.meaning.isEnabled()  # what it is, Keras says
    assert wanted == []

    excerpt_path(mnist).unlink()
    made.place.reading.look_again()
    made.settle()
    assert wanted == [True]
    assert not made.place.preview.isVisible()


def test_of_a_data_set_of_keras_it_is_told_what_it_has_before_anything_is_downloaded(
    desk: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    made = desk()
    made.place.sources.keras_chosen.emit("mnist")
    made.settle()
    assert made.features == ["image", "digit"]
    assert made.shown("image")[VALUES] == "scaled by 1/255"
    words = [each.text() for each in made.place.findChildren(QLabel) if each.isVisible()]
    assert any("60,000 examples to train, 10,000 to test. CC BY-SA 3.0." in text for text in words)
    assert made.place.split.said.text() == "54,000 train · 6,000 validation · 10,000 test"
    assert list(tmp_path.rglob("*.npz")) == []

"""The palette: layers by family, found by a few letters, added with Enter or a double-click, or dragged."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.catalog.declaration import Family
from studio.catalog.registry import KINDS
from studio.document.block_edits import rename_block
from studio.document.changes import Edit, GraphChange
from studio.gui.palette.palette import Palette
from studio.gui.shared.kind_search import KIND_MIME, found
from studio.gui.shared.offers import KIND_OFFERS
from studio.gui.shared.theme import Theme
from studio.session.session import Session


@pytest.fixture
def theme() -> Theme:
    return Theme()


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def palette(put_up: Callable[..., None], session: Session, theme: Theme) -> Iterator[Palette]:
    made = Palette(session, theme)
    put_up(made, 200, 600)
    yield made
    made.release()


def families(palette: Palette) -> list[str]:
    tree = palette.tree
    items = [tree.topLevelItem(at) for at in range(tree.topLevelItemCount())]
    return [item.text(0) for item in items if not item.isHidden()]


def kinds(palette: Palette) -> list[str]:
    """The kinds that can be seen, families unfolded."""
    tree = palette.tree
    tops = [tree.topLevelItem(at) for at in range(tree.topLevelItemCount())]
    items = [top.child(at) for top in tops if not top.isHidden() for at in range(top.childCount())]
    return [item.data(0, Qt.ItemDataRole.UserRole) for item in items if not item.isHidden()]


def test_every_kind_stands_in_its_family(palette: Palette) -> None:
    there = {kind.family for kind in KINDS.values()}
    assert families(palette) == [str(family) for family in Family if family in there]
    assert sorted(kinds(palette)) == sorted(KINDS)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("dense", "Dense"),
        ("conv2", "Conv2D"),
        ("bn", "BatchNormalization"),
        ("mha", "MultiHeadAttention"),
        ("gap2", "GlobalAveragePooling2D"),
        ("norm", "Normalization"),
        ("max pool", "MaxPooling2D"),
        ("drop", "Dropout"),
        ("relu", "ReLU"),
        ("bilstm", "Bidirectional"),
        ("concat", "Concatenate"),
    ],
)
def test_a_few_letters_find_what_is_meant(typed: str, first: str) -> None:
    names = [kind.name for kind in found(KIND_OFFERS, typed)]
    assert first in names[:4], names[:6]


def test_nonsense_finds_nothing() -> None:
    assert found(KIND_OFFERS, "xyzzy") == []


def test_typing_leaves_what_fits_and_unfolds_it(palette: Palette) -> None:
    QTest.keyClicks(palette.search, "lstm")
    assert "LSTM" in kinds(palette)
    assert "Dense" not in kinds(palette)
    assert "Core" not in families(palette)
    assert palette.tree.currentItem().data(0, Qt.ItemDataRole.UserRole) == "LSTM"


def test_words_of_the_summary_are_found_too(palette: Palette) -> None:
    QTest.keyClicks(palette.search, "transformer")
    assert kinds(palette) != []


def test_enter_adds_what_was_found_first(palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.search, "dense")
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert chosen.args == ["Dense"]


def test_escape_clears_the_search(palette: Palette) -> None:
    QTest.keyClicks(palette.search, "dense")
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert (palette.search.text(), len(kinds(palette))) == ("", len(KINDS))


def test_down_goes_into_the_list_and_enter_adds_there(palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.search, "dense")
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.tree.hasFocus()
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClick(palette.tree, Qt.Key.Key_Return)
    assert chosen.args == ["Dense"]


def test_a_double_click_on_a_family_folds_it_and_adds_nothing(palette: Palette, qtbot: QtBot) -> None:
    tree = palette.tree
    top = tree.topLevelItem(0)
    with qtbot.assertNotEmitted(palette.chosen):
        QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(top).center())


def test_a_dragged_layer_travels_by_its_name(palette: Palette) -> None:
    QTest.keyClicks(palette.search, "conv2d")
    item = palette.tree.currentItem()
    data = palette.tree.mimeData([item])
    assert bytes(data.data(KIND_MIME).data()) == b"Conv2D"
    assert item.flags() & Qt.ItemFlag.ItemIsDragEnabled


def test_every_layer_says_what_it_does(palette: Palette) -> None:
    QTest.keyClicks(palette.search, "conv2d")
    assert KINDS["Conv2D"].summary in palette.tree.currentItem().toolTip(0)


def test_icons_follow_the_theme(palette: Palette, theme: Theme) -> None:
    item = palette.tree.topLevelItem(0)
    before = item.icon(0).pixmap(16).toImage()
    theme.switch("dark")
    assert item.icon(0).pixmap(16).toImage() != before


def blocks(palette: Palette) -> list[str]:
    """What can be seen under the project's own blocks."""
    top = palette.tree.topLevelItem(0)
    assert top.text(0) == "Your blocks"
    return [] if top.isHidden() else [top.child(at).text(0) for at in range(top.childCount())]


def test_the_blocks_of_the_project_stand_first_and_follow_what_is_done(palette: Palette, session: Session) -> None:
    assert blocks(palette) == []
    session.do(Edit("Make", (GraphChange("t", None, "Res tower"),)))
    assert blocks(palette) == ["Res tower"]
    session.do(rename_block(session.document, "t", "Stem"))
    assert blocks(palette) == ["Stem"]
    session.undo()
    session.undo()
    assert blocks(palette) == []


def test_a_block_is_found_by_its_name_and_chosen_with_enter(palette: Palette, session: Session, qtbot: QtBot) -> None:
    session.do(Edit("Make", (GraphChange("t", None, "Res tower"),)))
    for typed in ("tower", "res t", "restow"):
        palette.search.clear()
        QTest.keyClicks(palette.search, typed)
        assert blocks(palette) == ["Res tower"]
        with qtbot.waitSignal(palette.chosen) as chosen:
            QTest.keyClick(palette.search, Qt.Key.Key_Return)
        assert chosen.args == ["block:t"]


def test_a_double_click_chooses_a_block(palette: Palette, session: Session, qtbot: QtBot) -> None:
    session.do(Edit("Make", (GraphChange("t", None, "tower"),)))
    tree = palette.tree
    place = tree.visualItemRect(tree.topLevelItem(0).child(0)).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == ["block:t"]


def test_families_stay_folded_as_they_are_when_a_block_comes(palette: Palette, session: Session) -> None:
    recurrent = next(
        palette.tree.topLevelItem(at) for at in range(20) if palette.tree.topLevelItem(at).text(0) == "Recurrent"
    )
    recurrent.setExpanded(True)
    session.do(Edit("Make", (GraphChange("t", None, "tower"),)))
    assert recurrent.isExpanded()

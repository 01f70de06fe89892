"""What does not fit into a line goes on in the next one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.gui.shared.flow import Flow


class Piece(QWidget):
    """A widget that would like to be so wide, and can be 40."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width

    def sizeHint(self) -> QSize:
        return QSize(self._width, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 24)


@pytest.mark.parametrize(
    ("width", "places", "height"),
    [
        (400, [(0, 0, 100), (108, 0, 100), (216, 0, 150)], 24),
        (366, [(0, 0, 100), (108, 0, 100), (216, 0, 150)], 24),
        (365, [(0, 0, 100), (108, 0, 100), (0, 32, 150)], 56),
        (120, [(0, 0, 100), (0, 32, 100), (0, 64, 120)], 88),
    ],
)
def test_pieces_fill_lines(qtbot: QtBot, width: int, places: list[tuple[int, int, int]], height: int) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    flow = Flow(box, spacing_px=8)
    pieces = [Piece(each) for each in (100, 100, 150)]
    for piece in pieces:
        flow.addWidget(piece)
    box.setFixedSize(width, 200)
    box.show()

    assert [(piece.x(), piece.y(), piece.width()) for piece in pieces] == places
    assert flow.heightForWidth(width) == height


def test_a_piece_can_be_taken_out_again(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    flow = Flow(box)
    flow.addWidget(Piece(10))

    assert flow.itemAt(1) is None
    assert flow.takeAt(0) is not None
    assert flow.takeAt(0) is None
    assert flow.count() == 0

"""Fields can be seen on every ground, and say what does not fit into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from studio.gui.shared.check import Check
from studio.gui.shared.forms.editors import QuietComboBox
from studio.gui.shared.line import Line
from studio.gui.shared.theme import NAMES, palette, tokens

PutUp = Callable[[QWidget, int, int], None]
LEAST_CONTRAST = 3.0
"""What WCAG 2.2 (1.4.11) asks of the outlines of controls."""


@pytest.fixture(autouse=True)
def colors_come_back(qapp: QApplication) -> Iterator[None]:
    before = QPalette(qapp.palette())
    yield
    qapp.setPalette(before)


def luminance(color: QColor) -> float:
    shares = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in color.getRgbF()[:3]]
    return 0.2126 * shares[0] + 0.7152 * shares[1] + 0.0722 * shares[2]


def contrast(one: QColor, other: QColor) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def picture(widget: QWidget) -> QImage:
    QApplication.processEvents()
    return widget.grab().toImage()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", [Line, Check, lambda: QuietComboBox("names")], ids=["line", "check", "choice"])
def test_the_outline_of_a_field_stands_out_in_every_theme(
    put_up: PutUp, kind: Callable[[], QWidget], name: str
) -> None:
    QApplication.setPalette(palette(tokens(name)))
    field = kind()
    put_up(field, 22 if isinstance(field, Check) else 120, 22)
    field.clearFocus()
    shown = picture(field)
    left = max(contrast(shown.pixelColor(x, shown.height() // 2), tokens(name).surface) for x in range(6))
    assert left >= LEAST_CONTRAST


def test_a_check_is_switched_with_mouse_and_space(put_up: PutUp) -> None:
    check = Check()
    put_up(check, 22, 22)
    off = picture(check)
    QTest.mouseClick(check, Qt.MouseButton.LeftButton)
    assert check.isChecked()
    on = picture(check)
    assert off != on
    check.setFocus()
    QTest.keyClick(check, Qt.Key.Key_Space)
    assert not check.isChecked()


@pytest.mark.qt_log_ignore(r"does not support raise\(\)")
def test_a_choice_that_is_too_long_is_said_in_full(put_up: PutUp) -> None:
    choice = QuietComboBox("loss")
    choice.addItems(["sparse_categorical_crossentropy", "mae"])
    put_up(choice, 100, 24)
    asked = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), choice.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(choice, asked)
    assert "sparse_categorical_crossentropy" in QToolTip.text()
    QToolTip.hideText()


def test_a_choice_that_fits_says_nothing_twice(put_up: PutUp) -> None:
    choice = QuietComboBox("loss")
    choice.addItems(["mae"])
    put_up(choice, 100, 24)
    QToolTip.hideText()
    asked = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), choice.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(choice, asked)
    assert "mae" not in QToolTip.text()

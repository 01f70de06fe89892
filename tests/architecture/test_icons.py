"""The icons are one family: valid, of one size, one stroke and one color that the palette can replace."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from studio.core.paths import resources_dir

ICONS = sorted((resources_dir() / "icons").glob("*.svg"))
APPLICATION = resources_dir() / "icons" / "layer-studio.svg"
LINE_ICONS = [path for path in ICONS if path != APPLICATION]


def drawn(source: str, size: int) -> QImage:
    renderer = QSvgRenderer(QByteArray(source.encode()))
    assert renderer.isValid()
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def pixels(image: QImage) -> list[bytes]:
    """The pixels, row by row, each as blue, green, red, alpha."""
    data = bytes(image.constBits())
    return [data[i : i + 4] for i in range(0, len(data), 4)]


def test_there_are_about_a_hundred() -> None:
    assert len(LINE_ICONS) >= 95
    assert APPLICATION.is_file()


@pytest.mark.parametrize("path", LINE_ICONS, ids=lambda path: path.stem)
def test_an_icon_is_drawn_on_the_grid_in_one_color(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text())
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke-width") == "1.75"
    attributes = [(name, value) for element in root.iter() for name, value in element.attrib.items()]
    assert {value for name, value in attributes if name in ("fill", "stroke")} <= {"#000", "none"}
    assert re.search(r"<(text|image|script|style|use|a)\b", path.read_text()) is None


@pytest.mark.parametrize("path", LINE_ICONS, ids=lambda path: path.stem)
def test_an_icon_takes_the_color_it_is_given_and_stays_inside_its_margin(path: Path) -> None:
    image = drawn(path.read_text().replace("#000", "#ff0000"), 48)
    solid = [pixel for pixel in pixels(image) if pixel[3] == 255]
    assert len(solid) > 40
    assert set(solid) == {b"\x00\x00\xff\xff"}
    edge = [image.pixelColor(x, y).alpha() for i in range(48) for x, y in ((i, 0), (i, 47), (0, i), (47, i))]
    assert max(edge) == 0


def test_no_two_icons_look_the_same_at_sixteen_pixels() -> None:
    pictures: dict[bytes, str] = {}
    for path in LINE_ICONS:
        bits = bytes(drawn(path.read_text(), 16).constBits())
        assert bits not in pictures, f"{path.stem} looks like {pictures[bits]}"
        pictures[bits] = path.stem


def test_the_applications_own_icon_is_colorful_at_every_size() -> None:
    for size in (16, 32, 64, 256):
        colors = [QColor(red, green, blue) for blue, green, red, _ in pixels(drawn(APPLICATION.read_text(), size))]
        hues = {color.hue() // 30 for color in colors if color.saturation() > 60}
        assert len(hues) >= 3

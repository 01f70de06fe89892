"""The studio's own icons: drawings in one stroke that take the color they are asked for."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio.core.paths import resources_dir

MISSING = "unknown"
SHARPEST = 2.0
"""The highest pixel density for which an icon brings a picture of its own."""


def pixmap(name: str, color: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon `name` in `color`, `size` logical pixels wide and high, for screens of the given pixel ratio."""
    return _pixmap(name, color.name(QColor.NameFormat.HexArgb), size, ratio)


def icon(name: str, color: QColor, size: int = 16, disabled: QColor | None = None) -> QIcon:
    """The icon `name` in `color`, sharp on ordinary and on dense screens; `disabled` is its color when greyed out."""
    made = QIcon()
    for ratio in sorted({1.0, _sharpest()}):
        made.addPixmap(pixmap(name, color, size, ratio))
        if disabled is not None:
            made.addPixmap(pixmap(name, disabled, size, ratio), QIcon.Mode.Disabled)
    return made


def _sharpest() -> float:
    """The highest pixel density of the screens that there are."""
    application = QGuiApplication.instance()
    return min(application.devicePixelRatio(), SHARPEST) if isinstance(application, QGuiApplication) else 1.0


@lru_cache(maxsize=1024)
def _pixmap(name: str, color: str, size: int, ratio: float) -> QPixmap:
    wanted = QColor(color)
    drawing = _source(name).replace("#000", wanted.name())
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(wanted.alphaF())
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


@cache
def _source(name: str) -> str:
    folder = resources_dir() / "icons"
    path = folder / f"{name}.svg"
    return (path if path.exists() else folder / f"{MISSING}.svg").read_text("utf-8")

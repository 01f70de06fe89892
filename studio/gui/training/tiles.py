"""The newest value of every metric, large, with the best epoch beneath."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.gui.shared.theme import Theme, Tokens, mono_font
from studio.gui.training.wording import value_text
from studio.runs.curves import Curves

MOST = 6
"""More than this many tiles do not fit beside each other on a small screen; the rest is in the plots."""


class Tile(QFrame):
    """One metric: name, newest value, best value with its epoch."""

    def __init__(self, metric: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = metric
        self.setAutoFillBackground(True)
        self._value = QLabel("–")
        font = mono_font(self.font().pointSizeF() + 6)
        font.setWeight(QFont.Weight.DemiBold)
        self._value.setFont(font)
        self._best = QLabel(" ")
        self._name = QLabel(metric)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(0)
        self._best.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # the first to be cut off
        for label in (self._name, self._value, self._best):
            label.setTextFormat(Qt.TextFormat.PlainText)
            layout.addWidget(label)

    def show_curves(self, curves: Curves) -> None:
        """Show the values as they are now."""
        self._value.setText(value_text(curves.last(self.name)))
        best = curves.best(self.name)
        if best is not None:
            self._best.setText(f"best {value_text(best[1])} · epoch {best[0] + 1}")
            self.setToolTip(f"{self.name}: best {value_text(best[1])}, in epoch {best[0] + 1}")

    def paint_with(self, t: Tokens) -> None:
        """Take the colors of a theme."""
        own = self.palette()
        own.setColor(self.backgroundRole(), t.raised)
        self.setPalette(own)
        for label in (self._name, self._best):
            faded = label.palette()
            faded.setColor(label.foregroundRole(), t.muted)
            label.setPalette(faded)


class Tiles(QWidget):
    """A row of tiles: each metric, then its validation value."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tiles: dict[str, Tile] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        theme.changed.connect(self._paint)

    def show_curves(self, curves: Curves) -> None:
        """Show the newest values; tiles follow the metrics that there are."""
        names = [name for metric in curves.metrics for name in (metric, f"val_{metric}")]
        names = [name for name in names if not name.startswith("val_") or name in curves.epochs][:MOST]
        if names != list(self._tiles):
            self._rebuild(names)
        for tile in self._tiles.values():
            tile.show_curves(curves)

    def release(self) -> None:
        """Stop following the theme."""
        self._theme.changed.disconnect(self._paint)

    def _rebuild(self, names: list[str]) -> None:
        for tile in self._tiles.values():
            self._row.removeWidget(tile)
            tile.deleteLater()
        self._tiles = {name: Tile(name) for name in names}
        for tile in self._tiles.values():
            self._row.addWidget(tile, 1)
        self._paint(self._theme.tokens)

    def _paint(self, t: Tokens) -> None:
        for tile in self._tiles.values():
            tile.paint_with(t)

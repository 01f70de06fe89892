"""Small pictures of what stands in a column: bars of its values or classes, a line over the rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.wording import count_text
from studio.gui.data.facts import Facts
from studio.gui.shared.theme import Theme, Tokens, mixed

SHARE = 0.75
LEAST_PX = 1.5
MOST_BARS = 24
CHART_PX = 72
ROW_PX = 20
NAME_SHARE = 0.42
MOST_ROWS = 10


def paint_bars(painter: QPainter, area: QRectF, counts: Sequence[int], t: Tokens, *, apart: bool) -> None:
    """Draw counts as bars; `apart` where they are classes and not neighbors on a scale."""
    shown = counts[:MOST_BARS]
    most = max(shown, default=0)
    if not most:
        return
    step = area.width() / len(shown)
    width = step * SHARE if apart else step - 0.5
    width = min(width, area.height()) if apart else width
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mixed(t.accent, t.raised, SHARE))
    for at, count in enumerate(shown):
        height = max(LEAST_PX, area.height() * count / most) if count else 0.0
        painter.drawRect(QRectF(area.left() + at * step, area.bottom() - height, max(width, 1.0), height))


class Histogram(QWidget):
    """How the numbers of a column are distributed, with the ends of the scale below."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts: tuple[int, ...] = ()
        self._ends = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: tuple[int, ...], least: float, most: float) -> None:
        """Show how many values are in each of as many equal bins between two numbers."""
        self._counts = counts
        self._ends = (f"{least:.6g}", f"{most:.6g}")
        said = f"Distribution from {self._ends[0]} to {self._ends[1]}: {', '.join(map(str, counts))}"
        self.setAccessibleName(said)
        self.update()

    def sizeHint(self) -> QSize:
        """A chart of a fixed height, with a line of text."""
        return QSize(160, CHART_PX + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars and the ends."""
        t = self._theme.tokens
        painter = QPainter(self)
        line = self.fontMetrics().height()
        area = QRectF(0, 0, self.width(), self.height() - line - 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_bars(painter, area, self._counts, t, apart=False)
        painter.setPen(QPen(t.line))
        painter.drawLine(QPointF(0, area.bottom() + 0.5), QPointF(self.width(), area.bottom() + 0.5))
        painter.setPen(t.muted)
        below = QRectF(0, self.height() - line, self.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._ends[0])
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._ends[1])
        painter.end()


class Balance(QWidget):
    """How often each class is there: a name, a bar and a count in each row."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[tuple[str, int], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, rows: Sequence[tuple[str, int]]) -> None:
        """Show values with their counts, the first ones."""
        self._rows = tuple(rows[:MOST_ROWS])
        self.setAccessibleName(", ".join(f"{name or '(nothing)'}: {count}" for name, count in self._rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A row each."""
        return QSize(160, ROW_PX * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((count for _, count in self._rows), default=1) or 1
        metrics = self.fontMetrics()
        figures = max((metrics.horizontalAdvance(count_text(count)) for _, count in self._rows), default=0) + 8
        names = self.width() * NAME_SHARE
        room = self.width() - names - figures - 8
        for at, (name, count) in enumerate(self._rows):
            top = at * ROW_PX
            painter.setPen(t.text)
            text = metrics.elidedText(name or "(nothing)", Qt.TextElideMode.ElideRight, round(names - 8))
            painter.drawText(QRectF(0, top, names - 8, ROW_PX), Qt.AlignmentFlag.AlignVCenter, text)
            painter.setPen(t.muted)
            right = QRectF(self.width() - figures, top, figures, ROW_PX)
            painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count_text(count))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mixed(t.accent, t.raised, SHARE))
            painter.drawRoundedRect(QRectF(names, top + 5, max(2.0, room * count / most), ROW_PX - 10), 2, 2)
        painter.end()


class Trace(QWidget):
    """A line through values: a column over its rows, the samples of a sound."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: tuple[float | None, ...] = ()
        self._said = ""
        self.setMinimumHeight(CHART_PX)

    def show_values(self, values: Sequence[float | None], said: str) -> None:
        """Show values in their order, None where there is none, with a sentence about them."""
        self._values = tuple(values)
        self._said = said
        self.setAccessibleName(said)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line and the sentence."""
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.fontMetrics().height()
        painter.setPen(t.muted)
        painter.drawText(QRectF(0, 0, self.width(), line), Qt.AlignmentFlag.AlignLeft, self._said)
        known = [value for value in self._values if value is not None]
        if len(known) > 1:
            area = QRectF(0, line + 8, self.width(), self.height() - line - 12)
            painter.setPen(QPen(t.accent, 1.5))
            for run in _runs(self._values, area, min(known), max(known)):
                painter.drawPolyline(run)
        painter.end()


def _runs(values: Sequence[float | None], area: QRectF, least: float, most: float) -> list[QPolygonF]:
    """The line, broken where values are missing."""
    height = (most - least) or 1.0
    step = area.width() / max(1, len(values) - 1)
    runs = [QPolygonF()]
    for at, value in enumerate(values):
        if value is None:
            runs.append(QPolygonF())
        else:
            runs[-1].append(QPointF(area.left() + at * step, area.bottom() - area.height() * (value - least) / height))
    return [run for run in runs if run.size() > 1]


def show_distribution(one: Facts | None, balance: Balance, histogram: Histogram, *, is_class: bool) -> None:
    """Show how often each class of a column is there, or how its numbers are distributed; hide the other, or both."""
    has_bars = one is not None and is_class and bool(one.frequent)
    has_scale = one is not None and not is_class and bool(one.histogram)
    if one is not None and has_bars:
        balance.show_counts(one.frequent)
    if one is not None and has_scale and one.ends is not None:
        histogram.show_counts(one.histogram, *one.ends)
    balance.setVisible(has_bars)
    histogram.setVisible(has_scale)

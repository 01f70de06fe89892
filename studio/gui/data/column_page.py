"""One column in detail, or several: what stands in them, and what can be made of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from studio.core.errors import StudioError
from studio.core.wording import listed, plural
from studio.document.data_choice import Feature
from studio.gui.data.facts import Facts
from studio.gui.data.pictures import Balance, Histogram, show_distribution
from studio.gui.shared.buttons import Button
from studio.gui.shared.flow import Flow
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words

LABEL_PX = 80


class ColumnPage(QWidget):
    """`feature_asked`: a feature of the selected columns; `out_asked`: them out of the feature that they are in."""

    feature_asked = Signal()
    out_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = Words(bold=True, points=1, wrap=True)
        self._about = Words(muted=True, wrap=True)
        self.histogram = Histogram(theme)
        self.balance = Balance(theme)
        self._details = QWidget()
        self._grid = QGridLayout(self._details)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self.offending = Words(mono=True, points=-1, wrap=True)
        self.trouble = Words(wrap=True)
        self.trouble.set_color(lambda: theme.tokens.error)
        self.make = Button("", theme, icon_name="add")
        self.make.clicked.connect(self.feature_asked)
        self.out = Button("", theme, icon_name="unlink")
        self.out.clicked.connect(self.out_asked)
        buttons = Flow()
        buttons.addWidget(self.make)
        buttons.addWidget(self.out)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (
            self._title,
            self._about,
            self.histogram,
            self.balance,
            self._details,
            self.offending,
            self.trouble,
        ):
            column.addWidget(widget)
        column.addLayout(buttons)

    def show_columns(self, known: Sequence[Facts], within: Feature | None, features: Sequence[str]) -> None:
        """Show columns, the feature that they are all in, and features that are selected with them."""
        self.trouble.hide()
        one = known[0] if len(known) == 1 and not features else None
        names = [*features, *(each.name for each in known)]
        self._title.setText(one.name if one is not None else plural(len(names), "row") + " selected")
        self._about.setText(self._said(one, within, names))
        is_class = one is not None and one.apart and bool(one.counts)
        show_distribution(one, self.balance, self.histogram, is_class=is_class)
        self._show_details(one)
        self.make.setText(self._offer(one, within))
        self.make.setVisible(not (one is not None and within is not None and len(within.columns) == 1))
        self.out.setText(self.tr("Take out of {feature}").format(feature=within.name if within is not None else ""))
        self.out.setVisible(within is not None and not features and len(within.columns) > len(known))

    def show_trouble(self, error: StudioError) -> None:
        """Say why these columns cannot become a feature."""
        self.trouble.setText(str(error))
        self.trouble.show()

    def _said(self, one: Facts | None, within: Feature | None, names: Sequence[str]) -> str:
        if one is None:
            return self.tr("{names} can become one feature, side by side.").format(names=listed(names[:8]))
        if within is not None:
            return self.tr("A part of {feature}.").format(feature=within.name)
        return self.tr("In no feature: the model does not see it.")

    def _offer(self, one: Facts | None, within: Feature | None) -> str:
        if one is None:
            return self.tr("Combine into one feature")
        return self.tr("Make it a feature") if within is None else self.tr("A feature of its own")

    def _show_details(self, one: Facts | None) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for at, (label, text) in enumerate(one.details if one is not None else ()):
            name = Words(label, muted=True)
            name.setFixedWidth(LABEL_PX)
            self._grid.addWidget(name, at, 0)
            self._grid.addWidget(Words(text, wrap=True), at, 1)
        self._details.setVisible(one is not None)
        cells = one.offending if one is not None else ()
        self.offending.setText("\n".join(f"line {line:,}   {' '.join(text.split())[:60]}" for line, text in cells))
        self.offending.setVisible(bool(cells))

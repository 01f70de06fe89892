"""Colors as tokens: light, dark and high contrast, and the Qt palette made of them.

Widgets keep a `Theme` and ask `theme.tokens` whenever they paint, so that a switch needs no rebuilding.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from PySide6.QtGui import QColor, QFont, QPalette

from studio.catalog.family import Family
from studio.core.paths import resources_dir
from studio.core.signal import Signal

NAMES = ("light", "dark", "contrast")


class Tokens(NamedTuple):
    """The colors of one theme. Text colors reach 4.5:1 on surface, raised and sunken (tested)."""

    name: str
    dark: bool
    surface: QColor
    """Behind panels."""
    raised: QColor
    """Cards, fields, menus."""
    sunken: QColor
    """Wells: plots, code."""
    canvas: QColor
    grid: QColor
    line: QColor
    """Borders and dividers."""
    strong_line: QColor
    """Borders that must be seen: controls, ports."""
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    accent_soft: QColor
    """Selected rows, the hover of accents."""
    error: QColor
    warning: QColor
    hint: QColor
    success: QColor
    wire: QColor
    shadow: QColor
    families: Mapping[Family, QColor]

    @property
    def disabled(self) -> QColor:
        """What cannot be used now: its words need not be read."""
        return mixed(self.text, self.raised, 0.45)


@cache
def tokens(name: str) -> Tokens:
    """The tokens of the theme `light`, `dark` or `contrast`."""
    stored = json.loads((resources_dir() / "themes" / f"{name}.json").read_text("utf-8"))
    colors = {field: QColor(stored[field]) for field in Tokens._fields if field not in ("name", "dark", "families")}
    families = {family: QColor(stored["families"][family.name.lower()]) for family in Family}
    return Tokens(name=name, dark=stored["dark"], families=families, **colors)


class Theme:
    """The theme in force; `changed` is emitted after a switch."""

    def __init__(self, name: str = "light") -> None:
        self.changed: Signal[Tokens] = Signal()
        self._tokens = tokens(name)

    @property
    def tokens(self) -> Tokens:
        """The colors to paint with now."""
        return self._tokens

    def switch(self, name: str) -> None:
        """Put the theme `light`, `dark` or `contrast` in force."""
        self._tokens = tokens(name)
        self.changed.emit(self._tokens)


def mixed(color: QColor, ground: QColor, share: float) -> QColor:
    """`share` of `color` on `ground`, opaque."""
    return QColor(
        round(color.red() * share + ground.red() * (1 - share)),
        round(color.green() * share + ground.green() * (1 - share)),
        round(color.blue() * share + ground.blue() * (1 - share)),
    )


def palette(t: Tokens) -> QPalette:
    """The Qt palette of a theme, for the Fusion style."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: t.surface,
        QPalette.ColorRole.WindowText: t.text,
        QPalette.ColorRole.Base: t.raised,
        QPalette.ColorRole.AlternateBase: t.surface,
        QPalette.ColorRole.Text: t.text,
        QPalette.ColorRole.PlaceholderText: t.muted,
        QPalette.ColorRole.Button: t.raised,
        QPalette.ColorRole.ButtonText: t.text,
        QPalette.ColorRole.BrightText: t.on_accent,
        QPalette.ColorRole.ToolTipBase: t.raised,
        QPalette.ColorRole.ToolTipText: t.text,
        QPalette.ColorRole.Highlight: t.accent,
        QPalette.ColorRole.HighlightedText: t.on_accent,
        QPalette.ColorRole.Accent: t.accent,
        QPalette.ColorRole.Link: t.accent,
        QPalette.ColorRole.Light: t.raised,
        QPalette.ColorRole.Midlight: t.line,
        QPalette.ColorRole.Mid: t.line,
        QPalette.ColorRole.Dark: t.strong_line,
        QPalette.ColorRole.Shadow: t.shadow,
    }
    for role, color in roles.items():
        made.setColor(role, color)
    off = QPalette.ColorGroup.Disabled
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(off, role, t.disabled)
    return made


def mono_font(points: float) -> QFont:
    """The system's fixed-width font: shapes, counts and code, with figures of one width."""
    from PySide6.QtGui import QFontDatabase  # not needed before the first paint

    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(points)
    return font

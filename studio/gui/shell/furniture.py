"""What stands in the window whatever project is open: menus, the top bar, the banner, docks, the status bar."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenuBar, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from studio.gui.shared.theme import Theme
from studio.gui.shell.actions import ACTIONS, Commands, build_actions, fill_menus, work_in
from studio.gui.shell.banner import Banner
from studio.gui.shell.check_bar import CheckBar
from studio.gui.shell.dock_title import DockTitle
from studio.gui.shell.status import StatusBar
from studio.gui.shell.top_bar import TopBar

PALETTE_PX, INSPECTOR_PX, STRIP_PX = 200, 296, 136
NESTED = 4
"""How deep layouts stand in each other; each hands its wishes on in a turn of its own."""
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
AREAS = {"palette": LEFT, "inspector": RIGHT, "problems": BOTTOM, "code": BOTTOM}


class Furniture:
    """Puts everything up in `window`; panels, places and texts come later, with a project."""

    def __init__(self, window: QMainWindow, theme: Theme, commands: Commands) -> None:
        self._window = window
        self._theme = theme
        self.table = ACTIONS
        self.actions: dict[str, QAction] = build_actions(window, commands)
        bar = QMenuBar()
        self.menus = fill_menus(bar, self.actions)
        self.recent_menu = self.menus["File"].addMenu(_tr("Open recent"))
        self.menus["File"].insertMenu(self.actions["save"], self.recent_menu)
        self.top_bar = TopBar(self.actions, theme)
        self.banner = Banner(theme)
        self.checking = CheckBar(theme)
        self.places = QStackedWidget()
        self.status = StatusBar(theme)
        window.setMenuWidget(_stacked(bar, self.top_bar))
        window.setCentralWidget(_stacked(self.banner, self.checking, self.places))
        window.setStatusBar(self.status)
        window.setTabPosition(BOTTOM, QTabWidget.TabPosition.North)
        titles = {
            "palette": _tr("Layers"),
            "inspector": _tr("Inspector"),
            "problems": _tr("Problems"),
            "code": _tr("Code"),
        }
        self.docks = {name: self._dock(name, title) for name, title in titles.items()}
        self.lay_out()

    def lay_out(self) -> None:
        """Put every dock where it belongs, shown, in its first size."""
        window, corner = self._window, Qt.Corner
        window.setCorner(corner.BottomLeftCorner, LEFT)
        window.setCorner(corner.BottomRightCorner, RIGHT)
        for name, dock in self.docks.items():
            dock.setFloating(False)
            window.addDockWidget(AREAS[name], dock)
            dock.show()
        window.tabifyDockWidget(self.docks["problems"], self.docks["code"])
        self.docks["problems"].raise_()
        self.size_docks()

    def work_in(self, canvas: QWidget) -> None:
        """Let the keys of the drawing work on `canvas`."""
        work_in(canvas, self.actions)

    def settle(self) -> None:
        """Let everything take its size now and not some turns later."""
        for _ in range(NESTED):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)

    def size_docks(self) -> bool:
        """Give every dock its first size; True, since they have one then."""
        window = self._window
        sides = [self.docks["palette"], self.docks["inspector"]]
        window.resizeDocks(sides, [PALETTE_PX, INSPECTOR_PX], Qt.Orientation.Horizontal)
        window.resizeDocks([self.docks["problems"]], [STRIP_PX], Qt.Orientation.Vertical)
        return True

    def _dock(self, name: str, title: str) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        feature = QDockWidget.DockWidgetFeature
        dock.setFeatures(feature.DockWidgetMovable | feature.DockWidgetClosable)
        dock.setWidget(QWidget())
        tabbed = AREAS[name] is BOTTOM
        dock.setTitleBarWidget(QWidget() if tabbed else DockTitle(dock, self._theme))  # tabs have the name already
        shown = dock.toggleViewAction()
        shown.setText(_tr("{panel} panel").format(panel=title))
        self.menus["View"].insertAction(self.actions["reset"], shown)
        return dock


def _stacked(*widgets: QWidget) -> QWidget:
    """Widgets above each other without gaps; the last one takes the room."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget, 1 if widget is widgets[-1] else 0)
    return holder


def _tr(text: str) -> str:
    return QCoreApplication.translate("MainWindow", text)

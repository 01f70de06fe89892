"""The Data place: where the examples come from, what stands in them, and how they enter the drawing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.data.folder import FolderLook
from studio.data.look import Look
from studio.document.changes import Edit
from studio.document.data_choice import CsvSource, DataChoice, ExcelSource, FolderSource, JsonSource
from studio.gui.data import facts
from studio.gui.data.arrangement import head, invitation, side
from studio.gui.data.column_page import ColumnPage
from studio.gui.data.detail import FeatureDetail
from studio.gui.data.editing import FeatureEditing, within
from studio.gui.data.feature_tree import FeatureTree
from studio.gui.data.how_read import HowRead
from studio.gui.data.looking import Looker
from studio.gui.data.preview import Preview
from studio.gui.data.question_bar import QuestionBar
from studio.gui.data.source_reading import SourceReading
from studio.gui.data.sources import Sources
from studio.gui.data.split_panel import SplitPanel
from studio.gui.data.strip import Strip
from studio.gui.shared.buttons import Button
from studio.gui.shared.flow import Flow
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.shared.words import Words
from studio.session import feature_edits
from studio.session.data_location import Question, ReadPaths
from studio.session.session import Session
from studio.session.source_names import about, called, keras_examples

NARROW_PX = 1180
"""With less room, the sources and the detail take turns."""


class DataPlace(QWidget):
    """Chooses the source, decides about features, puts them into the drawing.

    `refused` carries what a file was refused for; `preview_asked` wants to see what
    augmentation makes of images. Everything is read on other threads, a bounded part of it.
    """

    refused = Signal(object)
    preview_asked = Signal()

    def __init__(
        self,
        session: Session,
        selection: Selection,
        theme: Theme,
        read_paths: ReadPaths,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._selection = selection
        self._theme = theme
        self._shared_for: Look | None = None
        self.looker = Looker(self)
        self._make_widgets()
        self.editing = FeatureEditing(
            session, lambda: self.look, self.refused.emit, self.features, self.detail, self.column_page
        )
        self.reading = SourceReading(session, theme, self.looker, self.bar, read_paths, self.editing.do)
        self._lay_out()
        self._connect()
        self._paint(theme.tokens)
        self.refresh()

    @property
    def look(self) -> Look | None:
        """What was found in the data that is chosen; None as long as nobody looked."""
        return self.reading.look

    @property
    def is_looking(self) -> bool:
        """Whether a look is going on."""
        return self.reading.is_looking

    @property
    def question(self) -> Question | None:
        """What is to be answered before the data may be read."""
        return self.reading.question

    def add_action(self, button: QWidget) -> None:
        """Put a further button into the row of actions."""
        self._actions.addWidget(button)
        button.setParent(self._action_row)
        button.show()

    def put_bar(self, bar: QWidget) -> None:
        """Put something that is to be answered below the title."""
        self._main.insertWidget(1, bar)

    def refresh(self) -> None:
        """Show the data as it is chosen now."""
        document = self._session.document
        data = document.data
        self.sources.show_source(data.source)
        self.sources.setVisible(data.source is None or self.change.isChecked())
        self._title.setText(called(data.source) or self.tr("No data yet"))
        look, seen = self.look, self.reading.seen
        self._about.setText(facts.summary(look) if look is not None else about(data.source))
        self._about.setToolTip(about(data.source))
        users = {each.name: [node.name for node in feature_edits.users(document, each.name)] for each in data.features}
        self.features.show_features(data.features, self.reading.known, users)
        self.preview.show_look(seen)
        self._show_split(data, look)
        self.strip.show_nodes(list(document.root.nodes.values()))
        self.change.setVisible(data.source is not None)
        self._show_how_read(look)
        self._pages.setCurrentIndex(0 if data.source is None else 1)
        self._show_detail()
        self._make_room()
        self._share_height(seen)
        if self.isVisible():
            self.reading.look_if_needed()

    def open_file(self, path: Path) -> None:
        """Take a file or a folder as the source; what is wrong with it goes out by `refused`."""
        self.reading.open_file(path)

    def release(self) -> None:
        """Let go of session and theme; the threads are done then."""
        self._session.document.changed.disconnect(self._follow)
        self._theme.changed.disconnect(self._paint)
        self.looker.release()

    # Making.

    def _make_widgets(self) -> None:
        theme = self._theme
        self.sources = Sources(theme)
        self._title = Words(points=4, bold=True)
        self._about = Words(muted=True, wrap=True)
        self.change = Button(self.tr("Change the source"), theme, icon_name="data")
        self.change.setCheckable(True)
        self.how = Button(self.tr("How it is read"), theme, icon_name="settings")
        self.how.setToolTip(self.tr("What was found out about the file, to be overruled"))
        self.how.setCheckable(True)
        self.how_read = HowRead(theme)
        self.bar = QuestionBar(theme)
        self.features = FeatureTree(theme)
        self.preview = Preview(theme, self.looker)
        self.detail = FeatureDetail(theme)
        self.column_page = ColumnPage(theme)
        self.split = SplitPanel(theme)
        self.strip = Strip(theme)
        self.add_input = Button(self.tr("Add as input"), theme, icon_name="input")
        self.add_output = Button(self.tr("Add as output"), theme, icon_name="output")
        self._action_row = QWidget()
        self._actions = Flow(self._action_row)
        self._actions.addWidget(self.add_input)
        self._actions.addWidget(self.add_output)

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(invitation())
        self._pages.addWidget(self._work())
        self._main = main = QVBoxLayout()
        main.setContentsMargins(16, 16, 16, 16)
        main.setSpacing(12)
        main.addLayout(head((self._title, self._about), (self.how, self.change)))
        main.addWidget(self.how_read)
        main.addWidget(self.bar)
        main.addWidget(self.reading)
        main.addWidget(self._pages, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sources)
        row.addLayout(main, 1)

    def _work(self) -> QWidget:
        self._middle = middle = QSplitter(Qt.Orientation.Vertical)
        middle.setChildrenCollapsible(False)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        column.addWidget(self.features, 1)
        column.addWidget(self._action_row)
        middle.addWidget(upper)
        middle.addWidget(self.preview)
        middle.setStretchFactor(0, 3)
        middle.setStretchFactor(1, 2)
        self._side = side(self.split, self.detail, self.column_page)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(middle, 1)
        row.addWidget(self._side)
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addLayout(row, 1)
        whole.addWidget(self.strip)
        return page

    def _connect(self) -> None:
        self.reading.changed.connect(self.refresh)
        self.reading.taken.connect(self._go_on)
        self.reading.refused.connect(self.refused)
        self.sources.sample_chosen.connect(self.reading.open_sample)
        self.sources.keras_chosen.connect(self.reading.open_keras)
        self.sources.file_asked.connect(self.reading.ask_file)
        self.sources.folder_asked.connect(self.reading.ask_folder)
        self.change.toggled.connect(lambda on: self.refresh())
        self.how.toggled.connect(lambda on: self.refresh())
        self.how_read.asked.connect(self.reading.read_as)
        self.how_read.masks_asked.connect(self.reading.ask_masks)
        self.how_read.kept.connect(self.editing.keep)
        self.features.chosen.connect(self._show_detail)
        self.detail.node_asked.connect(self._selection.reveal)
        self.detail.preview_asked.connect(self.preview_asked)
        self.detail.look_again.connect(self.reading.look_again)
        self.split.edited.connect(lambda split: self.editing.do(feature_edits.set_split(self._session.document, split)))
        self.split.stride_edited.connect(self.editing.set_stride)
        for button, at_end in ((self.add_input, False), (self.add_output, True)):
            button.clicked.connect(lambda checked=False, at_end=at_end: self.editing.add(at_end=at_end))
        for half, at_end in ((self.strip.inputs, False), (self.strip.outputs, True)):
            half.dropped.connect(lambda dragged, at_end=at_end: self.editing.add(at_end=at_end, dragged=dragged))
            half.node_asked.connect(self._selection.reveal)
        self._session.document.changed.connect(self._follow)
        self._theme.changed.connect(self._paint)

    # Showing.

    def _show_how_read(self, look: Look | None) -> None:
        """What may be overruled: of the file that could not be read, or of the one that is chosen."""
        if self.reading.failed is not None:
            path, options = self.reading.failed
            self.how.hide()
            self.how_read.setVisible(self.how_read.show_refused(path, options))
            return
        source = self._session.document.data.source
        if isinstance(source, FolderSource):
            self.how_read.show_folder(source, look if isinstance(look, FolderLook) else None)
        on_disk = self._session.document.data.on_disk
        table = isinstance(source, (CsvSource, JsonSource, ExcelSource)) and self.how_read.show_look(
            look, on_disk=on_disk
        )
        known = table or isinstance(source, FolderSource)
        self.how.setVisible(known)
        self.how_read.setVisible(known and self.how.isChecked())

    def _show_split(self, data: DataChoice, look: Look | None) -> None:
        rows, exact = facts.rows_of(look) if look is not None else (keras_examples(data.source), True)
        columns = list(self.reading.known) if look is not None else []
        self.split.show_split(data, columns, rows, exact=exact)

    def _show_detail(self) -> None:
        chosen, document = self.features.selected, self._session.document
        data = document.data
        known = self.reading.known
        feature = data.feature(chosen.features[0]) if len(chosen.features) == 1 and not chosen.columns else None
        for button in (self.add_input, self.add_output):
            button.setEnabled(bool(chosen.features or chosen.columns))
        self.detail.setVisible(feature is not None)
        self.column_page.setVisible(feature is None and bool(chosen.features or chosen.columns))
        if feature is not None:
            one = known.get(feature.columns[0]) if len(feature.columns) == 1 else None
            self.detail.show_feature(feature, self.look, one, feature_edits.users(document, feature.name))
            self.preview.show_column(feature.columns[0])
        elif chosen.features or chosen.columns:
            columns = [known.get(name, facts.Facts(name, "")) for name in chosen.columns]
            self.column_page.show_columns(columns, within(data, chosen), chosen.features)
            if chosen.columns:
                self.preview.show_column(chosen.columns[0])

    def _make_room(self) -> None:
        """Where the window is narrow, the sources take the room of the detail."""
        self._side.setVisible(self.sources.isHidden() or self.width() >= NARROW_PX)

    def _share_height(self, look: Look | None) -> None:
        """A few features leave their room to what stands in the data; what a person set later stays."""
        if look is self._shared_for or look is None or not self.isVisible():
            return
        self._shared_for = look
        whole = sum(self._middle.sizes())
        upper = min(self.features.wanted_px + self._action_row.sizeHint().height() + 16, whole // 2)
        self._middle.setSizes([upper, whole - upper])

    def _paint(self, t: Tokens) -> None:
        self.sources.paint_with(t)
        self.features.paint_with(t)
        self.preview.paint_with(t)

    def _go_on(self) -> None:
        """Show what a person chose, with the keys at its features."""
        self.change.setChecked(False)
        self.refresh()
        self.features.setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow(self, edit: Edit) -> None:
        self.refresh()

    # Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Look at what is chosen as soon as somebody wants to see it."""
        super().showEvent(event)
        self._share_height(self.reading.seen)  # the look may have come while nobody saw it
        self.reading.look_if_needed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room."""
        super().resizeEvent(event)
        self._make_room()

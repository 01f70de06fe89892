"""The Data place: where the examples come from, what stands in them, and how they enter the drawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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

from studio.core.errors import StudioError
from studio.data.files import FileSort
from studio.data.folder import FolderLook
from studio.data.look import Look
from studio.data.options import AS_FOUND, LookOptions
from studio.document import edits
from studio.document.changes import Edit
from studio.document.data_choice import CsvSource, DataChoice, ExcelSource, FolderSource, JsonSource, Source, SplitBy
from studio.gui.data import facts
from studio.gui.data.arrangement import head, invitation, side
from studio.gui.data.choosing import chosen_file, chosen_folder
from studio.gui.data.column_page import ColumnPage
from studio.gui.data.detail import FeatureDetail
from studio.gui.data.editing import FeatureEditing, within
from studio.gui.data.feature_tree import FeatureTree
from studio.gui.data.how_read import HowRead
from studio.gui.data.looking import Looker
from studio.gui.data.preview import Preview
from studio.gui.data.question_bar import QuestionBar
from studio.gui.data.sources import Sources
from studio.gui.data.split_panel import SplitPanel
from studio.gui.data.strip import Strip
from studio.gui.shared.buttons import Button
from studio.gui.shared.flow import Flow
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme, Tokens
from studio.gui.shared.words import Words
from studio.session import feature_edits
from studio.session.data_location import Question, ReadPaths, Reason, changed, moved, paths_of, question
from studio.session.data_reading import (
    Reading,
    mask_folder,
    read_again,
    read_keras,
    read_otherwise,
    read_path,
    read_sample,
)
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
        self._read_paths = read_paths
        self._look: Look | None = None
        self._looked: Source | None = None
        self._shared_for: Look | None = None
        self._fingerprint = ""
        self._refusal = False
        self._ticket: int | None = None
        self._opened: tuple[Path, LookOptions] | None = None
        self._failed: tuple[Path, LookOptions] | None = None
        self.looker = Looker(self)
        self._make_widgets()
        self._lay_out()
        self.editing = FeatureEditing(
            session, lambda: self.look, self.refused.emit, self.features, self.detail, self.column_page
        )
        self._connect()
        self._paint(theme.tokens)
        self.refresh()

    @property
    def look(self) -> Look | None:
        """What was found in the data that is chosen; None as long as nobody looked."""
        return self._look if self._looked == self._session.document.data.source else None

    @property
    def is_looking(self) -> bool:
        """Whether a look is going on."""
        return self._ticket is not None

    @property
    def question(self) -> Question | None:
        """What is to be answered before the data may be read."""
        return question(self._session.document.data, self._base, self._read_paths)

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
        look = self.look
        self._about.setText(facts.summary(look) if look is not None else about(data.source))
        self._about.setToolTip(about(data.source))
        users = {each.name: [node.name for node in feature_edits.users(document, each.name)] for each in data.features}
        self.features.show_features(data.features, facts.facts(look), users)
        self.preview.show_look(look)
        self._show_split(data, look)
        self.strip.show_nodes(list(document.root.nodes.values()))
        self.change.setVisible(data.source is not None)
        self._show_how_read(look)
        self._pages.setCurrentIndex(0 if data.source is None else 1)
        self._show_detail()
        self._make_room()
        self._share_height(look)
        if self.isVisible():
            self._look_if_needed()

    def open_file(self, path: Path) -> None:
        """Take a file or a folder as the source; what is wrong with it goes out by `refused`."""
        path = path.expanduser().absolute()
        base = self._base
        self._read_paths.add((path,))
        self._begin(path.name, lambda: read_path(path, base))
        self._opened = path, AS_FOUND

    def stop_looking(self) -> None:
        """Wait for the look no longer; everything stays as it was."""
        self.looker.forget(self._ticket)
        self._ticket = None
        self._looking.hide()

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
        self._looking = QWidget()
        self._looking_at = Words(muted=True)
        self.cancel = Button(self.tr("Cancel"), theme, height_px=24)
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
        looking = QHBoxLayout(self._looking)
        looking.setContentsMargins(0, 0, 0, 0)
        looking.addWidget(self._looking_at)
        looking.addWidget(self.cancel)
        looking.addStretch(1)
        self._looking.hide()
        self._main = main = QVBoxLayout()
        main.setContentsMargins(16, 16, 16, 16)
        main.setSpacing(12)
        main.addLayout(head((self._title, self._about), (self.how, self.change)))
        main.addWidget(self.how_read)
        main.addWidget(self.bar)
        main.addWidget(self._looking)
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
        self.sources.sample_chosen.connect(lambda name: self._begin(name, lambda: read_sample(name)))
        self.sources.keras_chosen.connect(lambda name: self._begin(name, lambda: read_keras(name)))
        self.sources.file_asked.connect(self._ask_file)
        self.sources.folder_asked.connect(self._ask_folder)
        self.change.toggled.connect(lambda on: self.refresh())
        self.how.toggled.connect(lambda on: self.refresh())
        self.how_read.asked.connect(self._read_as)
        self.how_read.masks_asked.connect(self._ask_masks)
        self.how_read.kept.connect(self.editing.keep)
        self.cancel.clicked.connect(self.stop_looking)
        self.features.chosen.connect(self._show_detail)
        self.detail.node_asked.connect(self._selection.reveal)
        self.detail.preview_asked.connect(self.preview_asked)
        self.detail.look_again.connect(self.look_again)
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

    @property
    def _base(self) -> Path | None:
        return self._session.path.parent if self._session.path else None

    def _show_how_read(self, look: Look | None) -> None:
        """What may be overruled: of the file that could not be read, or of the one that is chosen."""
        if self._failed is not None:
            path, options = self._failed
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
        columns = list(facts.facts(look)) if look is not None else []
        self.split.show_split(data, columns, rows, exact=exact)

    def _show_detail(self) -> None:
        chosen, document = self.features.selected, self._session.document
        data = document.data
        known = facts.facts(self.look)
        feature = data.feature(chosen.features[0]) if len(chosen.features) == 1 and not chosen.columns else None
        for button in (self.add_input, self.add_output):
            button.setEnabled(bool(chosen.features or chosen.columns))
        self.detail.setVisible(feature is not None)
        self.column_page.setVisible(feature is None and bool(chosen.features or chosen.columns))
        if feature is not None:
            self.detail.show_feature(feature, self.look, feature_edits.users(document, feature.name))
            self.preview.show_column(feature.columns[0])
        elif chosen.features or chosen.columns:
            columns = [known.get(name, facts.Facts(name, "")) for name in chosen.columns]
            self.column_page.show_columns(columns, self.look, within(data, chosen), chosen.features)
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

    # Looking.

    def look_again(self) -> None:
        """Read the source once more."""
        self._looked, self._refusal = None, False
        self._look_if_needed()

    def _begin(self, name: str, work: Callable[[], Reading]) -> None:
        """Read something that is to be the source."""
        self.stop_looking()
        self.bar.clear()
        self._opened = self._failed = None
        self._say_looking(name)
        self._ticket = self.looker.ask(work, self._take, self._refuse)

    def _read_as(self, options: LookOptions) -> None:
        """Read the file that was refused, or the one that is chosen, as a person says that it is written."""
        source, base, failed = self._session.document.data.source, self._base, self._failed
        if failed is not None:
            path, _ = failed
            self._begin(path.name, lambda: read_path(path, base, options))
            self._opened, self._failed = (path, options), failed
        else:
            self._begin(called(source), lambda: read_otherwise(source, base, options))

    def _look_if_needed(self) -> None:
        """Look at the source that is chosen, unless something is to be asked first."""
        data, base = self._session.document.data, self._base
        asked = self.question
        if asked is not None:
            self._ask(asked)
            return
        other = changed(data, base, self._fingerprint) if data.source == self._looked else None
        if other is not None:
            self._ask(other)
        elif not self._refusal:
            self.bar.clear()
        if data.source is None or data.source == self._looked or self.is_looking:
            return
        source = data.source
        self._say_looking(called(source))
        self._ticket = self.looker.ask(lambda: read_again(data, base), self._take_look, self._refuse_look)

    def _say_looking(self, name: str) -> None:
        self._looking_at.setText(self.tr("Looking at {name}…").format(name=name))
        self._looking.show()

    def _take(self, reading: object) -> None:
        """Somebody chose this: it is the source now."""
        self._ticket = None
        self._looking.hide()
        assert isinstance(reading, Reading)
        document, choice = self._session.document, reading.choice
        self._look, self._looked, self._fingerprint = reading.look, choice.source, reading.fingerprint
        self._refusal, self._failed = False, None
        kept = replace(choice, split=document.data.split if choice.split.by is SplitBy.RANDOM else choice.split)
        self.change.setChecked(False)
        self.editing.do(edits.set_data(document, kept, f"Choose {called(choice.source)}"))
        self.refresh()
        self.features.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_look(self, reading: object) -> None:
        """The source that is chosen was looked at."""
        self._ticket = None
        self._looking.hide()
        assert isinstance(reading, Reading)
        self._look, self._looked, self._fingerprint = reading.look, reading.choice.source, reading.fingerprint
        self._refusal = False
        self.refresh()

    def _refuse(self, error: StudioError) -> None:
        self._ticket = None
        self._failed = self._opened
        self._looking.hide()
        self.refresh()
        self.refused.emit(error)

    def _refuse_look(self, error: StudioError) -> None:
        """The source that is chosen cannot be read: say why, and offer to choose another or to try again."""
        self._ticket = None
        self._looking.hide()
        self._looked = self._session.document.data.source
        self._look, self._fingerprint, self._refusal = None, "", True
        self.bar.ask(
            str(error),
            [(self.tr("Look again"), self.look_again), (self.tr("Choose where it is…"), self._ask_where)],
            "warning",
        )

    # Where the data is.

    def _ask(self, asked: Question) -> None:
        choose = (self.tr("Choose where it is…"), self._ask_where)
        if asked.reason is Reason.MISSING:
            self.bar.ask(f"{asked.text} {asked.advice}", [choose], "warning")
            return
        if asked.reason is Reason.CHANGED:
            keep = (self.tr("Keep it"), self._keep_changed)
            self.bar.ask(f"{asked.text} {asked.advice}", [keep, choose], "warning")
            return
        read = (self.tr("Read it"), lambda: self._allow(asked.path))
        self.bar.ask(f"{asked.text} {asked.advice}", [read, choose])

    def _keep_changed(self) -> None:
        """The data may be as it is now."""
        document = self._session.document
        kept = replace(document.data, fingerprint=self._fingerprint)
        self.editing.do(edits.set_data(document, kept, "Keep the changed data"))

    def _allow(self, path: Path) -> None:
        self._read_paths.add((path,))
        self.refresh()

    def _ask_where(self) -> None:
        """Ask where the data is now, and remember whether that is the same data."""
        data, base = self._session.document.data, self._base
        asked = self.question
        lost = asked.path if asked is not None else None
        is_folder = facts.is_folder(data.source)
        found = chosen_folder(self, self._start) if is_folder else chosen_file(self, self._start)
        if found is None:
            return
        self._read_paths.add((found,))
        new = moved(data, found, base, lost or found)
        self._looked, self._refusal = None, False
        self.editing.do(edits.set_data(self._session.document, new, "Say where the data is"))
        self.refresh()

    def _ask_file(self) -> None:
        self.refresh()
        found = chosen_file(self, self._start)
        if found is not None:
            self.open_file(found)

    def _ask_folder(self) -> None:
        self.refresh()
        found = chosen_folder(self, self._start)
        if found is not None:
            self.open_file(found)

    def _ask_masks(self) -> None:
        """Ask which folder the masks lie in, and read the images with them."""
        source = self._session.document.data.source
        assert isinstance(source, FolderSource)
        found = chosen_folder(self, paths_of(source, self._base)[0])
        self.refresh()
        if found is None:
            return
        try:
            name = mask_folder(source, self._base, found)
        except StudioError as error:
            self.refused.emit(error)
            return
        self._read_as(LookOptions(holds=FileSort(source.holds.value), masks=name))

    @property
    def _start(self) -> Path:
        return self._base or Path.home()

    def _follow(self, edit: Edit) -> None:
        self.refresh()

    # Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Look at what is chosen as soon as somebody wants to see it."""
        super().showEvent(event)
        self._look_if_needed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room."""
        super().resizeEvent(event)
        self._make_room()

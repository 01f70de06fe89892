"""What a person decides about features, made into edits: encodings, windows, columns put together and taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from studio.analysis.fixes import keep_on_disk
from studio.core.errors import StudioError
from studio.data.look import Look
from studio.document import edits
from studio.document.changes import Edit
from studio.document.data_choice import DataChoice, Encoding, Feature, Window
from studio.gui.data import facts
from studio.gui.data.column_page import ColumnPage
from studio.gui.data.detail import FeatureDetail
from studio.gui.data.feature_tree import Chosen, FeatureTree
from studio.gui.shared.feature_drag import Dragged
from studio.session import feature_edits
from studio.session.session import Session


class FeatureEditing:
    """Makes edits of what is selected in the tree of features, as the detail and the page of columns ask for them.

    `look` gives what was found in the data; `refuse` is told what an edit was refused for, unless the detail or the
    page has a place to say it.
    """

    def __init__(
        self,
        session: Session,
        look: Callable[[], Look | None],
        refuse: Callable[[StudioError], object],
        features: FeatureTree,
        detail: FeatureDetail,
        column_page: ColumnPage,
    ) -> None:
        self._session = session
        self._look = look
        self._refuse = refuse
        self._features = features
        self._detail = detail
        self._column_page = column_page
        features.remove_asked.connect(self.remove)
        detail.edited.connect(self._put)
        detail.encoding_chosen.connect(self._encode)
        detail.window_asked.connect(self._window)
        detail.removed.connect(self.remove)
        column_page.feature_asked.connect(self._combine)
        column_page.out_asked.connect(self._take_out)

    @property
    def feature(self) -> Feature | None:
        """The one feature that is selected."""
        chosen = self._features.selected
        return self._session.document.data.feature(chosen.features[0]) if len(chosen.features) == 1 else None

    def do(self, edit: Edit) -> bool:
        """Make an edit; what is refused is said. Whether it was done."""
        try:
            self._session.do(edit)
        except StudioError as error:
            self._refuse(error)
            return False
        return True

    def add(self, *, at_end: bool, dragged: Dragged | None = None) -> None:
        """Draw an Input, or an Output (`at_end`), for each of what was dragged, or else of what is selected."""
        chosen = self._features.selected
        taken = dragged if dragged is not None else Dragged(chosen.features, chosen.columns)
        document, look = self._session.document, self._look()
        if taken:
            self._edit(
                lambda: feature_edits.add_nodes(document, look, taken.features, taken.columns, as_output=at_end)[0],
                self._refuse,
            )

    def remove(self) -> None:
        """Take the selected feature away."""
        feature = self.feature
        if feature is not None:
            self.do(feature_edits.remove_feature(self._session.document, feature.name))

    def set_stride(self, stride: int) -> None:
        """Take every so-manyth row for an example."""
        document = self._session.document
        self.do(edits.set_data(document, replace(document.data, stride=stride), "Change the stride"))

    def keep(self, on_disk: bool) -> None:
        """Keep the table on disk while a model learns from it, or in memory."""
        self.do(keep_on_disk(on_disk).make(self._session.document))

    def _edit(self, make: Callable[[], Edit], trouble: Callable[[StudioError], object]) -> bool:
        """Make an edit of features; `trouble` is told why the data does not fit. Whether it was done."""
        try:
            edit = make()
        except StudioError as error:
            trouble(error)
            return False
        return self.do(edit)

    def _edit_and_select(
        self, make: Callable[[], tuple[Edit, Feature]], trouble: Callable[[StudioError], object]
    ) -> None:
        """Make an edit that makes a feature, and select it."""
        made: list[Feature] = []

        def edit() -> Edit:
            change, feature = make()
            made.append(feature)
            return change

        if self._edit(edit, trouble):
            self._features.select(Chosen((made[0].name,)))

    def _put(self, changed: Feature, label: str) -> None:
        feature, document = self.feature, self._session.document
        if feature is None:
            return
        if changed.name != feature.name:
            changed = replace(changed, name=feature_edits.free_name(document, changed.name))
        if self.do(feature_edits.put_feature(document, changed, feature.name, label)):
            self._features.select(Chosen((changed.name,)))

    def _encode(self, encoding: Encoding) -> None:
        feature, document, look = self.feature, self._session.document, self._look()
        if feature is None:
            return
        column = facts.column_of(look, feature.columns[0])
        self._edit(
            lambda: feature_edits.encode_feature(document, look, feature, encoding),
            lambda error: self._detail.show_trouble(error, column),
        )

    def _window(self, window: Window) -> None:
        feature, document, trouble = self.feature, self._session.document, self._detail.show_trouble
        if feature is None:
            return
        if feature.window is not None:
            self._edit(lambda: feature_edits.move_window(document, feature, window), trouble)
        else:
            self._edit_and_select(lambda: feature_edits.add_window(document, feature, window), trouble)

    def _combine(self) -> None:
        chosen, document, look = self._features.selected, self._session.document, self._look()
        self._edit_and_select(
            lambda: feature_edits.combine(document, look, chosen.features, chosen.columns),
            self._column_page.show_trouble,
        )

    def _take_out(self) -> None:
        chosen, document, look = self._features.selected, self._session.document, self._look()
        held = within(document.data, chosen)
        if held is not None:
            self._edit(
                lambda: feature_edits.take_out(document, look, held, chosen.columns), self._column_page.show_trouble
            )


def within(data: DataChoice, chosen: Chosen) -> Feature | None:
    """The one feature that all selected columns are in."""
    wanted = set(chosen.columns)
    return next((each for each in data.features if wanted and wanted <= set(each.columns)), None)

"""Everything of the window that belongs to one open project; another project gets another workbench."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.gui.canvas.canvas import Canvas
from studio.gui.code.view import CodeView
from studio.gui.data.download_bar import DownloadBar
from studio.gui.data.feature_list import FeatureList
from studio.gui.data.place import DataPlace
from studio.gui.inspector.inspector import Inspector
from studio.gui.palette.palette import Palette
from studio.gui.problems.panel import ProblemsPanel
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.project.recovery import Recoverable
from studio.session.data_location import users_read_paths
from studio.session.engines import Engines
from studio.session.fetching import Fetcher
from studio.session.preflight import Preflight
from studio.session.probing import Probing
from studio.session.safeguard import Safeguard
from studio.session.session import Session
from studio.session.training import Training
from studio.session.trust import Trust
from studio.session.verification import Verification


class Workbench:
    """The session with its views. The views are handed to the window, which gives them a place."""

    def __init__(
        self, session: Session, engines: Engines, trust: Trust, theme: Theme, left: Recoverable | None = None
    ) -> None:
        self.session = session
        self.safeguard = Safeguard(session, left)
        self.theme = theme
        self.selection = Selection()
        self.trust = trust
        self.training = Training(session, engines, trust)
        self.verification = Verification(session, engines, trust)
        self.probing = Probing(session, engines, trust)
        self.preflight = Preflight(session, engines, trust)
        self.training.looked.connect(self.preflight.learn)
        self.engines = engines
        self.palette = Palette(session, theme)
        self.canvas = Canvas(session, theme, self.selection)
        self.inspector = Inspector(session, self.selection, theme)
        self.problems = ProblemsPanel(session, self.selection, theme, self.preflight)
        self.code = CodeView(session, self.selection, theme)
        self.data = DataPlace(session, self.selection, theme, users_read_paths())
        self.fetcher = Fetcher(engines)
        self.download = DownloadBar(session, self.fetcher, theme)
        self.data.put_bar(self.download)
        self.data.reading.excerpt_wanted.connect(self.download.look)
        self.download.loaded.connect(self.data.reading.look_again)
        self.features = FeatureList(session, theme)
        self.palette.put_below(self.features)
        self._train: QWidget | None = None

    @property
    def train(self) -> QWidget:
        """The Train place, made when it is first asked for: it brings the plots with it."""
        if self._train is None:
            from studio.gui.training.place import TrainPlace

            self._train = TrainPlace(self.session, self.training, self.selection, self.theme)
        return self._train

    def close(self) -> None:
        """Let go of everything: views, session, a run that goes on (what it has learnt is saved)."""
        from studio.gui.training.place import TrainPlace

        self.training.close()
        self.verification.close()
        self.probing.close()
        self.preflight.close()
        self.fetcher.close()
        self.canvas.detach()
        for view in (self.palette, self.inspector, self.problems, self.code, self.data, self.download, self.features):
            view.release()
        if isinstance(self._train, TrainPlace):
            self._train.release()
        for widget in (self.canvas, self.palette, self.inspector, self.problems, self.code, self.data, self._train):
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self.safeguard.close()
        self.session.close()

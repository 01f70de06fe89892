"""What the actions about the model do in a window: train, suggest, check the data, compare with Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.core.errors import StudioError
from studio.gui.shell.unfinished import take_typing

if TYPE_CHECKING:
    from studio.analysis.problem import Problem
    from studio.gui.shell.window import MainWindow
    from studio.session.verification import Disagreement


class ModelCommands:
    """Carries out actions for a window; `promise` takes what the banner's second button will do."""

    def __init__(self, window: MainWindow, promise: Callable[[Callable[[], object]], None]) -> None:
        self._window = window
        self._promise = promise

    def train(self) -> None:
        """Train the model and watch it; with errors, show them instead."""
        take_typing(self._window)
        if self._place_asks():
            return
        if self._window.bench.download.is_asking:  # as it does before anything is downloaded
            self._window.show_place("data")
            return
        if self._window.bench.session.analysis.has_errors:
            self._window.show_problems()
        if self._window.guard(lambda: self._window.bench.training.start(rows_expected=self._rows())):
            self._window.banner.hide()
            self._window.show_place("train")

    def stop(self) -> None:
        """End the run after its batch."""
        self._window.guard(self._window.bench.training.stop)

    def suggest(self) -> None:
        """Draw a model for the data, in one step, in the place of what is drawn."""
        take_typing(self._window)
        from studio.document.blocks import MODEL
        from studio.session.model_suggestion import suggest_model

        bench = self._window.bench
        document, was_drawn = bench.session.document, bool(bench.session.document.root.nodes)
        if self._window.guard(lambda: bench.session.do(suggest_model(document, examples=self._rows()))):
            bench.selection.show(MODEL)
            self._window.show_place("build")
            bench.canvas.show_start()
            if was_drawn:
                self._window.banner.say("A model was suggested in the place of the drawing. Undo brings that back.")

    def check_data(self) -> None:
        """Have an engine look at all of the data; what it finds stands among the problems."""
        take_typing(self._window)
        if self._place_asks():
            return
        if self._window.guard(lambda: self._window.bench.preflight.start(rows_expected=self._rows())):
            self._window.banner.hide()
        self._window.refresh()

    def preview_augmentation(self) -> None:
        """Show what layers make of a few images: those that the selected node is one of, or the first."""
        from studio.gui.data.augmentation import AugmentationDialog
        from studio.session.previewing import has_chain

        take_typing(self._window)
        bench = self._window.bench
        if self._place_asks():
            return
        node = bench.selection.node
        wanted = node if node is not None and has_chain(bench.session.document, node) else None
        AugmentationDialog(bench.session, bench.engines, wanted, self._window.theme, self._window).show()

    def stop_check(self) -> None:
        """Look at the data no further."""
        self._window.bench.preflight.stop()

    def tell_check(self, outcome: StudioError | bool) -> None:
        """Say what came of it."""
        from studio.analysis.problem import Severity
        from studio.session.preflight import summary

        problems = self._window.bench.preflight.problems
        if isinstance(outcome, StudioError):
            self._window.banner.refuse(outcome)
        elif outcome:
            self._promise(self._window.show_problems)
            is_error = any(problem.severity is Severity.ERROR for problem in problems)
            self._window.banner.say(summary(problems), is_error=is_error, details="Show" if problems else "")
        self._window.refresh()

    def verify(self) -> None:
        """Have Keras build the model, and compare."""
        take_typing(self._window)
        if self._window.guard(self._window.bench.verification.start):
            self._window.banner.say("Keras is building the model…")
        self._window.refresh()

    def tell_verification(self, outcome: tuple[Disagreement, ...] | StudioError) -> None:
        """Say what came of it."""
        if isinstance(outcome, StudioError):
            self._window.banner.refuse(outcome)
        elif not outcome:
            self._window.banner.say("Keras agrees: every shape and every weight is as the studio says.")
        else:
            first = outcome[0]
            name = self._window.bench.session.document.graphs[first.where.graph].nodes[first.node].name
            more = f" And {len(outcome) - 1} more." if len(outcome) > 1 else ""
            text = f"Keras and the studio disagree about {name}: {first.text}{more} That is our bug: please report it."
            self._promise(lambda: self._window.bench.selection.reveal(first.node, first.where))
            self._window.banner.say(text, is_error=True, details="Show node")
        self._window.refresh()

    def remedy(self, problem: Problem) -> None:
        """Lead to where a problem is mended that no edit mends."""
        from studio.analysis.remedies import Remedy, remedy
        from studio.session.trust import source_of

        match remedy(problem):
            case Remedy.DATA:
                self._window.show_place("data")
            case Remedy.TRUST:
                node = self._window.bench.session.document.graphs[problem.graph].nodes.get(problem.node or "")
                self._show_code(None if node is None else source_of(node))
            case Remedy.ASK_AGAIN:
                self._window.bench.probing.ask_again()
            case Remedy.FILES:
                self._show_files()
            case None:
                pass

    def show_code(self) -> None:
        """Show the code of the custom layers, and let the user decide whether it may run."""
        self._show_code(None)

    def show_layers(self) -> None:
        """Show every layer with its shape, its parameters and its cost."""
        from studio.gui.shell.layer_table import LayerTableDialog

        LayerTableDialog(
            self._window.bench.session, self._window.bench.selection, self._window.theme, self._window
        ).show()

    # Inside.

    def _show_code(self, first: str | None) -> None:
        from studio.gui.shell.code_trust import CodeTrustDialog
        from studio.session.trust import sources

        bench = self._window.bench
        found = sources(bench.session.document)
        if not found:
            return
        text = first if first in found else next(iter(found))
        CodeTrustDialog(found, text, bench.trust, self._window.theme, self._window).open()

    def _place_asks(self) -> bool:
        """Whether something is to be answered before the data is read; then it is shown where."""
        if self._window.bench.data.question is None:  # what strangers name is not read unasked
            return False
        self._window.show_place("data")
        return True

    def _rows(self) -> int | None:
        """How many examples the data has, as far as a look has counted them."""
        from studio.session.model_suggestion import counted

        return counted(self._window.bench.session.document.data, self._window.bench.data.look)

    def _show_files(self) -> None:
        from studio.gui.shell.bad_files import BadFilesDialog

        BadFilesDialog(self._window.bench.preflight.bad_files, self._window.theme, self._window).show()

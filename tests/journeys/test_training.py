"""A run as a person sees it: it can be stopped, its engine may be killed, and what was learnt is kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio.client.death import death_text
from studio.document import edits
from studio.document.training_choice import TrainingChoice
from studio.project import format as project_format
from studio.protocol.messages import EngineDied, Finished
from studio.runs.folder import Status
from tests.gui.shell.conftest import EXAMPLES
from tests.journeys.visitor import Visitor
from tests.notation import node

Studio = Callable[..., Visitor]
SOON_S = 1.0
"""How soon the window says that an engine is gone."""


@pytest.fixture
def digits(project: Callable[..., Path]) -> Callable[[int], Path]:
    """The example of two layers as a project of one's own, with so many epochs."""

    def save(epochs: int) -> Path:
        document = project_format.load(EXAMPLES / "digits_mlp.layers")
        document.apply(edits.set_training(document, TrainingChoice(epochs=epochs)))
        return project(document, "digits")

    return save


@pytest.fixture
def sayings() -> Iterator[list[str]]:
    """What the big button has said, each once in a row."""
    heard: list[str] = []
    yield heard
    assert heard, "nobody has looked at the button"


def follow(visitor: Visitor, heard: list[str]) -> None:
    """Note what the big button says whenever the run goes on."""

    def note(_: object) -> None:
        if heard[-1:] != [visitor.button]:
            heard.append(visitor.button)

    note(None)
    visitor.bench.training.changed.connect(note)
    visitor.bench.training.ended.connect(note)


def test_the_button_leads_through_a_run_and_stop_ends_it_after_the_batch(
    studio: Studio, digits: Callable[[int], Path], sayings: list[str]
) -> None:
    visitor = studio(digits(1000))
    follow(visitor, sayings)
    visitor.train()
    visitor.until(lambda: visitor.run.curves.epochs_done >= 2)
    visitor.train()
    visitor.until(lambda: visitor.run.is_over)
    run = visitor.run
    assert isinstance(run.outcome, Finished)
    assert run.outcome.stopped
    assert sayings == ["Train", "Starting…", "Training…", "Stop", "Stopping…", "Train"]
    assert f"Stopped after {run.curves.epochs_done} of 1000 epochs" in visitor.says(visitor.bench.train)
    assert run.folder.read_state().status is Status.STOPPED


@pytest.mark.parametrize("is_real", [False, True], ids=["fake engine", "real engine"])
def test_a_killed_engine_is_said_within_a_second_and_what_was_learnt_is_kept(
    studio: Studio, digits: Callable[[int], Path], is_real: bool
) -> None:
    visitor = studio(digits(1000), engine=None) if is_real else studio(digits(1000))
    visitor.train()
    visitor.qtbot.waitUntil(lambda: visitor.run.curves.epochs_done >= 3, timeout=120_000)
    learnt = visitor.run.curves.epochs_done
    killed = visitor.kill_engine()
    visitor.until(lambda: "The engine ended unexpectedly" in visitor.says(visitor.bench.train))
    assert time.monotonic() - killed < SOON_S

    run = visitor.run
    assert isinstance(run.outcome, EngineDied)
    said = visitor.says(visitor.bench.train)
    assert f"{death_text(-9, [])} The metrics so far are kept; Train starts a fresh engine." in said
    drawn = visitor.curves()["loss"]["train"]
    assert len(drawn) >= learnt
    history = json.loads(run.folder.history.read_text())
    assert history["loss"] == pytest.approx(drawn)
    assert run.folder.read_state().status is Status.DIED
    assert visitor.button == "Train"

    visitor.set_training("epochs", "2")
    visitor.train()
    visitor.qtbot.waitUntil(lambda: visitor.run is not run and visitor.run.is_over, timeout=120_000)
    assert isinstance(visitor.run.outcome, Finished)
    assert "Trained 2 of 2 epochs" in visitor.says(visitor.bench.train)
    assert len(visitor.curves()["loss"]["train"]) == 2
    assert visitor.run.folder.path != run.folder.path
    assert run.folder.history.exists()


def test_a_run_that_fails_leads_to_the_node_that_wrote_the_line(studio: Studio) -> None:
    document = project_format.load(EXAMPLES / "digits_two_branch.layers")
    document.apply(edits.rename(document, node(document, "coarse").id, "answer"))
    visitor = studio(document)
    visitor.train()
    visitor.until(lambda: visitor.run.is_over)
    said = visitor.says(visitor.bench.train)
    assert "Training failed" in said
    assert "ValueError: It does not fit." in said
    visitor.click_button("Copy details")
    assert QApplication.clipboard().text() == "Traceback"
    visitor.click_button("Show node")
    assert visitor.selected == ["answer"]
    assert visitor.canvas.isVisible()
    assert visitor.canvas.rect().contains(visitor.spot("answer"))


def test_closing_the_window_in_a_run_keeps_what_was_learnt(studio: Studio, digits: Callable[[int], Path]) -> None:
    visitor = studio(digits(1000))
    visitor.train()
    visitor.until(lambda: visitor.run.curves.epochs_done >= 3)
    run = visitor.run
    visitor.window.close()
    visitor.app.close()
    assert not visitor.window.isVisible()
    assert len(json.loads(run.folder.history.read_text())["loss"]) >= 3

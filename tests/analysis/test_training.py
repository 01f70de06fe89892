"""What is said of the optimizer and the callbacks that were chosen."""

from __future__ import annotations

import pytest

from studio.analysis.analysis import Analysis
from studio.core.values import Inner
from studio.document import edits
from studio.document.document import Document
from studio.document.training_choice import TrainingChoice
from tests.notation import graph

CLIPPED_TWICE = TrainingChoice(optimizer=Inner("Adam", {"clipnorm": 1.0, "clipvalue": 0.5}))
REFUSED = {
    "Adam: clipvalue should be None, because clipnorm cuts the gradients already; it is 0.5.": CLIPPED_TWICE,
    "SGD: learning_rate.decay_steps should be a whole number, 1 or more; "
    "it is CosineDecay(initial_learning_rate=0.1, decay_steps=0).": TrainingChoice(
        optimizer=Inner(
            "SGD", {"learning_rate": Inner("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 0})}
        )
    ),
    "EarlyStopping: patience should be a whole number, 0 or more; it is -1.": TrainingChoice(
        callbacks=(Inner("TerminateOnNaN"), Inner("EarlyStopping", {"patience": -1}))
    ),
    "The optimizer “Adamant” is none that the studio knows. Choose another one.": TrainingChoice(
        optimizer=Inner("Adamant")
    ),
}


def _drawn(training: TrainingChoice) -> Document:
    document = graph("input(8) > dense(1) > output")
    document.apply(edits.set_training(document, training))
    return document


def _said(analysis: Analysis) -> list[str]:
    return [problem.text for problem in analysis.problems if problem.code == "train.refused"]


@pytest.mark.parametrize("text", REFUSED)
def test_what_keras_would_refuse_is_an_error_before_training(text: str) -> None:
    analysis = Analysis(_drawn(REFUSED[text]))
    assert _said(analysis) == [text]
    assert analysis.has_errors


def test_nothing_is_said_of_settings_that_keras_takes() -> None:
    training = TrainingChoice(optimizer=Inner("Adam", {"clipnorm": 1.0}), callbacks=(Inner("EarlyStopping"),))
    assert _said(Analysis(_drawn(training))) == []


def test_the_fix_takes_back_the_setting_and_leaves_the_rest() -> None:
    document = _drawn(CLIPPED_TWICE)
    analysis = Analysis(document)
    (problem,) = [each for each in analysis.problems if each.code == "train.refused"]
    (fix,) = problem.fixes
    document.apply(fix.make(document))
    assert document.training.optimizer == Inner("Adam", {"clipnorm": 1.0})
    assert _said(analysis) == []

"""The optimizer and the callbacks: params that Keras would refuse when the model is compiled or trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from studio.analysis import fixes
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix, Problem, Severity
from studio.catalog.forms import Role
from studio.catalog.registry import recipe, refused
from studio.core.values import Inner
from studio.document import edits
from studio.document.changes import Edit
from studio.document.document import Document
from studio.document.training_choice import TrainingChoice


def check(drawing: Drawing) -> Iterator[Problem]:
    """What the training that is chosen asks of Keras in vain."""
    training = drawing.document.training
    yield from _refused(Role.OPTIMIZER, training.optimizer, drawing)
    for callback in training.callbacks:
        yield from _refused(Role.CALLBACK, callback, drawing)


def _refused(role: Role, chosen: Inner, drawing: Drawing) -> Iterator[Problem]:
    found = recipe(role, chosen)
    if found is None:
        yield _problem(f"The {role} “{chosen.kind}” is none that the studio knows. Choose another one.", drawing, ())
        return
    made, params = found
    for name, wanted in refused(made, params).items():
        outer = name.partition(".")[0]
        told = f"{made.name}: {name} should be {wanted}"
        told += f"; it is {fixes.shown(params[outer])}." if outer in params else "."
        yield _problem(told, drawing, (_without(chosen, outer),) if outer in params else ())


def _problem(text: str, drawing: Drawing, mending: tuple[Fix, ...]) -> Problem:
    return Problem("train.refused", Severity.ERROR, text, None, mending=drawing.later(None, lambda: mending))


def _without(chosen: Inner, name: str) -> Fix:
    """Take a param away, so that Keras's default holds."""
    params = {key: value for key, value in chosen.params.items() if key != name}
    after = Inner(chosen.kind, params)

    def make(document: Document) -> Edit:
        return edits.set_training(document, _exchanged(document.training, chosen, after))

    return fixes.fix(f"Set {name} of {chosen.kind} back to its default", make)


def _exchanged(training: TrainingChoice, before: Inner, after: Inner) -> TrainingChoice:
    optimizer = after if training.optimizer == before else training.optimizer
    callbacks = tuple(after if each == before else each for each in training.callbacks)
    return replace(training, optimizer=optimizer, callbacks=callbacks)

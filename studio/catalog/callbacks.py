"""Callbacks that a training can be given. What the studio does itself (checkpoints, logs, curves) is not among them."""

from __future__ import annotations

from studio.catalog.declaration import Param, Recipe
from studio.catalog.forms import Choice, Integer, Number, Role, Switch, Text

MONITOR = Param("monitor", Text(), "val_loss", "The metric that is watched.")
VERBOSE = Param("verbose", Integer(0, 1), 0, "Whether it says what it does.", True)
MODE = Param("mode", Choice(("auto", "min", "max")), "auto", "Whether less or more is better.", True)


def _callback(name: str, summary: str, *params: Param) -> Recipe:
    return Recipe(name, f"keras.callbacks.{name}", Role.CALLBACK, summary, params)


RECIPES = (
    _callback(
        "EarlyStopping",
        "Ends the training when a metric gets no better.",
        MONITOR,
        Param("min_delta", Number(0), 0, "What counts as better."),
        Param("patience", Integer(0), 0, "After how many epochs without it the training ends."),
        VERBOSE,
        MODE,
        Param("baseline", Number(optional=True), None, "A value that must be reached.", True),
        Param("restore_best_weights", Switch(), False, "Whether the best epoch's weights are taken back."),
        Param("start_from_epoch", Integer(0), 0, "How many epochs pass before it watches.", True),
    ),
    _callback(
        "ReduceLROnPlateau",
        "Lowers the learning rate when a metric gets no better.",
        MONITOR,
        Param("factor", Number(0, 1, below=True), 0.1, "What the learning rate is multiplied by."),
        Param("patience", Integer(0), 10, "After how many epochs without getting better."),
        VERBOSE,
        MODE,
        Param("min_delta", Number(0), 0.0001, "What counts as better."),
        Param("cooldown", Integer(0), 0, "How many epochs it rests after each time.", True),
        Param("min_lr", Number(0), 0.0, "How low the learning rate may become."),
    ),
    _callback(
        "TerminateOnNaN",
        "Ends the training when the loss is no number any more.",
        Param("raise_error", Switch(), False, "Whether that is an error.", True),
    ),
    _callback(
        "SwapEMAWeights",
        "Evaluates with the averaged weights of an optimizer with use_ema.",
        Param("swap_on_epoch", Switch(), False, "Whether they are swapped after each epoch.", True),
    ),
)

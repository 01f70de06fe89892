"""How a project is trained, as a form: epochs, batch size, optimizer and the rest of the training choice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.catalog.declaration import REQUIRED, Param
from studio.catalog.forms import Integer, Number, Object, Objects, Role, Switch
from studio.core.values import Inner, Value
from studio.document import edits
from studio.document.training_choice import TrainingChoice
from studio.gui.shared.forms.form import Form
from studio.gui.shared.theme import Theme
from studio.session.session import Session

DEFAULT = TrainingChoice()

PARAMS = (
    Param("epochs", Integer(1, 1_000_000), DEFAULT.epochs, "How often training goes through all examples."),
    Param("batch_size", Integer(1, 1_000_000), DEFAULT.batch_size, "Examples per step."),
    Param("optimizer", Object(Role.OPTIMIZER), "adam", "How the weights are changed."),
    Param("validation", Number(0.0, 0.9), 0.2, "The share of the examples that is kept for validation."),
    Param("test", Number(0.0, 0.9), 0.0, "The share of the examples that is kept for the final test.", True),
    Param("shuffle", Switch(), DEFAULT.shuffle, "Whether each epoch has an order of its own.", True),
    Param("seed", Integer(0, 2**32 - 1), DEFAULT.seed, "The same seed gives the same run.", True),
    Param("callbacks", Objects(Role.CALLBACK), (), "What Keras does along the way.", True),
)


class TrainingForm(QWidget):
    """Edits the training choice, and the shares of the split."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.form = Form(PARAMS, theme)
        self.form.follow(self._set, self._reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)

    def refresh(self) -> None:
        """Show the choices as they are now."""
        choice, split = self._session.document.training, self._session.document.data.split
        optimizer: Value = choice.optimizer
        if isinstance(optimizer, Inner) and not optimizer.params and optimizer.kind == "Adam":
            optimizer = "adam"
        self.form.show_values(
            {
                "epochs": choice.epochs,
                "batch_size": choice.batch_size,
                "optimizer": optimizer,
                "validation": split.validation,
                "test": split.test,
                "shuffle": choice.shuffle,
                "seed": choice.seed,
                "callbacks": choice.callbacks,
            }
        )

    def _set(self, name: str, value: Value) -> None:
        document = self._session.document
        if name in ("validation", "test"):
            share: dict[str, Any] = {name: float(cast(float, value))}
            split = replace(document.data.split, **share)
            self._session.do(edits.set_data(document, replace(document.data, split=split), "Change the split"))
            return
        if name == "optimizer":
            value = Inner(value) if isinstance(value, str) else value
        if name == "callbacks" and isinstance(value, tuple):
            value = tuple(Inner(item) if isinstance(item, str) else item for item in value)
        changed: dict[str, Any] = {name: value}
        visit = self.form.visit(name)
        key = None if visit is None else ("training", name, visit)
        self._session.do(edits.set_training(document, replace(document.training, **changed), merge_key=key))

    def _reset(self, name: str) -> None:
        param = self.form.rows[name].param
        self._set(name, None if param.default is REQUIRED else param.default)

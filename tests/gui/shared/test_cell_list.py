"""The cells of an RNN in its form: a list in which each cell has its own settings."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from studio.catalog.registry import KINDS
from studio.core.values import Inner, Value
from studio.gui.shared.forms.form import Form
from studio.gui.shared.forms.objects import ObjectsEditor
from studio.gui.shared.theme import Theme

FIRST = Inner("LSTMCell", {"units": 16})


def test_a_cell_is_added_to_a_stack_and_taken_out_of_it(qtbot: QtBot) -> None:
    form = Form(KINDS["RNN"].params, Theme())
    qtbot.addWidget(form)
    edited: dict[str, Value] = {}
    form.follow(edited.__setitem__, edited.pop)
    form.show_values({"cell": Inner("StackedRNNCells", {"cells": (FIRST,)})})
    (cells,) = form.findChildren(ObjectsEditor)

    cells.add.activated.emit(cells.add.findText("GRUCell"))

    both = Inner("StackedRNNCells", {"cells": (FIRST, Inner("GRUCell", {"units": 64}))})
    assert edited == {"cell": both}

    form.show_values({"cell": both})
    removals = {button.accessibleName(): button for button in form.findChildren(QToolButton)}
    removals["Remove cell 2"].click()
    assert edited == {"cell": Inner("StackedRNNCells", {"cells": (FIRST,)})}


def test_only_cells_are_offered(qtbot: QtBot) -> None:
    form = Form(KINDS["RNN"].params, Theme())
    qtbot.addWidget(form)
    form.show_values({"cell": Inner("StackedRNNCells", {"cells": ()})})
    (cells,) = form.findChildren(ObjectsEditor)

    offered = [cells.add.itemText(at) for at in range(1, cells.add.count())]
    assert offered == ["GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"]

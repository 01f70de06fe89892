"""The page of one node: its name, its problems, its params, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.analysis.masks import mask_role
from studio.analysis.problem import Problem, Severity
from studio.analysis.remedies import remedy
from studio.catalog.declaration import REQUIRED, Kind, Param
from studio.catalog.forms import FeatureName
from studio.core.tensors import TensorSpec, shape_text
from studio.core.values import MAX_NAME, Value
from studio.core.wording import bytes_text, count_text
from studio.document import edits
from studio.document.blocks import BLOCK_KIND, OUTPUT_KIND
from studio.document.changes import Edit, moved_to
from studio.document.document import Document
from studio.document.graph import ROOT, Graph, NodeId
from studio.gui.shared.buttons import Button
from studio.gui.shared.forms.form import LABEL_WIDTH_PX, Form
from studio.gui.shared.icons import pixmap
from studio.gui.shared.line import Line
from studio.gui.shared.selection import Selection
from studio.gui.shared.theme import Theme
from studio.gui.shared.words import Words
from studio.session.data_setup import bound_input
from studio.session.previewing import PREVIEWED
from studio.session.session import Session

MOST_WEIGHTS = 12
"""A block can have hundreds, which nobody reads one by one."""


class NodePage(QWidget):
    """Everything about one node; made anew when the node's kind, or who has its layer, changes."""

    def __init__(
        self,
        session: Session,
        selection: Selection,
        node: NodeId,
        theme: Theme,
        ask_remedy: Callable[[Problem], object],
        ask_preview: Callable[[NodeId], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._selection = selection
        self._node = node
        self._theme = theme
        self._ask_remedy = ask_remedy
        self._ask_preview = ask_preview
        self._problems_shown: list[tuple[Problem, list[str]]] = []
        self._where = selection.where
        drawn = self._graph.nodes[node]
        self._kind = session.analysis.kind(node, self._where)
        self._owner = drawn.shares if drawn.shares in self._graph.nodes else None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.column.addLayout(self._heading())
        self.name = Line()
        self.name.setMaxLength(MAX_NAME)
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setToolTip(self.tr("The name of the layer in Keras and in the program (F2)"))
        self.name.editingFinished.connect(self._rename)
        self.column.addWidget(self.name)
        self._troubles = QVBoxLayout()
        self._troubles.setSpacing(8)
        self.column.addLayout(self._troubles)
        if self._owner is not None:
            self.column.addWidget(self._shared_note())
        self.form = self._form(self._params(self._kind) if self._kind and self._owner is None else ())
        self.call_form = self._form(self._kind.call if self._kind else ())
        self.form.follow(self._set, self._reset)
        self.call_form.follow(self._set_call, lambda name: self._set_call(name, None))
        for form in (self.form, self.call_form):
            self.column.addWidget(form)
            form.setVisible(bool(form.rows))
        if self._kind is not None and self._kind.name in PREVIEWED and self._where.graph == ROOT:
            self.column.addWidget(self._preview_button(), 0, Qt.AlignmentFlag.AlignLeft)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self.column.addWidget(_line())
        self.column.addLayout(self._facts)
        self.column.addStretch(1)

    def refresh(self) -> None:
        """Show the node as it is now."""
        graph = self._session.document.graphs.get(self._where.graph)
        node = graph.nodes.get(self._node) if graph is not None else None
        if node is None:
            return
        if not self.name.isModified():
            self.name.setText(node.name)
            self.name.setCursorPosition(0)
        self.form.show_values(node.params)
        self.call_form.show_values(node.call)
        self._show_problems()
        self._show_facts()

    @property
    def _graph(self) -> Graph:
        return self._session.document.graphs[self._where.graph]

    @property
    def _document(self) -> Document:
        """The document as if the drawing with the node were the model."""
        document = self._session.document
        return document if self._where.graph == ROOT else document.seen_from(self._where.graph)

    def _do(self, edit: Edit) -> None:
        self._session.do(moved_to(edit, self._where.graph))

    def _params(self, kind: Kind) -> tuple[Param, ...]:
        """The params that mean something here: what is in a block is bound to no data and has no loss."""
        if self._where.graph == ROOT:
            return kind.params
        if kind.name == OUTPUT_KIND:
            return ()
        return tuple(param for param in kind.params if not isinstance(param.form, FeatureName))

    def _heading(self) -> QHBoxLayout:
        drawn = self._graph.nodes[self._node]
        t = self._theme.tokens
        picture = QLabel()
        if self._kind is not None:
            names = {"Input": "input", "Output": "output"}
            name = names.get(self._kind.name, self._kind.family.name.lower())
            picture.setPixmap(pixmap(name, t.families[self._kind.family], 24, self.devicePixelRatioF()))
        words = QVBoxLayout()
        words.setSpacing(2)
        word = self._kind.title if self._kind and drawn.kind == BLOCK_KIND else drawn.kind
        words.addWidget(Words(word, points=2, bold=True, wrap=True))
        summary = self._kind.summary if self._kind else self.tr("A kind that this version does not know.")
        words.addWidget(Words(summary, muted=True, wrap=True))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _preview_button(self) -> Button:
        button = Button(self.tr("Preview"), self._theme, icon_name="image")
        button.setToolTip(self.tr("Show what this layer and those around it make of some of the data's images"))
        button.clicked.connect(lambda: self._ask_preview(self._node))
        return button

    def _shared_note(self) -> QWidget:
        assert self._owner is not None
        owner = self._graph.nodes[self._owner]
        note = QWidget()
        row = QVBoxLayout(note)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(
            Words(self.tr("Calls the layer of {name} again, with its weights.").format(name=owner.name), wrap=True)
        )
        buttons = QHBoxLayout()
        go = Button(self.tr("Show it"), self._theme)
        go.clicked.connect(lambda: self._selection.reveal(owner.id))
        own = Button(self.tr("Unshare"), self._theme)
        own.setToolTip(self.tr("Give it weights of its own"))
        own.clicked.connect(lambda: self._do(edits.share(self._document, self._node, None)))
        buttons.addWidget(go)
        buttons.addWidget(own)
        buttons.addStretch(1)
        row.addLayout(buttons)
        return note

    def _form(self, params: tuple[Param, ...]) -> Form:
        return Form(params, self._theme, [feature.name for feature in self._session.document.data.features])

    def _show_problems(self) -> None:
        problems = self._session.analysis.problems_of(self._node, self._where)
        shown = [(problem, [fix.label for fix in problem.fixes]) for problem in problems]
        if shown == self._problems_shown and all(
            a[0] is b[0] for a, b in zip(shown, self._problems_shown, strict=True)
        ):
            return
        self._problems_shown = shown
        while (item := self._troubles.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for problem in problems:
            self._troubles.addWidget(self._trouble(problem))

    def _trouble(self, problem: Problem) -> QWidget:
        t = self._theme.tokens
        color = {Severity.ERROR: t.error, Severity.WARNING: t.warning, Severity.HINT: t.hint}[problem.severity]
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        mark = QLabel()
        mark.setFixedSize(16, 16)
        mark.setPixmap(pixmap(str(problem.severity), color, 16, self.devicePixelRatioF()))
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(Words(problem.text, wrap=True))
        for fix in problem.fixes:
            column.addWidget(self._fix_button(problem, fix.label), 0, Qt.AlignmentFlag.AlignLeft)
        elsewhere = remedy(problem)
        if elsewhere is not None:
            button = Button(elsewhere, self._theme, height_px=24, shrinks=True)
            button.clicked.connect(lambda: self._ask_remedy(problem))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(column, 1)
        return box

    def _fix_button(self, problem: Problem, label: str) -> Button:
        button = Button(label, self._theme, height_px=24, shrinks=True)
        button.setToolTip(label)
        button.clicked.connect(lambda: self._mend(problem, label))
        return button

    def _mend(self, problem: Problem, label: str) -> None:
        """Make the edit of a fix as it is now; where the drawing has left it behind, show what there is instead."""
        fix = next((fix for fix in problem.fixes if fix.label == label), None)
        if fix is not None:
            self._session.do(fix.make(self._session.document))
        else:
            self._show_problems()

    def _show_facts(self) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        rows = [*self._shapes(), *self._masks(), *self._counts()]
        for at, (label, value) in enumerate(rows):
            name = Words(label.replace("/", "/\u200b").replace("_", "\u200b_"), muted=True)
            name.setWordWrap(True)
            name.setFixedWidth(LABEL_WIDTH_PX)
            name.setContentsMargins(0, 2, 0, 0)  # on one line with the taller figures beside it
            self._facts.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
            words = Words(value, mono=True, wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(words, at, 1)

    def _shapes(self) -> list[tuple[str, str]]:
        analysis = self._session.analysis
        rows = []
        inputs, ports = analysis.ports(self._node, self._where)
        said = {port.name: port.shown for port in (*inputs, *ports)}
        arriving = self._graph.incoming(self._node)
        for edge in arriving:
            spec = analysis.edge_spec(edge, self._where)
            port = said.get(edge.target_port, edge.target_port)
            name = "in" if len(arriving) == 1 else f"in {port}" + (f" {edge.slot + 1}" if edge.slot else "")
            rows.append((name, _spec_text(spec)))
        outputs = analysis.outputs(self._node, self._where)
        for port, spec in outputs.items():
            name = "out" if len(outputs) == 1 else f"out {said.get(port, port)}"
            rows.append((name, _spec_text(spec)))
        return rows

    def _masks(self) -> list[tuple[str, str]]:
        node, analysis = self._graph.nodes[self._node], self._session.analysis
        arriving = [analysis.edge_spec(edge, self._where) for edge in self._graph.incoming(self._node)]
        role = mask_role(node.kind, arriving, analysis.outputs(self._node, self._where).values())
        return [] if role is None else [("mask", role)]

    def _counts(self) -> list[tuple[str, str]]:
        weights = self._session.analysis.weights(self._node, self._where) or ()
        shown = weights if len(weights) <= MOST_WEIGHTS + 1 else weights[:MOST_WEIGHTS]
        rows = []
        for weight in shown:
            frozen = "" if weight.trainable else ", not trained"
            rows.append((weight.name, f"{' × '.join(map(count_text, weight.shape)) or '1'}{frozen}"))
        if len(shown) < len(weights):
            rows.append(("…", f"{count_text(len(weights) - len(shown))} more"))
        cost = self._session.analysis.cost(self._node, self._where)
        if cost.parameters:
            rows.append(("parameters", count_text(cost.parameters)))
        if cost.non_trainable:
            rows.append(("not trained", count_text(cost.non_trainable)))
        if cost.weight_bytes:
            rows.append(("weights", bytes_text(cost.weight_bytes)))
        if cost.multiply_adds:
            rows.append(("multiply-adds", count_text(cost.multiply_adds)))
        if cost.activation_bytes:
            rows.append(("activations", bytes_text(cost.activation_bytes)))
        return rows

    def _rename(self) -> None:
        name = self.name.text().strip()
        self.name.setModified(False)
        node = self._graph.nodes.get(self._node)
        if node is not None and name and name != node.name:
            self._do(edits.rename(self._document, self._node, name))
        elif node is not None:
            self.name.setText(node.name)

    def _set(self, name: str, value: Value) -> None:
        document = self._document
        param = self._kind.param(name) if self._kind else None
        if param is not None and isinstance(param.form, FeatureName) and name == "feature":
            self._do(bound_input(document, self._node, value))
            return
        visit = self.form.visit(name)
        key = None if visit is None else ("param", self._node, name, visit)
        if param is not None and param.default is not REQUIRED and value == param.default:
            self._do(edits.set_params(document, self._node, {}, unset=(name,), merge_key=key))
        else:
            self._do(edits.set_params(document, self._node, {name: value}, merge_key=key))

    def _reset(self, name: str) -> None:
        self._do(edits.set_params(self._document, self._node, {}, unset=(name,)))

    def _set_call(self, name: str, value: Value) -> None:
        self._do(edits.set_call(self._document, self._node, {name: value}))


def _spec_text(spec: TensorSpec | None) -> str:
    if spec is None:
        return "unknown"
    dtype = f" {spec.dtype}" if spec.dtype != "float32" else ""
    return f"{shape_text(spec.shape)}{dtype}{', with a mask' if spec.masked else ''}"


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    palette = line.palette()
    palette.setColor(palette.ColorRole.WindowText, palette.mid().color())
    line.setPalette(palette)
    return line

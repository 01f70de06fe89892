"""Outputs: a target, a loss, and whether the loss fits what comes out and what it is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from studio.analysis import fixes
from studio.analysis.adapters import reducing, resized
from studio.analysis.agreement import CROSS_ENTROPIES, SPARSE, Case, Fault, faults
from studio.analysis.binding import OUTPUT_KIND
from studio.analysis.culprits import RECURRENT, Culprit, is_flattening, sequences
from studio.analysis.drawing import Drawing
from studio.analysis.endings import SIZERS, Ending, ending, ending_at
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.analysis.walking import backwards, gives
from studio.catalog.declaration import Recipe, ShapeError
from studio.catalog.forms import Role
from studio.catalog.registry import recipe
from studio.catalog.settings import Settings
from studio.core.tensors import Shape, TensorSpec
from studio.core.values import Inner, Params, Value
from studio.core.wording import listed
from studio.document.data_choice import Encoding, Feature
from studio.document.encoded import CLASS_NUMBERS, encoded, encoded_span
from studio.document.graph import NodeId

OFFERS = 3
FURTHEST = 12
"""So many nodes back from an Output a setting is looked for that makes its shape another."""


def check(record: NodeRecord, drawing: Drawing, looked: set[NodeId]) -> Iterator[Problem]:
    """Everything about one Output."""
    if record.settings is None:
        return
    end = ending(record, drawing.inference)
    looked |= end.walked
    values = record.settings.values
    feature = drawing.data.feature(values["target"])
    if values["loss"] is None:
        yield _no_loss(record, drawing)
        if values["metrics"] and feature is None and drawing.data.features:
            yield _no_target(record, values["target"], drawing)  # Keras ends with a KeyError then
        return
    if feature is None and drawing.data.features:
        yield _no_target(record, values["target"], drawing)
    named = recipe(Role.LOSS, values["loss"])
    if named is None:
        return
    case = _case(record, feature, values["loss"], named, end)
    trial = Trial(record, drawing, end, case)
    found = tuple(faults(case))
    for fault in found:
        node, param, also = _blamed(fault, record, end, case)
        if fault.code in ("loss.rank", "loss.shape"):
            node, param, also = trial.culprit(fault, looked) or (node, param, also)
        yield Problem(
            fault.code,
            fault.severity,
            fault.text,
            node,
            "input" if fault.code in ("loss.rank", "loss.shape", "loss.units", "loss.single_unit") else None,
            param=param,
            end=record.id if node != record.id else None,
            also=also,
            mending=drawing.later(record, partial(trial.fixes, fault, found)),
        )


def _blamed(fault: Fault, output: NodeRecord, end: Ending, case: Case) -> Culprit:
    """The last layer where its units or its activation are at fault, the Output where its loss is."""
    if fault.code == "loss.units" and end.sizer is not None:
        return Culprit(end.sizer.id, SIZERS[end.sizer.node.kind], (output.id,))
    of_ending = fault.code in ("loss.single_unit", "loss.activation", "loss.range") or (
        fault.code == "loss.logits" and not case.from_logits
    )
    if of_ending and end.at is not None:
        return Culprit(end.at.id, end.param, (output.id,))
    other = end.at if fault.code == "loss.logits" else end.sizer if fault.code in ("loss.rank", "loss.shape") else None
    return Culprit(output.id, "loss", () if other is None else (other.id,))


def _case(record: NodeRecord, feature: Feature | None, loss: Value, named: tuple[Recipe, Params], end: Ending) -> Case:
    spec = record.arguments[0] if record.arguments else None
    return Case(
        spec if isinstance(spec, TensorSpec) else None,
        encoded(feature) if feature else None,
        feature.encoding if feature else Encoding.NONE,
        _classes(feature, named[0].name),
        named[0].name,
        loss if isinstance(loss, str) else named[0].name,
        bool(named[1].get("from_logits", False)),
        end.activation,
        end.axis_size,
        end.along_last,
        encoded_span(feature) if feature else None,
    )


def _classes(feature: Feature | None, loss: str) -> int:
    """How many classes a target has; of whole numbers under a loss for classes, one more than the largest."""
    if feature is None:
        return 0
    whole = feature.encoding is Encoding.NONE and feature.dtype.startswith(("int", "uint"))
    if loss in SPARSE and whole and feature.span is not None:
        return int(feature.span[1]) + 1
    return len(feature.classes)


def _no_loss(record: NodeRecord, drawing: Drawing) -> Problem:
    records = drawing.inference.records
    others = any(records[id_].node.params.get("loss") is not None for id_ in drawing.outputs if id_ != record.id)
    assert record.settings is not None
    feature = drawing.data.feature(record.settings.values["target"])
    text = "This Output has no loss, so training does not know what to make small"
    return Problem(
        "loss.missing",
        Severity.WARNING if others else Severity.ERROR,
        f"{text}; only the other Outputs count. Choose one." if others else f"{text}. Choose one.",
        record.id,
        param="loss",
        mending=drawing.later(record, lambda: _fitting_losses(record, feature, drawing)),
    )


def _learned(record: NodeRecord, drawing: Drawing) -> Iterator[Fix]:
    """A target and a loss that go with what comes out."""
    last = drawing.record(record.wires[0].source) if record.wires else None
    params = suited(last, drawing) if last is not None else {}
    if params:
        yield fixes.fix_params(record, params, f"Predict “{params['target']}” with {params['loss']}")


def suited(last: NodeRecord, drawing: Drawing) -> Params:
    """The target and the loss for a new Output behind a node, if there is a feature that goes with what it gives."""
    spec = gives(last)
    bound = {drawing.record(id_).node.params.get("feature") for id_ in drawing.inputs}
    end = ending_at(last, drawing.inference)
    for feature in reversed(drawing.data.features):
        for name in (
            _candidates(feature.encoding, len(feature.classes), encoded_span(feature))
            if feature.name not in bound
            else ()
        ):
            named = recipe(Role.LOSS, name)
            if named and spec is not None:
                case = Case(
                    spec,
                    encoded(feature),
                    feature.encoding,
                    len(feature.classes),
                    named[0].name,
                    name,
                    False,
                    end.activation,
                    end.axis_size,
                )
                if not tuple(faults(case)):
                    return {"target": feature.name, "loss": name}
    return {}


def _fitting_losses(record: NodeRecord, feature: Feature | None, drawing: Drawing) -> Iterator[Fix]:
    """The losses that go with the target and the ending; with a target where there is none."""
    if feature is None:
        yield from _learned(record, drawing)
    end = ending(record, drawing.inference)
    for name in _candidates(feature.encoding, len(feature.classes), encoded_span(feature)) if feature else ():
        named = recipe(Role.LOSS, name)
        if named and not tuple(faults(_case(record, feature, name, named, end))):
            yield fixes.fix_params(record, {"loss": name}, f"Use {name}")


def _no_target(record: NodeRecord, target: Value, drawing: Drawing) -> Problem:
    features = drawing.data.features
    bound = {drawing.record(id_).node.params.get("feature") for id_ in drawing.inputs}
    there = f"There are {listed([f'“{feature.name}”' for feature in features])}."
    if target is None:
        code, text = "target.missing", f"This Output has no target: nothing says what is to be predicted. {there}"
    else:
        code, text = "target.unknown", f"The data has no feature “{target}” to predict. {there}"
    return Problem(
        code,
        Severity.ERROR,
        text,
        record.id,
        param="target",
        mending=drawing.later(record, lambda: _targets(record, bound, drawing)),
    )


def _targets(record: NodeRecord, bound: set[Value], drawing: Drawing) -> list[Fix]:
    """The features that are free, those that go with the loss and the ending first; metrics without a loss go."""
    assert record.settings is not None
    loss = record.settings.values["loss"]
    named = recipe(Role.LOSS, loss)
    if named is None:
        return [*_learned(record, drawing), fixes.fix_params(record, {"metrics": ()}, "Remove the metrics")]
    taken = {drawing.record(id_).node.params.get("target") for id_ in drawing.outputs}
    end = ending(record, drawing.inference)
    ranked = []
    for place, feature in enumerate(reversed(drawing.data.features)):
        if feature.name not in bound:
            wrong = len(tuple(faults(_case(record, feature, loss, named, end))))
            ranked.append((wrong, feature.name in taken, place, feature.name))
    return [fixes.fix_params(record, {"target": name}, f"Predict “{name}”") for *_, name in sorted(ranked)[:OFFERS]]


@dataclass(frozen=True, slots=True)
class _Move:
    """One thing that a fix may do: how the case is afterwards, the params that it sets by node, and its words."""

    case: Case
    params: tuple[tuple[NodeRecord, Params], ...] = ()
    label: str = ""
    inserted: Fix | None = None


class Trial:
    """Looks for changes after which an Output's case is in order."""

    def __init__(self, record: NodeRecord, drawing: Drawing, end: Ending, case: Case) -> None:
        self._record = record
        self._drawing = drawing
        self._end = end
        self._case = case

    def fixes(self, fault: Fault, found: tuple[Fault, ...]) -> tuple[Fix, ...]:
        """The changes that take a fault away and bring no new one; those that leave the fewest come first."""
        before = {each.code for each in found}
        tried = []
        for place, move in enumerate(self._moves()):
            after = {each.code for each in faults(move.case)}
            if not all(self._own(record) for record, _ in move.params):
                continue
            if fault.code not in after and after <= before:
                tried.append((len(after), len(move.params), place, move))
        tried.sort(key=lambda each: each[:3])
        fewest = tried[0][0] if tried else 0
        return tuple(_made(move) for left, _, _, move in tried if left == fewest)[:OFFERS]

    def culprit(self, fault: Fault, looked: set[NodeId]) -> Culprit | None:
        """The layer further back of which another setting takes a fault away."""
        walked: set[NodeId] = set()
        known = {each.code for each in faults(self._case)}
        found = None
        for move in self._upstream(_Move(self._case), walked):
            if {each.code for each in faults(move.case)} <= known - {fault.code}:
                source, params = move.params[0]
                found = Culprit(source.id, next(iter(params)), (self._record.id,))
                break
        looked |= walked
        return found

    def _moves(self) -> Iterator[_Move]:
        start = _Move(self._case)
        yield from self._losses(start)
        endings = list(self._endings(start))
        yield from endings
        units = list(self._units(start))
        yield from units
        yield from self._logits(start)
        yield from self._upstream(start, set())
        yield from self._insertions()
        yield from self._fitted()
        for first in endings:
            yield from self._losses(first)
        for first in units:
            yield from self._losses(first)
            for second in self._endings(first):
                yield second
                yield from self._losses(second)

    def _losses(self, start: _Move) -> Iterator[_Move]:
        """Another loss."""
        case = start.case
        for name in _candidates(case.encoding, case.classes, case.span) if case.label is not None else ():
            named = recipe(Role.LOSS, name)
            if named is None or named[0].name == start.case.loss:
                continue
            case = replace(start.case, loss=named[0].name, short=name, from_logits=False)
            yield _added(start, case, self._record, {"loss": name}, name)

    def _logits(self, start: _Move) -> Iterator[_Move]:
        """The other setting of from_logits."""
        if start.case.loss not in CROSS_ENTROPIES or self._record.settings is None:
            return
        named = recipe(Role.LOSS, self._record.settings.values["loss"])
        if named is None or "from_logits" not in named[0].declared:
            return
        other = not start.case.from_logits
        loss = Inner(named[0].name, {**named[1], "from_logits": other})
        case = replace(start.case, from_logits=other)
        yield replace(
            _added(start, case, self._record, {"loss": loss}, ""), label=f"Set from_logits={other} on the loss"
        )

    def _endings(self, start: _Move) -> Iterator[_Move]:
        """Another last activation."""
        at, param = self._end.at, self._end.param
        if at is not None and not start.case.along_last and self._own(at):
            move = _added(start, replace(start.case, along_last=True), at, {"axis": -1}, "")
            yield replace(move, label=f"Set axis=-1 on {at.node.name}")
        if at is None or param is None or not self._own(at) or at.kind is None or at.kind.param(param) is None:
            return
        for name in ("softmax", "sigmoid", "linear"):
            if name == self._end.activation:
                continue  # the same again
            size = start.case.spec.shape[-1] if start.case.spec is not None else start.case.axis_size
            case = replace(start.case, activation=name, axis_size=size)
            yield _added(start, case, at, {param: name}, name)

    def _units(self, start: _Move) -> Iterator[_Move]:
        """As many units in the last layer as the target needs."""
        sizer, spec, label = self._end.sizer, start.case.spec, start.case.label
        if sizer is None or sizer.kind is None or spec is None or not self._own(sizer):
            return
        sizes = [start.case.classes] if start.case.classes else []
        if label is not None and len(label.shape) == len(spec.shape) and isinstance(label.shape[-1], int):
            sizes.append(label.shape[-1])
        sizes.append(1)
        name = SIZERS[sizer.kind.name]
        for size in dict.fromkeys(sizes):
            if size == spec.shape[-1]:
                continue
            wider = spec._replace(shape=(*spec.shape[:-1], size))
            axis = size if start.case.axis_size is not None else None
            case = replace(start.case, spec=wider, axis_size=axis)
            move = _added(start, case, sizer, {name: size}, "")
            yield replace(move, label=f"Set {name}={size} on {sizer.node.name}")

    def _insertions(self) -> Iterator[_Move]:
        """A layer in the wire to the last layer, or to the Output, that takes axes away."""
        sizer = self._end.sizer
        for target in (sizer, self._record):
            if target is None or len(target.wires) != 1:
                continue
            wire = target.wires[0]
            spec = self._drawing.spec(wire)
            for kind, params, fitted in reducing(spec, 2) if spec is not None else ():
                if kind == "Flatten" and target is self._record and self._case.loss in SPARSE:
                    continue  # every place of an image would become a class
                out = self._through(target, fitted)
                if out is not None:
                    case = replace(self._case, spec=out, axis_size=out.shape[-1])
                    before = "" if target is self._record else f" before {target.node.name}"
                    yield _Move(case, inserted=fixes.insert(wire, kind, params, out, before))

    def _upstream(self, start: _Move, looked: set[NodeId]) -> Iterator[_Move]:
        """Another setting of a layer further back: its padding, its steps, how often it repeats."""
        last = self._drawing.record(self._record.wires[0].source) if self._record.wires else None
        case = start.case
        if last is None or case.label is None or case.spec is None:
            return
        for source in backwards(self._record, self._drawing, looked, FURTHEST):
            if len(source.wires) > 1:
                return
            for params in _settings(source, case.label.shape):
                if source.settings is None:
                    continue
                try:
                    settings = Settings({**source.settings.values, **params})
                    out = self._drawing.inference.with_settings(source, settings, last)
                except ShapeError:
                    continue
                if out:
                    what = ", ".join(f"{name}={fixes.shown(value)}" for name, value in _inside(params).items())
                    size = out[0].shape[-1] if case.axis_size is not None else None
                    move = _added(start, replace(case, spec=out[0], axis_size=size), source, params, "")
                    yield replace(move, label=f"Set {what} on {source.node.name}")

    def _fitted(self) -> Iterator[_Move]:
        """Padding, cropping, scaling before the Output; or a Flatten before it away."""
        case = self._case
        if len(self._record.wires) != 1 or case.spec is None or case.label is None:
            return
        wire = self._record.wires[0]
        source = self._drawing.record(wire.source)
        before = self._drawing.spec(source.wires[0]) if len(source.wires) == 1 else None
        if is_flattening(source) and before is not None:
            moved = replace(case, spec=before, axis_size=before.shape[-1])
            yield _Move(moved, inserted=fixes.bypass(self._drawing, [wire], source.wires[0], before))
        wanted = case.label.shape if len(case.label.shape) == case.spec.rank else (*case.label.shape, None)
        if len(wanted) == case.spec.rank and case.spec.rank > 2:
            for kind, params, out in resized(case.spec, wanted, None, changed=False):
                yield _Move(replace(case, spec=out), inserted=fixes.insert(wire, kind, params, out))

    def _through(self, target: NodeRecord, spec: TensorSpec) -> TensorSpec | None:
        """What would arrive at the Output if `spec` arrived at `target`, whose shape nothing after it changes."""
        if target is self._record:
            return spec
        assert target.kind is not None
        try:
            out = self._drawing.inference.supposed(target, target.kind.inputs[0], spec)
        except ShapeError:
            return None
        return out[0] if out else None

    def _own(self, record: NodeRecord) -> bool:
        """Whether a node's layer is its alone, and so are its params."""
        return record.owner is None and len(self._drawing.inference.layer(record)) == 1


def _settings(source: NodeRecord, label: Shape) -> Iterator[Params]:
    """What could be set otherwise at a layer before an Output so that another shape comes."""
    values = source.settings.values if source.settings is not None else {}
    if values.get("padding") == "valid":
        yield {"padding": "same"}
    if values.get("strides") not in (None, 1, (1,), (1, 1), (1, 1, 1)):
        yield {"strides": 1}
    if source.node.kind in RECURRENT:
        for on in (True, False):
            steps = sequences(source, on)
            if steps is not None:
                yield steps
    if source.node.kind == "RepeatVector" and len(label) > 1 and label[1] is not None:
        yield {"n": label[1]}


def _inside(params: Params) -> Params:
    """The settings in words: of the layer in a wrapper, only the one that matters."""
    inner = params.get("layer")
    if isinstance(inner, Inner):
        return {"return_sequences": inner.params["return_sequences"]}
    return params


def _candidates(encoding: Encoding, classes: int, span: tuple[float, float] | None) -> tuple[str, ...]:
    """The losses that go with a target, the usual one first."""
    if encoding in CLASS_NUMBERS:
        sparse = "sparse_categorical_crossentropy"
        return (sparse, "binary_crossentropy") if classes <= 2 else (sparse,)
    if encoding is Encoding.ONE_HOT:
        return ("categorical_crossentropy", "binary_crossentropy")
    if encoding is not Encoding.STANDARDIZE and span is not None and span[0] >= 0 and span[1] <= 1:
        return ("mean_squared_error", "binary_crossentropy")
    return ("mean_squared_error",)


def _added(start: _Move, case: Case, record: NodeRecord, params: Params, word: str) -> _Move:
    """A move with one more thing done."""
    if not word:
        return _Move(case, (*start.params, (record, params)))
    label = f"Use {word}" if record.node.kind == OUTPUT_KIND else f"Use {word} on {record.node.name}"
    if start.label:
        label = f"{start.label}, {label[0].lower()}{label[1:]}"
    return _Move(case, (*start.params, (record, params)), label)


def _made(move: _Move) -> Fix:
    if move.inserted is not None:
        return move.inserted
    return fixes.fix_many([(record.id, params) for record, params in move.params], move.label)

"""Fixes for what a rule refuses: candidates are tried on the rules first, so that every one offered works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from studio.analysis import fixes
from studio.analysis.adapters import Adapter, matching, of_other_rank, projections, raising, reducing
from studio.analysis.culprits import (
    KEEPING_SIZES,
    RECURRENT,
    back,
    is_flattening,
    sequences,
    shrinking,
    wire_of,
    would_work,
)
from studio.analysis.drawing import Drawing
from studio.analysis.endings import ELEMENTWISE, SIZERS
from studio.analysis.problem import Fix
from studio.analysis.reading import as_text
from studio.analysis.record import Arguments, NodeRecord
from studio.analysis.walking import only_taker
from studio.catalog.declaration import (
    REQUIRED,
    ShapeError,
    WantsElements,
    WantsKnown,
    WantsRank,
    WantsRoom,
    WantsSameShape,
)
from studio.catalog.registry import KINDS, refused
from studio.catalog.settings import Settings
from studio.core.tensors import TensorSpec, product
from studio.core.values import Params, Value
from studio.core.wording import plural
from studio.document.graph import Edge

OFFERS = 4
WINDOWS = ("pool_size", "kernel_size")
STRIDING = frozenset(
    f"{stem}{rank}D"
    for stem in ("Conv", "MaxPooling", "AveragePooling", "SeparableConv", "DepthwiseConv")
    for rank in (1, 2, 3)
)
"""Kinds whose strides make their output smaller."""


def fixes_for(record: NodeRecord, failure: ShapeError, drawing: Drawing) -> tuple[Fix, ...]:
    """Edits after which the node takes what arrives; the likeliest first."""
    if failure.code == "share.shape":
        return (fixes.unshare(record),)
    if failure.code == "shape.channels":
        return fixes.taken_out(drawing, record)
    if failure.code == "dtype.text":
        return as_text(record, drawing)
    wire = wire_of(record, failure)
    mender = _Mender(record, drawing)
    found: dict[str, Fix] = {}
    for fix in (*mender.wanted(failure, wire), *mender.own(failure)):
        found.setdefault(fix.label, fix)
        if len(found) == OFFERS:
            break
    return tuple(found.values())


class _Mender:
    """Tries changes around one node."""

    def __init__(self, record: NodeRecord, drawing: Drawing) -> None:
        self._record = record
        self._drawing = drawing

    def wanted(self, failure: ShapeError, wire: Edge | None) -> Iterator[Fix]:
        """What gives the node what its rule wants."""
        spec = self._drawing.spec(wire) if wire is not None else None
        match failure.wants:
            case None:
                yield from self._other(failure, wire)
            case WantsRank(minimum, maximum):
                if wire is not None and spec is not None:
                    yield from self._rank(wire, spec, minimum, maximum)
            case WantsSameShape(axis):
                yield from self._same_shape(failure, axis)
            case WantsRoom(axis):
                yield from self._room(axis, spec)
                if wire is not None:
                    yield from self._skipped(wire)
            case WantsKnown():
                if wire is not None:
                    yield from self._known(wire)
            case WantsElements():
                yield from self._elements()
            case _:
                assert_never(failure.wants)

    def own(self, failure: ShapeError) -> Iterator[Fix]:
        """Another value for the setting that the failure names."""
        record, name = self._record, failure.param
        param = record.kind.param(name) if record.kind is not None and name is not None else None
        if param is None or name is None:
            return
        if name == "axis":
            yield from self._set({"axis": -1})
        if name == "target_shape":
            yield from self._elements()
        if name == "dims" and record.arguments and isinstance(record.arguments[0], TensorSpec):
            yield from self._set({"dims": (*range(2, record.arguments[0].rank), 1)})
        if param.default is not REQUIRED:
            yield from self._set({name: param.default})
        elif param.start is not None:
            yield from self._set({name: param.start})

    def _rank(self, wire: Edge, spec: TensorSpec, minimum: int, maximum: int | None) -> Iterator[Fix]:
        if self._record.node.kind == "Permute":
            yield from self._set({"dims": (*range(2, spec.rank), 1)})
        if self._record.node.kind in ELEMENTWISE:
            yield from fixes.taken_out(self._drawing, self._record)
        if spec.rank < minimum:
            yield from self._sequences(wire, True)
            yield from self._skipped(wire)
            for adapter in raising(spec, minimum, self._ids(wire)):
                yield from self._inserted(wire, adapter)
            yield from self._replaced(spec)
        elif maximum is not None:
            yield from self._sequences(wire, False)
            yield from self._replaced(spec)
            for adapter in reducing(spec, maximum):
                yield from self._inserted(wire, adapter)

    def _sequences(self, wire: Edge, on: bool) -> Iterator[Fix]:
        """Every step, or only the last one, of the recurrent layer before."""
        source = back(wire, RECURRENT, KEEPING_SIZES, self._drawing, set())
        value = sequences(source, on) if source is not None else None
        if source is not None and value is not None and self._would_work(source, value):
            yield fixes.fix_params(source, value, f"Set return_sequences={on} on {source.node.name}")

    def _skipped(self, wire: Edge) -> Iterator[Fix]:
        """The wire from before a node that flattens or pools."""
        source = self._drawing.record(wire.source)
        if not is_flattening(source) and "Pooling" not in source.node.kind:
            return
        before = source.wires[0] if len(source.wires) == 1 else None
        spec = self._drawing.spec(before) if before is not None else None
        if before is None or spec is None:
            return
        alike = [each for each in self._record.wires if each.source == wire.source]
        for around in ([wire], alike):
            if self._try(dict.fromkeys(around, spec)) is not None:
                yield fixes.bypass(self._drawing, around, before, spec)
                return

    def _same_shape(self, failure: ShapeError, axis: int | None) -> Iterator[Fix]:
        """All tensors of a list port with one shape: by another axis, by padding before, by a layer in the wires."""
        record, drawing = self._record, self._drawing
        wires = [wire for wire in record.wires if wire.target_port == failure.port]
        specs = [(wire, spec) for wire in wires if (spec := drawing.spec(wire)) is not None]
        if record.settings is not None and "axis" in record.settings.values and specs:
            for other in range(1, specs[0][1].rank):
                yield from self._set({"axis": other})
        ranks = [spec.rank for _, spec in specs]
        for wire, spec in sorted(specs, key=lambda each: each[1].rank):
            yield from self._padded(wire)
            if min(ranks) < max(ranks):
                yield from self._sequences(wire, spec.rank < max(ranks))
        for wire, spec in specs:
            yield from self._unstrided(wire)
            for width in dict.fromkeys(each.shape[-1] for _, each in specs):
                if width not in (spec.shape[-1], 1):
                    yield from self._sized(wire, width)
        joins = record.node.kind == "Concatenate"
        for _, reference in sorted(specs, key=lambda each: _extent(each[1]), reverse=joins or not _whole(specs))[:2]:
            adapters = {wire: matching(spec, reference, axis, stretches=not joins) for wire, spec in specs}
            wrong = {wire: found for wire, found in adapters.items() if found is not None}
            for choice in range(2):
                chosen = {wire: found[min(choice, len(found) - 1)] for wire, found in wrong.items() if found}
                if len(chosen) == len(wrong) and self._try({w: a.out for w, a in chosen.items()}) is not None:
                    yield fixes.insert_many(chosen)
        for wire in wires:
            yield from self._skipped(wire)

    def _unstrided(self, wire: Edge) -> Iterator[Fix]:
        """strides=1 on the layer before that goes in larger steps than the other branches."""
        source = back(wire, STRIDING, KEEPING_SIZES, self._drawing, set())
        if source is None:
            return
        params: Params = {"strides": 1, "padding": "same"}
        if source.settings is not None and source.settings.values["padding"] == "same":
            params = {"strides": 1}
        if self._would_work(source, params):
            what = ", ".join(f"{name}={value!r}" for name, value in params.items())
            yield fixes.fix_params(source, params, f"Set {what} on {source.node.name}")

    def _sized(self, wire: Edge, size: int | None) -> Iterator[Fix]:
        """As many units or filters in the layer before as the other branch has."""
        source = back(wire, frozenset(SIZERS), KEEPING_SIZES, self._drawing, set())
        if source is None or size is None or not only_taker(source, self._drawing):
            return
        name = SIZERS[source.node.kind]
        if self._would_work(source, {name: size}):
            yield fixes.fix_params(source, {name: size}, f"Set {name}={size} on {source.node.name}")

    def _replaced(self, spec: TensorSpec) -> Iterator[Fix]:
        """The layer for tensors of this rank in place of the one for another: Conv2D for Conv1D."""
        record = self._record
        kind = KINDS.get(of_other_rank(record.node.kind, spec) or "")
        if kind is None or not self._alone(record) or len(record.wires) != 1:
            return
        params = {name: _even(value) for name, value in record.node.params.items()}
        if refused(kind, params):
            return
        try:
            out = kind.infer(kind.settings(params), spec)[0]
        except ShapeError:
            return
        yield fixes.replace_kind(record, kind.name, params, out)

    def _other(self, failure: ShapeError, wire: Edge | None) -> Iterator[Fix]:
        """What no single wish of a rule says: states of recurrent layers, and inputs that should go together."""
        if failure.code == "shape.states":
            yield from self._states()
        elif failure.code == "shape.merge":
            yield from self._projected()
        port = self._record.kind.input(failure.port) if self._record.kind and failure.port else None
        if wire is not None and port is not None and port.optional and not port.many:
            yield fixes.remove_wires(f"Remove the wire to {port.shown}", [wire])

    def _states(self) -> Iterator[Fix]:
        """States that are missing, too many steps of one, or units that differ."""
        record, drawing = self._record, self._drawing
        wires = [wire for wire in record.wires if wire.target_port == "initial_state"]
        used = {(wire.source, wire.source_port) for wire in wires}
        for wire in wires:
            yield from self._sequences(wire, False)
            source, spec = drawing.record(wire.source), drawing.spec(wire)
            for port in source.ports:
                there = source.outputs.get(port.name)
                if port.name.startswith("state") and (source.id, port.name) not in used and there is not None:
                    state = (
                        next(each for each in record.kind.inputs if each.name == "initial_state")
                        if record.kind
                        else None
                    )
                    if state is not None and drawing.accepts(record, state, there):
                        label = f"Wire {source.node.name}.{port.shown} to it"
                        yield fixes.wire(label, source.id, port.name, record.id, state.name, len(wires))
            if spec is not None and spec.rank == 2 and spec.shape[1] is not None:
                yield from self._set({"units": spec.shape[1]})
                own = record.settings.values.get("units") if record.settings is not None else None
                if isinstance(own, int) and self._would_work(source, {"units": own}):
                    yield fixes.fix_params(source, {"units": own}, f"Set units={own} on {source.node.name}")
        if wires:
            yield fixes.remove_wires(f"Remove {plural(len(wires), 'wire')} from initial_state", wires)

    def _projected(self) -> Iterator[Fix]:
        """A layer in one wire that makes its last axis as long as that of another."""
        specs = [(wire, spec) for wire in self._record.wires if (spec := self._drawing.spec(wire)) is not None]
        for wire, spec in reversed(specs):
            for other, reference in specs:
                if other is not wire and reference.shape[-1] != spec.shape[-1]:
                    for adapter in projections(spec, reference.shape[-1]):
                        yield from self._inserted(wire, adapter)

    def _ids(self, wire: Edge) -> int | None:
        """How many ids a feature has that comes in by a wire, as far as it is known."""
        source = self._drawing.record(wire.source)
        feature = self._drawing.data.feature(source.node.params.get("feature"))
        return int(feature.span[1]) + 1 if feature is not None and feature.span is not None else None

    def _padded(self, wire: Edge) -> Iterator[Fix]:
        """padding='same' on the layer before that makes its input smaller."""
        source = shrinking(wire, self._drawing, set())
        if source is not None and self._would_work(source, {"padding": "same"}):
            yield fixes.fix_params(source, {"padding": "same"}, f"Set padding='same' on {source.node.name}")

    def _room(self, axis: int, spec: TensorSpec | None) -> Iterator[Fix]:
        record = self._record
        if record.kind is None or record.settings is None:
            return
        if record.settings.values.get("padding") in ("valid", "causal"):
            yield from self._set({"padding": "same"})
        name = next((name for name in WINDOWS if name in record.settings.values), None)
        size = spec.shape[axis] if spec is not None and axis < spec.rank else None
        if name is not None:
            window = record.settings.values[name]
            for most in (size, 1):
                if most is not None:
                    yield from self._set({name: _capped(window, most)})
        for name in ("cropping", "strides", "dilation_rate"):
            param = record.kind.param(name)
            if param is not None and param.default is not REQUIRED:
                yield from self._set({name: 0 if name == "cropping" else param.default})

    def _known(self, wire: Edge) -> Iterator[Fix]:
        """Global pooling in place of a Flatten whose size is not known."""
        source = back(wire, frozenset({"Flatten"}), ELEMENTWISE, self._drawing, set())
        if source is None or not source.arguments or not isinstance(source.arguments[0], TensorSpec):
            return
        if wire.source != source.id or len(self._drawing.inference.layer(source)) > 1:
            return
        for adapter in reducing(source.arguments[0], 2):
            if adapter.kind != "Flatten" and self._try({wire: adapter.out}) is not None:
                yield fixes.replace_kind(source, adapter.kind, adapter.params, adapter.out)

    def _elements(self) -> Iterator[Fix]:
        values = self._record.settings.values if self._record.settings else {}
        target = values.get("target_shape")
        if isinstance(target, tuple):
            for at in reversed(range(len(target))):
                if -1 not in target:
                    yield from self._set({"target_shape": (*target[:at], -1, *target[at + 1 :])})
            yield from self._set({"target_shape": (-1,)})

    def _set(self, params: Params) -> Iterator[Fix]:
        """Params of the node itself, if its rule is content then."""
        record = self._record
        if record.kind is None or record.settings is None or not self._alone(record):
            return
        if all(record.settings.values.get(name) == value for name, value in params.items()):
            return
        result = self._outcome(record, params)
        if result is not None:
            in_call = any(param.name in params for param in record.kind.call)
            yield fixes.set_own(record, params, in_call, result[0] if result else None)

    def _inserted(self, wire: Edge, adapter: Adapter) -> Iterator[Fix]:
        if self._try({wire: adapter.out}) is not None:
            yield fixes.insert(wire, adapter.kind, adapter.params, adapter.out)

    def _would_work(self, source: NodeRecord, params: Params) -> bool:
        return self._alone(source) and would_work(source, params, self._record, self._drawing)

    def _outcome(self, source: NodeRecord, params: Params) -> tuple[TensorSpec, ...] | None:
        """What the node would give if a node, upstream or itself, had other params; None if any rule refuses."""
        if source.settings is None:
            return None
        settings = Settings({**source.settings.values, **params})
        try:
            return self._drawing.inference.with_settings(source, settings, self._record)
        except ShapeError:
            return None

    def _try(self, arriving: Mapping[Edge, TensorSpec]) -> tuple[TensorSpec, ...] | None:
        """What the node would give if other specs arrived by some of its wires; None if its rule refuses."""
        record = self._record
        if record.kind is None or record.settings is None or record.arguments is None:
            return None
        arguments: Arguments = []
        for port, argument in zip(record.kind.inputs, record.arguments, strict=True):
            wires = [wire for wire in record.wires if wire.target_port == port.name]
            if isinstance(argument, TensorSpec):
                arguments.append(arriving.get(wires[0], argument))
            elif argument is None:
                arguments.append(None)
            else:
                arguments.append(tuple(arriving.get(w, spec) for w, spec in zip(wires, argument, strict=True)))
        try:
            return self._drawing.inference.rule(record.kind, record.settings, arguments)
        except ShapeError:
            return None

    def _alone(self, record: NodeRecord) -> bool:
        """Whether a node's params are its alone."""
        return record.owner is None and len(self._drawing.inference.layer(record)) == 1


def _even(value: Value) -> Value:
    """One size for all axes, where it is the same along each."""
    return value[0] if isinstance(value, tuple) and value and len(set(value)) == 1 else value


def _extent(spec: TensorSpec) -> int:
    """How many places the middle axes have; 0 where it is unknown."""
    return product(spec.shape[1:-1]) or 0


def _whole(specs: Sequence[tuple[Edge, TensorSpec]]) -> bool:
    """Whether the smallest fits into every other a whole number of times."""
    extents = [_extent(spec) for _, spec in specs]
    return bool(extents) and min(extents) > 0 and all(extent % min(extents) == 0 for extent in extents)


def _capped(window: Value, most: int) -> Value:
    if isinstance(window, tuple):
        return tuple(min(size, most) if isinstance(size, int) else size for size in window)
    return min(window, most) if isinstance(window, int) else window

"""Wires: what is not wired, wired too often, wired to a port that does not exist, leads nowhere or in a circle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial

from studio.analysis import binding, fixes, structure
from studio.analysis.binding import INPUT_KIND, OUTPUT_KIND
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.catalog.declaration import Family, Kind, Port, ShapeError
from studio.catalog.registry import KINDS
from studio.core.wording import listed, plural
from studio.document import edits
from studio.document.graph import Edge, NodeId

OFFERS = 3


def arrivals(record: NodeRecord, kind: Kind, drawing: Drawing) -> Iterator[Problem]:
    """Ports that have too few or too many wires, and wires to ports that do not exist."""
    for port in kind.inputs:
        wires = [wire for wire in record.wires if wire.target_port == port.name]
        if binding.misfit(port, len(wires)):
            missing = len(wires) < port.at_least
            yield (
                _unwired(record, kind, port, len(wires), drawing)
                if missing
                else _crowded(record, kind, port, wires, drawing)
            )
        elif not port.many and wires and wires[0].slot:
            yield _crowded(record, kind, port, wires, drawing)
        elif port.many and kind.family is Family.MERGING and len(wires) == 1 and record.failure is None:
            yield Problem(
                "structure.single_wire",
                Severity.HINT,
                f"{kind.title} merges several tensors; it has one wire and hands it on unchanged. "
                "Wire another one to it, or take it away.",
                record.id,
                port.name,
                wires[0].slot,
                mending=drawing.later(record, lambda: fixes.taken_out(drawing, record)),
            )
    known = {port.name for port in kind.inputs}
    for wire in record.wires:
        if wire.target_port not in known:
            ports = listed([f"“{name}”" for name in known]) or "none"
            yield Problem(
                "port.unknown",
                Severity.ERROR,
                f"A wire arrives at “{wire.target_port}”, but the input ports of {kind.title} are {ports}. "
                "Remove the wire, or draw it to another port.",
                record.id,
                wire.target_port,
                wire.slot,
                mending=drawing.later(record, partial(_taken_away, [wire], "Remove the wire")),
            )


def departures(record: NodeRecord, drawing: Drawing) -> Iterator[Problem]:
    """Wires that leave by ports that do not exist, and outputs that go nowhere."""
    kind = record.kind
    if kind is None:
        return
    leaving = drawing.graph.outgoing(record.id)
    wires: dict[str, list[Edge]] = {}
    for wire in leaving:
        if wire.source_port not in record.outputs:
            wires.setdefault(wire.source_port, []).append(wire)
    for name, lost in wires.items():
        ports = listed([f"“{port.name}”" for port in record.ports]) or "none"
        yield Problem(
            "port.unknown",
            Severity.ERROR,
            f"A wire leaves by “{name}”, but the output ports of {kind.title} are {ports} with these settings. "
            "Remove the wire, or change the settings.",
            record.id,
            name,
            mending=drawing.later(record, partial(_departing, record, kind, name, lost)),
        )
    if not leaving and record.ports:
        what = "This Input is not used: no wire leaves it" if kind.name == INPUT_KIND else "What comes out goes nowhere"
        yield Problem(
            "structure.dangling",
            Severity.WARNING,
            f"{what}, so Keras leaves it out of the model. Wire it to another node, or delete it.",
            record.id,
            mending=drawing.later(record, lambda: (fixes.delete(record),)),
        )


def circle(record: NodeRecord, drawing: Drawing) -> Iterator[Problem]:
    """A node that feeds itself, by way of others or at once."""
    around = drawing.circles.get(record.id)
    if around is None:
        return
    yield Problem(
        "structure.cycle",
        Severity.ERROR,
        "Its output leads back to its input in a circle of "
        f"{plural(len(around), 'node')}, so nothing here can be computed first. Remove the wire that leads back.",
        record.id,
        mending=drawing.later(record, lambda: _opened(around, drawing)),
    )


def _opened(around: Collection[NodeId], drawing: Drawing) -> tuple[Fix, ...]:
    """The wires of a circle taken away that lead back."""
    closing = structure.closing_edges(drawing.graph, around)
    names = drawing.graph.nodes
    label = f"Remove {len(closing)} wires that lead back"
    if len(closing) == 1:
        label = f"Remove the wire from {names[closing[0].source].name} to {names[closing[0].target].name}"
    return _taken_away(closing, label)


def unreached(record: NodeRecord, drawing: Drawing) -> Iterator[Problem]:
    """An Output to which no path of wires leads from any Input; the cause is named where it is."""
    if record.node.kind != OUTPUT_KIND or not record.wires or record.arguments is not None:
        return
    if drawing.inputs.isdisjoint(structure.upstream(drawing.graph, (record.id,))):
        yield Problem(
            "structure.unreachable",
            Severity.HINT,
            "No Input leads here, so nothing arrives. Wire the first of the layers before it to an Input.",
            record.id,
            "input",
        )


def _unwired(record: NodeRecord, kind: Kind, port: Port, count: int, drawing: Drawing) -> Problem:
    if port.many and port.at_least > 1:
        text = f"{kind.title} needs {port.at_least} wires at “{port.shown}” and has {count}. Wire another one to it."
    else:
        text = f"Nothing is wired to “{port.shown}” of {kind.title}, which it needs. Draw a wire to it."
    return Problem(
        "structure.unwired",
        Severity.ERROR,
        text,
        record.id,
        port.name,
        mending=drawing.later(record, lambda: _wirings(record, port, drawing)),
    )


def _crowded(record: NodeRecord, kind: Kind, port: Port, wires: list[Edge], drawing: Drawing) -> Problem:
    most = (port.at_most or len(wires)) if port.many else 1
    spare = wires[most:] or wires
    return Problem(
        "port.crowded",
        Severity.ERROR,
        f"“{port.shown}” of {kind.title} takes {plural(most, 'wire')}; {plural(len(wires), 'wire')} arrive, "
        f"the last at place {wires[-1].slot + 1}. Remove what is too much.",
        record.id,
        port.name,
        wires[-1].slot,
        mending=drawing.later(
            record,
            lambda: (
                *_joined(record, wires, drawing),
                *_taken_away(spare, f"Remove {plural(len(spare), 'wire')}"),
            ),
        ),
    )


def _joined(record: NodeRecord, wires: Sequence[Edge], drawing: Drawing) -> Iterator[Fix]:
    """All the wires, joined before they arrive."""
    specs = tuple(spec for wire in wires if (spec := drawing.spec(wire)) is not None)
    concatenate = KINDS["Concatenate"]
    if record.settings is None or record.kind is None or len(record.kind.inputs) > 1 or len(specs) < len(wires):
        return
    try:
        out = concatenate.infer(concatenate.settings({}), specs)[0]
        record.kind.infer(record.settings, out)
    except ShapeError:
        return
    yield fixes.join(wires, out)


def _taken_away(wires: Sequence[Edge], label: str) -> tuple[Fix, ...]:
    return (fixes.remove_wires(label, wires),)


def _departing(record: NodeRecord, kind: Kind, port: str, wires: Sequence[Edge]) -> tuple[Fix, ...]:
    """The port made to exist, or its wires taken away."""
    return (
        *_port_opened(record, kind, port),
        *_taken_away(wires, f"Remove {plural(len(wires), 'wire')} from “{port}”"),
    )


def _port_opened(record: NodeRecord, kind: Kind, port: str) -> Iterator[Fix]:
    """A switch that makes the port exist."""
    if record.settings is None or record.owner is not None:
        return
    for name, value in record.settings.values.items():
        if value is not False or not name.startswith("return_"):
            continue
        in_call = any(param.name == name for param in kind.call)
        settings = kind.settings({**record.node.params, name: True}, {**record.node.call, name: True})
        if any(opened.name == port for opened in kind.outputs(settings)):
            yield fixes.set_own(record, {name: True}, in_call)


def _wirings(record: NodeRecord, port: Port, drawing: Drawing) -> tuple[Fix, ...]:
    """Wires from nodes whose outputs go nowhere yet and that fit."""
    found: list[Fix] = []
    slot = edits.next_slot(drawing.graph, record.id, port.name) if port.many else 0
    if port.many and port.at_least - sum(wire.target_port == port.name for wire in record.wires) > 1:
        return ()
    for id_ in drawing.loose_ends():
        source = drawing.record(id_)
        if id_ == record.id or not source.ports or source.kind is None:
            continue
        name = source.ports[0].name
        spec = source.outputs.get(name)
        if spec is None or not drawing.accepts(record, port, spec):
            continue
        if structure.leads_to(drawing.graph, record.id, id_, drawing.inference.rank):
            continue
        found.append(fixes.wire(f"Wire {source.node.name} to it", id_, name, record.id, port.name, slot))
        if len(found) == OFFERS:
            break
    for wire in record.wires:
        source, spec = drawing.record(wire.source), drawing.spec(wire)
        if len(found) < OFFERS and spec is not None and not port.many and drawing.accepts(record, port, spec):
            label = f"Wire {source.node.name} to it"
            found.append(fixes.wire(label, source.id, wire.source_port, record.id, port.name, slot))
    return tuple(found)

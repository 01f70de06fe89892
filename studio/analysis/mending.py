"""Fixes for what a rule refuses: candidates are tried on the rules first, so that every one offered works."""

from __future__ import annotations

from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix
from studio.analysis.record import NodeRecord
from studio.catalog.declaration import ShapeError
from studio.document.graph import Edge


def wire_of(record: NodeRecord, failure: ShapeError) -> Edge | None:
    """The wire that a failure is about: its slot counts the wires that arrive at the port."""
    wires = [wire for wire in record.wires if wire.target_port == failure.port]
    return wires[failure.slot] if failure.slot < len(wires) else None


def fixes_for(record: NodeRecord, failure: ShapeError, drawing: Drawing) -> tuple[Fix, ...]:
    return ()

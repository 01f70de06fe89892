"""What a node is: its kind, its params, and the layer that it calls again."""

from __future__ import annotations

from collections.abc import Iterator

from studio.analysis import binding, fixes
from studio.analysis.drawing import Drawing
from studio.analysis.problem import Fix, Problem, Severity
from studio.analysis.record import NodeRecord
from studio.catalog.declaration import REQUIRED, Kind, Param
from studio.catalog.forms import refusal
from studio.catalog.registry import KNOWN_NAMES
from studio.core.values import Inner, Value


def check(record: NodeRecord, drawing: Drawing) -> Iterator[Problem]:
    """An unknown kind, refused params, a shared layer of another kind."""
    node = record.node
    if record.kind is None:
        yield Problem(
            "kind.unknown",
            Severity.ERROR,
            f"This version does not know the kind “{node.kind}”. The node is kept and saved as it came; "
            "put a layer of a known kind in its place to train.",
            node.id,
        )
    elif record.owner is not None and not binding.calls_same(node, record.owner.node):
        yield Problem(
            "share.kind",
            Severity.ERROR,
            f"The layer that this node calls again is of the kind “{record.owner.node.kind}”, not “{node.kind}”. "
            "Share another layer, or give it one of its own.",
            node.id,
            mending=drawing.later(record, lambda: (fixes.unshare(record),)),
        )
    if record.kind is not None:
        for name, wanted in record.refused.items():
            yield _refused(record, record.kind, name, wanted, drawing)


def _refused(record: NodeRecord, kind: Kind, name: str, wanted: str, drawing: Drawing) -> Problem:
    outer = name.partition(".")[0]
    param = kind.param(outer)
    value = record.node.params.get(outer, record.node.call.get(outer))
    in_call = outer in record.node.call and outer not in record.node.params
    if param is None:
        text = f"{kind.title} has no argument “{name}” in Keras; it is set to {fixes.shown(value)}. Take it away."
        return Problem(
            "param.unknown",
            Severity.ERROR,
            text,
            record.id,
            param=outer,
            mending=drawing.later(record, lambda: (fixes.unset(record, outer, in_call),)),
        )
    if outer == name and param.default is REQUIRED and outer not in record.node.params:
        text = f"{kind.title} needs {name}: it has no default. Set it."
        code = "param.missing"
    else:
        seen = fixes.shown(_at(value, name))
        told = f"{kind.title}: {name} should be {wanted}"
        text = f"{told}." if seen.strip("'") in wanted else f"{told}; it is {seen}."
        code = "param.refused"
    return Problem(
        code,
        Severity.ERROR,
        text,
        record.id,
        param=outer,
        mending=drawing.later(record, lambda: _mended(record, param, value, outer == name, in_call)),
    )


def _mended(record: NodeRecord, param: Param, value: Value, whole: bool, in_call: bool) -> tuple[Fix, ...]:
    found = []
    near = fixes.nearest(param.form, value) if whole else None
    if near is not None and refusal(param.form, near, KNOWN_NAMES) is None:
        found.append(fixes.set_own(record, {param.name: near}, in_call))
    start = binding.starting(param)
    if param.default is not REQUIRED:
        found.append(fixes.unset(record, param.name, in_call, f"Set {param.name} back to {fixes.shown(start)}"))
    elif start != near and refusal(param.form, start, KNOWN_NAMES) is None:
        found.append(fixes.set_own(record, {param.name: start}, in_call))
    return tuple(found)


def _at(value: Value, name: str) -> Value:
    for part in name.split(".")[1:]:
        value = value.params.get(part) if isinstance(value, Inner) else value
    return value

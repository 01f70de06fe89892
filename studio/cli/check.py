"""`layer-studio check`: what the studio knows of a project, as text or JSON."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.analysis.problem import Problem, Severity
from studio.cli.asking import asked
from studio.cli.data_check import checked
from studio.cli.strange_data import check_location
from studio.core.tensors import shape_text
from studio.core.wording import count_text, listed, plural
from studio.document.blocks import spelled
from studio.document.graph import NodeId
from studio.session.engines import Engines
from studio.session.preflight import Preflight, summary
from studio.session.session import Session
from studio.session.trust import users_trust

MARKS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "hint"}


def check(project: Path, *, as_json: bool, data: bool = False, reads: bool = False) -> int:
    """Print a project's shapes, counts and problems; return 0 if there are no problems, 1 otherwise.

    With `data`, an engine looks at all of its data as well; errors that are found there make it 1, too. Data from
    elsewhere is read if `reads`, or if it was read before.
    """
    session = Session.open(project)
    if data:
        check_location(session, agreed=reads)
    calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    engines = Engines(calls.put, spare=False)
    trust = users_trust()
    preflight: Preflight | None = None
    try:
        with asked(session, engines, trust, calls):
            if data:
                preflight = checked(session, engines, trust, calls)
            if as_json:
                found = {} if preflight is None else {"data": data_facts(session, preflight)}
                print(json.dumps({**facts(session), **found}, indent=2))
            else:
                print("\n\n".join([text(session), *([] if preflight is None else [data_text(session, preflight)])]))
            wrong = preflight is not None and any(each.severity is Severity.ERROR for each in preflight.problems)
            return 1 if session.analysis.problems or wrong else 0
    finally:
        if preflight is not None:
            preflight.close()
        engines.close()


def facts(session: Session) -> dict[str, Any]:
    """Everything `check` knows, as plain values. Shapes have the batch axis first; null is unknown."""
    totals = session.analysis.totals
    return {
        "project": session.title,
        "nodes": [_node(session, node) for node in session.document.root.nodes],
        "problems": [_problem(session, problem) for problem in session.analysis.problems],
        "totals": {
            "params": {
                "total": totals.trainable + totals.non_trainable,
                "trainable": totals.trainable,
                "non_trainable": totals.non_trainable,
            },
            "complete": totals.complete,
            "weight_bytes": totals.weight_bytes,
            "activation_bytes_per_example": totals.activation_bytes,
            "multiply_adds_per_example": totals.multiply_adds,
        },
    }


def text(session: Session) -> str:
    """The same for a person: a line per node along the graph, then the problems, then the sum."""
    analysis, nodes = session.analysis, session.document.root.nodes
    rows = []
    order = list(analysis.order())
    order += [node for node in nodes if node not in set(order)]
    for id_ in order:
        node = nodes[id_]
        outputs = analysis.outputs(id_).values()
        shapes = ", ".join(shape_text(spec.shape) if spec else "?" for spec in outputs)
        count = sum(weight.size for weight in analysis.weights(id_) or ())
        rows.append((node.name, node.kind, shapes, count_text(count) if count else ""))
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = [
        f"{name:<{widths[0]}}  {kind:<{widths[1]}}  {shape:<{widths[2]}}  {count:>12}".rstrip()
        for name, kind, shape, count in rows
    ]
    lines += ["", *(_sentence(session, problem) for problem in analysis.problems)] if analysis.problems else []
    totals = analysis.totals
    known = "" if totals.complete else " so far"
    lines += [
        "",
        f"{plural(totals.trainable + totals.non_trainable, 'parameter')}{known}, "
        f"{count_text(totals.trainable)} of them trainable. "
        + (plural(len(analysis.problems), "problem") + "." if analysis.problems else "No problems."),
    ]
    return "\n".join(lines)


def data_facts(session: Session, preflight: Preflight) -> dict[str, Any]:
    """What the check of the data found, as plain values."""
    return {
        "examples": preflight.examples,
        "problems": [_problem(session, problem) for problem in preflight.problems],
        "bad_files": [{"file": bad.file, "part": bad.part, "reason": bad.reason} for bad in preflight.bad_files],
    }


def data_text(session: Session, preflight: Preflight) -> str:
    """The same for a person: the findings, every bad file, and the sum."""
    lines = [_sentence(session, problem) for problem in preflight.problems]
    lines += [f"    {bad.file}: {bad.reason}" for bad in preflight.bad_files]
    examples = [f"{count:,} for {part}" for part, count in preflight.examples.items()]
    counted = [f"{listed(examples)}."] if examples else []
    return "\n".join([*lines, *([""] if lines else []), " ".join([summary(preflight.problems), *counted])])


def _sentence(session: Session, problem: Problem) -> str:
    name = spelled(session.document.graphs, problem.where, problem.node)
    where = f"{name}: " if name else ""
    further = [spelled(session.document.graphs, problem.where, node) for node in problem.also]
    also = f"\n    also: {', '.join(further)}" if further else ""
    fixes = "".join(f"\n    fix: {fix.label}" for fix in problem.fixes)
    return f"{MARKS[problem.severity]}  {where}{problem.text}  [{problem.code}]{also}{fixes}"


def _node(session: Session, id_: NodeId) -> dict[str, Any]:
    node = session.document.root.nodes[id_]
    weights = session.analysis.weights(id_)
    trainable = sum(weight.size for weight in weights or () if weight.trainable)
    total = sum(weight.size for weight in weights or ())
    return {
        "id": node.id,
        "name": node.name,
        "kind": node.kind,
        "outputs": [
            {"port": port, "shape": list(spec.shape) if spec else None, "dtype": spec.dtype if spec else None}
            for port, spec in session.analysis.outputs(id_).items()
        ],
        "params": {
            "total": None if weights is None else total,
            "trainable": None if weights is None else trainable,
            "non_trainable": None if weights is None else total - trainable,
        },
    }


def _problem(session: Session, problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "node": problem.node,
        "name": spelled(session.document.graphs, problem.where, problem.node) or None,
        "also": [
            {"node": node, "name": spelled(session.document.graphs, problem.where, node)} for node in problem.also
        ],
        "blocks": list(problem.path),
        "port": problem.port,
        "slot": problem.slot,
        "param": problem.param,
        "text": problem.text,
        "fixes": [fix.label for fix in problem.fixes],
    }

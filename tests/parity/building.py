"""Has Keras build the program of a drawing, and compares every node: shapes, dtypes, masks, weights."""

from __future__ import annotations

import random
import sys
import types
from collections import Counter
from collections.abc import Iterator
from typing import Any

import keras
from keras.src.backend.common import global_state

from studio.analysis.analysis import Analysis
from studio.program.operations import can_be_missing, placed
from studio.program.writer import Program, write
from tests.parity.comparing import Report
from tests.parity.graphs import Drawn, draw_graph
from tests.parity.oracle import quiet, specs_of, weights_of, whether_masked

MODULE = "drawn_program"


def compare_graphs(graphs: int, seed: str) -> Report:
    """Draw so many graphs and put them to both, the same ones for the same seed."""
    rng = random.Random(seed)
    report = Report()
    for _ in range(graphs):
        drawn = draw_graph(rng)
        accepted, wrong = compare_graph(drawn)
        report.cases += 1
        report.accepted += accepted
        report.disagreements += [f"{each}\n{_model_text(drawn)}" for each in wrong]
    return report


def compare_graph(drawn: Drawn) -> tuple[bool, list[str]]:
    """Whether Keras builds the program, and what it and the studio do not agree on."""
    program = write(drawn.document)
    with quiet():
        try:
            with keras.StatelessScope(initialize_variables=False):
                model = _module(program).build_model()
                if drawn.refusal is not None:
                    return True, [f"studio refuses {drawn.case} ({drawn.refusal.text}), Keras builds it"]
                return True, list(_differences(drawn, program, model))
        except Exception as error:
            if drawn.refusal is not None:
                return False, []
            return False, [f"Keras refuses: {type(error).__name__}: {str(error)[:500]}"]
        finally:
            global_state.set_global_attribute("uninitialized_variables", [])
            keras.backend.clear_session(free_memory=False)


def _model_text(drawn: Drawn) -> str:
    text = write(drawn.document).text
    return text[text.index("def build_model") : text.index("def train")]


def _module(program: Program) -> Any:
    module = types.ModuleType(MODULE)
    module.__file__ = __file__
    sys.modules[MODULE] = module
    exec(compile(program.text, MODULE, "exec"), module.__dict__)
    return module


def _differences(drawn: Drawn, program: Program, model: Any) -> Iterator[str]:
    analysis = Analysis(drawn.document)
    graph = getattr(model, "_functional", None) or model
    own = {id(node) for nodes in graph._nodes_by_depth.values() for node in nodes}
    places = placed([operation.name for operation in graph.operations], set(program.layers.values()))
    operations = {places.get(operation.name, operation.name): operation for operation in graph.operations}
    called: Counter[str] = Counter()
    weighed: set[str] = set()
    for id_, name in program.layers.items():
        operation = operations.get(name)
        if operation is None and can_be_missing(name):
            continue
        if operation is None:
            yield f"Keras has no layer {name}"
            continue
        calls = [node for node in operation._inbound_nodes if id(node) in own]
        theirs = specs_of(calls[called[name]].output_tensors)
        called[name] += 1
        ours = whether_masked(analysis.outputs(id_).values())
        if ours != theirs:
            yield f"{name}: studio {ours}, Keras {theirs}"
        if name not in weighed:
            weighed.add(name)
            held = [weight[1:] for weight in weights_of(operation)] if hasattr(operation, "weights") else []
            counted = [(w.shape, w.trainable, w.dtype) for w in analysis.weights(id_) or ()]
            if counted != held:
                yield f"{name}: studio counts {counted}, Keras {held}"
    drawing = drawn.document.root
    missing = [id_ for id_ in drawing.nodes if id_ not in program.layers and drawing.incoming(id_)]
    if missing:
        yield f"the program leaves out {missing}"
    analysis.close()

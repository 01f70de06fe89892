"""One model: Keras saves it, the studio draws it, and every tensor and weight is compared, there and back."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
from keras.src.backend.common import global_state

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Severity
from studio.project.keras_import.importing import import_model
from studio.session.importing import imported

NAMES = tuple(sorted(name for name, value in vars(keras.applications).items() if callable(value) and name[0].isupper()))
UNFINISHED = frozenset({"data.missing", "loss.missing"})
"""What every imported model still wants before it can be trained."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a model; `wrong` is empty where everything agrees."""

    name: str
    nodes: int
    parameters: int
    wrong: list[str]
    keras_s: float
    import_s: float
    infer_s: float


def compare(name: str, folder: Path) -> Compared:
    """Save, import, check, export and build a model, without a single weight."""
    file = folder / f"{name}.json"
    started = time.process_time()
    with warnings.catch_warnings(), keras.StatelessScope(initialize_variables=False):
        warnings.simplefilter("ignore")
        model = getattr(keras.applications, name)(weights=None)
        built = time.process_time()
        file.write_text(model.to_json())
        shapes = {
            layer.name: _shapes(layer) for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)
        }
        count = model.count_params()
        classes = {layer.name: type(layer).__name__ for layer in model.layers}
    _forget()
    begun = time.process_time()
    found = import_model(file)
    drawn = time.process_time()
    analysis = Analysis(found.document)
    inferred = time.process_time()
    wrong = list(found.notes)
    wrong += [
        f"{each.code}: {each.text}"
        for each in analysis.problems
        if each.severity is Severity.ERROR and each.code not in UNFINISHED
    ]
    nodes = {node.name: node for node in found.document.root.nodes.values()}
    for layer, theirs in shapes.items():
        if layer not in nodes:
            wrong.append(f"{layer} ({classes[layer]}) is not drawn")
            continue
        ours = [spec.shape if spec else None for spec in analysis.outputs(nodes[layer].id).values()]
        if ours != theirs:
            wrong.append(f"{layer}: studio {ours}, Keras {theirs}")
    total = analysis.totals.trainable + analysis.totals.non_trainable
    if total != count:
        wrong.append(f"studio counts {total:,} parameters, Keras {count:,}")
    analysis.close()
    wrong += _way_back(file, count)
    size = sum(len(graph.nodes) for graph in found.document.graphs.values())
    return Compared(name, size, count, wrong, built - started, drawn - begun, inferred - drawn)


def _way_back(file: Path, count: int) -> list[str]:
    """What is wrong with the model that the exported script builds."""
    session, _ = imported(file)
    space: dict[str, Any] = {"__name__": "exported", "__file__": str(file)}
    try:
        exec(compile(session.program().text, "exported", "exec"), space)
        with keras.StatelessScope(initialize_variables=False):
            again = space["build_model"]().count_params()
    except Exception as error:
        return [f"the exported script fails: {type(error).__name__}: {str(error)[:300]}"]
    finally:
        _forget()
    return [] if again == count else [f"the exported script's model has {again:,} parameters, the original {count:,}"]


def _shapes(layer: Any) -> list[tuple[int | None, ...]]:
    output = layer.output
    return [tuple(each.shape) for each in (output if isinstance(output, (list, tuple)) else [output])]


def _forget() -> None:
    global_state.set_global_attribute("uninitialized_variables", [])
    keras.backend.clear_session(free_memory=False)

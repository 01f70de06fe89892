"""How fast the studio knows every shape, against Keras building the same layers in the same run, in turns.

Prints one JSON line, last: `ms_full` is a new Analysis of a finished drawing, `ms_edit` the slowest kind of edit that
people make (`edits`: each kind; `ripple_input` changes every shape of the model), `ratio` = `keras_ms` / `ms_full`.
All are medians of CPU time.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from studio.analysis.analysis import Analysis
from studio.core.values import Value
from studio.document import edits
from studio.document.changes import EdgeChange, Edit, NodeChange
from studio.document.data_choice import DataChoice, Encoding, Feature, NpzSource
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Node

NODES = 1000
ROUNDS = 7
FULL_ROUNDS = 9
EDIT_ROUNDS = 20
SIDE = 64


class Step(NamedTuple):
    """A node of the drawing: its id, its kind, its params, and the ids of what it takes."""

    id: str
    kind: str
    params: dict[str, Value]
    sources: tuple[str, ...]


def steps() -> list[Step]:
    """A chain of convolution blocks, most of them with two or three branches, no two with the same params."""
    made = [Step("input", "Input", {"shape": (SIDE, SIDE, 3)}, ())]

    def add(kind: str, *sources: str, **params: Value) -> str:
        made.append(Step(f"{kind.lower()}_{len(made)}", kind, params, sources))
        return made[-1].id

    last, block = "input", 0
    while len(made) < NODES - 16:
        filters = 8 + block % 13
        kernel = 1 + 2 * (block % 3)
        left = add("Conv2D", last, filters=filters, kernel_size=kernel, padding="same", use_bias=False)
        left = add("BatchNormalization", left, momentum=0.9 + 0.001 * (block % 50))
        left = add("ReLU", left, negative_slope=0.01 * (block % 7))
        match block % 4:
            case 0:
                right = add("Conv2D", last, filters=filters, kernel_size=(1, 3), padding="same", use_bias=False)
                last = add("Add", left, right)
            case 1:
                right = add("DepthwiseConv2D", last, kernel_size=3, padding="same", activation="relu")
                pooled = add("AveragePooling2D", last, pool_size=3, strides=1, padding="same")
                last = add("Concatenate", left, right, pooled)
            case 2:
                right = add("SeparableConv2D", left, filters=filters, kernel_size=3, padding="same")
                right = add("Dropout", right, rate=0.1 + 0.01 * (block % 9))
                last = add("Multiply", left, right)
            case _:
                last = add("LayerNormalization", left, epsilon=0.001 + 0.0001 * (block % 5))
        if block % 40 == 39:
            last = add("MaxPooling2D", last, pool_size=2, padding="same")
        block += 1
    last = add("GlobalAveragePooling2D", last)
    while len(made) < NODES - 1:
        last = add("Dense", last, units=16 + len(made) % 9, activation="relu")
    made[-1] = Step(made[-1].id, "Dense", {"units": 10, "activation": "softmax"}, made[-1].sources)
    loss: dict[str, Value] = {"target": "label", "loss": "sparse_categorical_crossentropy", "metrics": ("accuracy",)}
    made.append(Step("output", "Output", loss, (last,)))
    return made


def drawn(made: list[Step]) -> Document:
    """The drawing of these steps, with data to go with it."""
    document = Document()
    changes: list[NodeChange | EdgeChange] = []
    for place, step in enumerate(made):
        params = {**step.params, "feature": "image"} if step.kind == "Input" else step.params
        changes.append(NodeChange(ROOT, None, Node(step.id, step.kind, step.id, params, x=8.0 * place)))
    for step in made:
        port = "inputs" if step.kind in ("Add", "Multiply", "Concatenate") else "input"
        changes += [
            EdgeChange(ROOT, None, Edge(source, "output", step.id, port, slot))
            for slot, source in enumerate(step.sources)
        ]
    document.apply(Edit("Draw", tuple(changes)))
    image = Feature("image", ("image",), (SIDE, SIDE, 3))
    digit = Feature("label", ("label",), (), "int64", Encoding.CATEGORY, classes=tuple("0123456789"))
    document.apply(edits.set_data(document, DataChoice(NpzSource("images.npz"), (image, digit))))
    return document


def build_with_keras(keras: Any, made: list[Step]) -> tuple[int, dict[str, tuple[int | None, ...]]]:
    """The functional model of these steps: its number of parameters and every shape."""
    tensors: dict[str, Any] = {}
    for step in made[:-1]:
        if step.kind == "Input":
            tensors[step.id] = keras.Input(step.params["shape"], name=step.id)
            continue
        layer = getattr(keras.layers, step.kind)(**step.params, name=step.id)
        arriving = [tensors[source] for source in step.sources]
        tensors[step.id] = layer(arriving if len(arriving) > 1 else arriving[0])
    model = keras.Model(tensors["input"], tensors[made[-1].sources[0]])
    return model.count_params(), {id_: tuple(tensor.shape) for id_, tensor in tensors.items()}


class Keras:
    """Keras in a process of its own, where it disturbs no figure of the studio's."""

    def __init__(self, made: list[Step]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, far = context.Pipe()
        self._process = context.Process(target=serve, args=(made, far), daemon=True)

    def __enter__(self) -> Keras:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.send(None)
        self._process.join()

    def told(self) -> tuple[int, dict[str, tuple[int | None, ...]]]:
        """What `build_with_keras` gives, once, before anything is timed."""
        count, shapes = self._pipe.recv()
        return count, shapes

    def build_ms(self) -> float:
        """CPU milliseconds of building the model anew."""
        self._pipe.send(True)
        taken: float = self._pipe.recv()
        return taken


def serve(made: list[Step], pipe: Any) -> None:
    """Build the model whenever asked to, until None comes."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    pipe.send(build_with_keras(keras, made))
    while pipe.recv():
        keras.utils.clear_session()
        pipe.send(cpu_ms(partial(build_with_keras, keras, made)))


def cpu_ms(work: Callable[[], object]) -> float:
    """CPU milliseconds of one call."""
    gc.collect()
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def edit_ms(document: Document, analysis: Analysis, there: Edit) -> float:
    """The median of an edit and of the way back, with the problems read after each."""
    back = there.inverse()
    times = []
    for _ in range(EDIT_ROUNDS):
        times.append(cpu_ms(partial(followed, document, analysis, there)))
        times.append(cpu_ms(partial(followed, document, analysis, back)))
    return statistics.median(times)


def followed(document: Document, analysis: Analysis, edit: Edit) -> None:
    """Make an edit, and read what is wrong afterwards, as the window does."""
    document.apply(edit)
    assert analysis.problems is not None


def opened_ms(document: Document) -> float:
    """How long it takes to analyse a document from scratch and to read what is wrong."""
    kept: list[Analysis] = []
    taken = cpu_ms(partial(opened, document, kept))
    kept[0].close()
    return taken


def opened(document: Document, kept: list[Analysis]) -> None:
    """Analyse a document from scratch, and read what is wrong; the analysis is kept."""
    kept.append(Analysis(document))
    assert not kept[0].problems, kept[0].problems[:3]


def edits_of(document: Document, made: list[Step]) -> dict[str, Edit]:
    """The kinds of edits that are timed; each begins in the middle of the model, but the last."""
    middle = len(made) // 2
    conv = next(step for step in made[middle:] if step.kind == "Conv2D")
    add = next(step for step in made[middle:] if step.kind == "Add")
    wire = document.root.incoming(add.id)[1]
    return {
        "param": edits.set_params(document, conv.id, {"activation": "relu"}),
        "channels": edits.set_params(document, conv.id, {"filters": 99}),
        "move": edits.move(document, {conv.id: (5.0, 5.0)}),
        "rename": edits.rename(document, conv.id, "another_name"),
        "cut_wire": edits.remove(document, (), (wire,)),
        "ripple": edits.set_params(document, "maxpooling2d_middle", {"pool_size": 4}),
        "ripple_input": edits.set_params(document, "input", {"shape": (SIDE * 2, SIDE * 2, 3)}),
    }


def main() -> None:
    """Measure, compare the answers, print the line."""
    made = steps()
    middle = min((s for s in made if s.kind == "MaxPooling2D"), key=lambda s: abs(made.index(s) - NODES // 2))
    made = [
        step._replace(
            id="maxpooling2d_middle" if step.id == middle.id else step.id,
            sources=tuple("maxpooling2d_middle" if source == middle.id else source for source in step.sources),
        )
        for step in made
    ]
    document = drawn(made)
    opened_ms(document)
    analysis = Analysis(document)
    timed = {name: edit_ms(document, analysis, edit) for name, edit in edits_of(document, made).items()}

    with Keras(made) as keras:
        count, shapes = keras.told()
        ours = {id_: analysis.outputs(id_)["output"] for id_ in shapes}
        assert {id_: spec and spec.shape for id_, spec in ours.items()} == shapes
        assert analysis.totals.trainable + analysis.totals.non_trainable == count
        full, theirs = [], []
        for _ in range(ROUNDS):  # in turns, so that both meet the same moods of the machine
            full += [opened_ms(document) for _ in range(FULL_ROUNDS)]
            theirs.append(keras.build_ms())
    ms_full, keras_ms = statistics.median(full), statistics.median(theirs)
    line = {
        "name": "shapes",
        "ratio": round(keras_ms / ms_full, 1),
        "ms_full": round(ms_full, 3),
        "ms_edit": round(max(ms for name, ms in timed.items() if name != "ripple_input"), 3),
        "keras_ms": round(keras_ms, 1),
        "edits": {name: round(ms, 3) for name, ms in timed.items()},
        "nodes": len(document.root.nodes),
        "wires": document.root.edge_count,
        "parameters": count,
        "rounds": {"full": len(full), "edit": 2 * EDIT_ROUNDS, "keras": len(theirs)},
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()

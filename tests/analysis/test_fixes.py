"""Every offered fix really mends what it is offered for."""

from __future__ import annotations

import pytest

from studio.analysis.analysis import Analysis
from studio.document import edits
from studio.document.changes import EdgeChange, Edit
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Node
from tests.analysis.cases import drawn, place
from tests.notation import graph, node

SPARSE = "sparse_categorical_crossentropy"
SCORES = "SparseCategoricalCrossentropy(from_logits=True)"
IMAGE = 'input(28,28,1,feature="image")'
NUMBERS = 'input(3,feature="numbers")'
BROKEN = {
    "image into a layer for vectors": (f"{IMAGE} > embedding(10, 4) > lstm(3)", "Insert Reshape"),
    "recurrent layer on an image": (f"{IMAGE} > lstm(4)", "Insert Reshape"),
    "stacked recurrent layers": (
        "input(10,4) > lstm_1: lstm(3) > dropout(0.1) > lstm(4)",
        "Set return_sequences=True on lstm_1",
    ),
    "stacked wrapped recurrent layers": (
        "input(10,4) > two_ways: bidirectional(LSTM(3)) > lstm(4)",
        "Set return_sequences=True on two_ways",
    ),
    "vector into a convolution": ("input(784) > conv2d(8,3)", "Insert Reshape(target_shape=(28, 28, 1))"),
    "flattened too early": (f"{IMAGE} > flatten > conv2d(8,3)", "Remove flatten"),
    "flattened for others as well": (f"{IMAGE} > f: flatten > conv2d(8,3); f > dense(3)", "Skip f"),
    "vector where one row is wanted": ("input(10,3) > repeat_vector(4)", "Insert Flatten → (None, 30)"),
    "window larger than the image": (f"{IMAGE} > conv2d(8,30)", "Set padding='same' → (None, 28, 28, 8)"),
    "pooled to nothing": (f"{IMAGE} > max_pooling2d(20) > conv2d(8,3)", "Remove max_pooling2d"),
    "flattened though of unknown size": (
        "input(None,None,3) > conv2d(8,3) > flatten > dense(3)",
        "Replace flatten by GlobalAveragePooling2D → (None, 8)",
    ),
    "reshaped to other elements": ("input(28,28,1) > reshape((10,10))", "Set target_shape=(-1,) → (None, 784)"),
    "reshaped to almost the same": ("input(28,28,1) > reshape((4,100))", "Set target_shape=(4, -1) → (None, 4, 196)"),
    "residual of another width": (
        "a: input(14,14,8) > s: add; b: input(14,14,16) > s",
        "Insert Conv2D(filters=16, kernel_size=1) → (None, 14, 14, 16)",
    ),
    "residual that lost its edges": (
        "x: input(28,28,3) > inner: conv2d(3,3) > activation('relu') > s: add; x > s",
        "Set padding='same' on inner",
    ),
    "vectors of other widths": ("a: input(8) > s: add; b: input(16) > s", "Insert Dense(units=16) → (None, 16)"),
    "steps of other number": ("a: input(10,8) > c: concatenate; b: input(12,8) > c", "Set axis=1 → (None, 22, 8)"),
    "image beside vector": ("a: input(9,9,8) > c: concatenate; b: input(8) > c", "Insert Flatten → (None, 648)"),
    "axis out of range": ("input(10,8) > batch_normalization(axis=5)", "Set axis=-1"),
    "axes named twice": ("input(10,8) > permute((1,3))", "Set dims=(2, 1)"),
    "number too small": ("input(8) > dense(0)", "Set units=1"),
    "sizes too small": (f"{IMAGE} > conv2d(8, (3, 0))", "Set kernel_size=(3, 1)"),
    "rate too large": ("input(8) > dropout(1.5)", None),
    "unknown activation": ("input(8) > dense(3, activation='nope')", "Set activation back to None"),
    "unknown param": ("input(8) > dense(3, colour=1)", "Remove colour"),
    "missing param": ("input(8) > dense", "Set units=64"),
    "wrong inside a wrapper": ("input(8,2) > bidirectional(LSTM(0))", "Set layer=LSTM(units=64)"),
    "port that is off": ("input(5,3) > l: lstm(4); l.state_h > dense(2)", "Set return_state=True"),
    "port that is none": ("input(5) > l: dense(4); l.left > dense(2)", "Remove 1 wire from “left”"),
    "input port that is none": ("input(5) > dense(4)@left", "Remove the wire"),
    "cycle": ("input(4) > a: add > b: dense(4) > a; b > output", "Remove the wire from b to a"),
    "two cycles in one": ("input(4) > a: add > b: dense(4) > a; b > c: dense(4) > a", "Remove 2 wires that lead back"),
    "not wired": ("x: input(4) > d: dense(2); e: dense(5) > output", "Wire d to it"),
    "not wired twice enough": ("x: input(4) > d: dot(1); y: input(4)", "Wire y to it"),
    "no output": ("input(4) > last: dense(2)", "Add an Output after last"),
    "share of other shapes": (
        "x: input(8); y: input(6); x > a: dense(4) > s: add; y > b: =a > s",
        "Give it a layer of its own",
    ),
    "no feature": ("input(3) > dense(2)", "Take “numbers”"),
    "no feature, other shape": ("input(4) > dense(2)", "Take “image” → (None, 28, 28, 1)"),
    "unknown feature": ('input(3,feature="nothing") > dense(2)', "Take “numbers”"),
    "feature of another shape": ('input(5,feature="numbers") > dense(2)', "Set shape=(3,)"),
    "feature of another dtype": ('input(3,dtype="int32",feature="numbers") > dense(2)', "Set dtype='float32'"),
    "no target": (f"{NUMBERS} > dense(1) > output(loss='mse')", "Predict “plain_price”"),
    "unknown target": (f"{NUMBERS} > dense(1) > output(loss='mse', target='nothing')", "Predict “plain_price”"),
    "no loss": (f'{NUMBERS} > dense(1) > output(target="price")', "Use mean_squared_error"),
    "raw scores": (f'{NUMBERS} > d: dense(10) > output(target="digit", loss="{SPARSE}")', "Use softmax on d"),
    "scores said to be raw": (
        f'{NUMBERS} > dense(10, activation="softmax") > output(target="digit", loss={SCORES})',
        "Set from_logits=False on the loss",
    ),
    "softmax over one unit, two classes": (
        f'{NUMBERS} > d: dense(1, activation="softmax") > output(target="yes", loss="{SPARSE}")',
        "Use sigmoid on d, use binary_crossentropy",
    ),
    "softmax over one unit, ten classes": (
        f'{NUMBERS} > d: dense(1, activation="softmax") > output(target="digit", loss="{SPARSE}")',
        "Set units=10 on d",
    ),
    "softmax over one unit, a number": (
        f'{NUMBERS} > d: dense(1, activation="softmax") > output(target="price", loss="mse")',
        "Use linear on d",
    ),
    "too few units": (
        f'{NUMBERS} > d: dense(3, activation="softmax") > dropout(0.1) > output(target="digit", loss="{SPARSE}")',
        "Set units=10 on d",
    ),
    "one-hot loss for class numbers": (
        f'{NUMBERS} > dense(10, activation="softmax") > output(target="digit", loss="categorical_crossentropy")',
        "Use sparse_categorical_crossentropy",
    ),
    "loss for class numbers on one-hot": (
        f'{NUMBERS} > dense(10, activation="softmax") > output(target="one_hot", loss="{SPARSE}")',
        "Use categorical_crossentropy",
    ),
    "forgotten Flatten": (
        f'{IMAGE} > d: dense(10, activation="softmax") > output(target="digit", loss="{SPARSE}")',
        "Insert Flatten before d → (None, 10)",
    ),
    "convolution compared with numbers": (
        f'{IMAGE} > conv2d(8,3) > d: dense(1) > output(target="price", loss="mse")',
        "Insert Flatten before d → (None, 1)",
    ),
    "convolution as the last layer": (
        f'{IMAGE} > conv2d(10,3,activation="softmax") > output(target="digit", loss="{SPARSE}")',
        "Insert GlobalAveragePooling2D → (None, 10)",
    ),
    "softmax with a loss for yes or no": (
        f'{NUMBERS} > d: dense(10, activation="softmax") > output(target="one_hot", loss="binary_crossentropy")',
        "Use sigmoid on d",
    ),
    "distance between classes": (
        f'{NUMBERS} > dense(10, activation="softmax") > output(target="digit", loss="mse")',
        "Use sparse_categorical_crossentropy",
    ),
    "bounded ending for any number": (
        f'{NUMBERS} > d: dense(1, activation="sigmoid") > output(target="price", loss="mse")',
        "Use linear on d",
    ),
}


def mends(document: Document) -> list[str]:
    """Apply every fix of every problem to the drawing; return the labels of those after which it is still there."""
    analysis = Analysis(document)
    failed = []
    for problem in analysis.problems:
        for fix in problem.fixes:
            edit = fix.make(document)
            assert edit.changes, fix.label
            document.apply(edit)
            if place(problem) in [place(left) for left in analysis.problems]:
                failed.append(f"{problem.code}: {fix.label}")
            document.apply(edit.inverse())
    return failed


@pytest.mark.parametrize("what", BROKEN)
def test_every_offered_fix_removes_its_problem(what: str) -> None:
    assert mends(drawn(BROKEN[what][0])) == []


@pytest.mark.parametrize(("what", "label"), [(what, label) for what, (_, label) in BROKEN.items() if label])
def test_the_fix_that_a_person_expects_is_offered(what: str, label: str) -> None:
    offered = [fix.label for problem in Analysis(drawn(BROKEN[what][0])).problems for fix in problem.fixes]
    assert [found for found in offered if found.startswith(label)], offered


def test_fixes_for_names_and_crowded_ports_mend() -> None:
    document = drawn("input(4) > a: dense(3) > b: dense(3); input(4)")
    document.apply(edits.rename(document, "n2", "b"))
    document.apply(edits.rename(document, "n4", "x/y"))
    document.apply(Edit("Connect", (EdgeChange(ROOT, None, Edge("n4", "output", "n2", "input", 1)),)))
    document.apply(edits.add_node(Node("lost", "LSTM", "lost", shares="n2")))
    document.apply(edits.add_node(Node("nameless", "Dense", "", {"units": 2})))
    assert mends(document) == []


def test_an_inserted_node_stands_halfway_on_the_grid() -> None:
    document = graph("input(28,28,1) > c: conv2d(8,3) > repeat_vector(3)")
    document.apply(edits.move(document, {"n2": (100.0, 3.0), "n3": (401.0, 90.0)}))
    (fix, *_) = Analysis(document).problems_of("n3")[0].fixes
    document.apply(fix.make(document))
    placed = node(document, "flatten")
    assert (placed.x, placed.y) == (248.0, 48.0)


def test_a_fix_does_nothing_where_its_wire_is_gone() -> None:
    document = graph("input(28,28,1) > c: conv2d(8,3) > repeat_vector(3)")
    fixes = Analysis(document).problems_of("n3")[0].fixes
    document.apply(edits.remove(document, ("n2", "n3")))
    assert [fix.make(document).changes for fix in fixes] == [()] * len(fixes)


def test_a_fix_of_one_step_is_undone_in_one_step() -> None:
    document = drawn(BROKEN["softmax over one unit, two classes"][0])
    before = dict(document.root.nodes)
    analysis = Analysis(document)
    fix = next(fix for problem in analysis.problems for fix in problem.fixes if "sigmoid" in fix.label)
    edit = fix.make(document)
    document.apply(edit)
    assert analysis.problems == ()
    document.apply(edit.inverse())
    assert document.root.nodes == before

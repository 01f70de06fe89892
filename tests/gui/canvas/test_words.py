"""What cards, wires and tooltips say."""

from __future__ import annotations

import pytest

from studio.analysis.analysis import Analysis
from studio.analysis.problem import Severity
from studio.catalog.registry import KINDS
from studio.core.values import Inner
from studio.document.graph import ROOT
from studio.gui.canvas.face import Caption, caption, face, says_kind
from studio.gui.canvas.geometry import Side, body
from studio.gui.canvas.headline import headline
from studio.gui.canvas.hits import NodeHit, SocketHit, WireHit
from studio.gui.canvas.tips import as_text, tip
from tests.notation import graph, node


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        (
            "Conv2D",
            {"filters": 32, "kernel_size": 3, "padding": "same", "activation": "relu"},
            "32 · 3×3 · same · relu",
        ),
        ("Conv2D", {"filters": 32, "kernel_size": (1, 5)}, "32 · 1×5"),
        ("Conv2D", {"filters": 8, "kernel_size": 3, "strides": 2}, "8 · 3×3 · 2×2"),
        ("Dense", {"units": 10, "activation": "softmax"}, "10 · softmax"),
        ("Dense", {"units": 10, "activation": Inner("LeakyReLU", {"negative_slope": 0.2})}, "10 · leaky_re_lu"),
        ("Dense", {}, ""),
        ("Concatenate", {"axis": -1}, "axis −1"),
        ("Dropout", {"rate": 0.25}, "0.25"),
        ("Reshape", {"target_shape": (7, 7, -1)}, "7 × 7 × −1"),
        ("Flatten", {}, ""),
    ],
)
def test_a_headline_says_the_params_that_matter(kind, params, expected):
    assert headline(KINDS[kind], KINDS[kind].settings(params)) == expected


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_has_a_headline_for_its_defaults(kind):
    assert isinstance(headline(KINDS[kind], KINDS[kind].settings({})), str)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("conv2d", "Conv2D", True),
        ("conv2d_3", "Conv2D", True),
        ("batch_normalization", "BatchNormalization", True),
        ("stem", "Conv2D", False),
        ("dense", "Conv2D", False),
    ],
)
def test_a_name_like_the_kind_hides_nothing(name, kind, expected):
    assert says_kind(name, kind) is expected


def face_of(document, name):
    analysis = Analysis(document)
    owners = {each.shares for each in document.root.nodes.values() if each.shares}
    return face(document.root, analysis, node(document, name), owners)


def test_a_card_shows_the_output_shape_without_the_batch():
    assert face_of(graph("input(28, 28, 1) > a: conv2d(32, 3)"), "a").shape == "26 × 26 × 32"


def test_a_card_shows_the_kind_where_the_name_hides_it():
    made = graph("input(4) > stem: dense(3) > dense(2)")
    assert face_of(made, "stem").kind == "Dense"
    assert face_of(made, "dense").kind == ""


def test_an_erring_card_has_the_error_and_no_shape():
    made = face_of(graph("input(4) > a: conv2d(8, 3)"), "a")
    assert (made.severity, made.shape) == (Severity.ERROR, "")


def test_both_calls_of_a_shared_layer_are_marked():
    made = graph("input(4) > a: dense(3); input_b: input(4) > b: =a")
    assert face_of(made, "a").shared
    assert face_of(made, "b").shared
    assert face_of(made, "b").params == "3"


def test_a_layer_that_is_not_trained_is_marked():
    assert face_of(graph("input(4) > a: dense(3, trainable=False)"), "a").frozen
    assert not face_of(graph("input(4) > a: dense(3)"), "a").frozen


def test_a_masked_output_is_marked():
    assert face_of(graph("input(4) > a: embedding(10, 3, mask_zero=True)"), "a").masked


def test_an_unknown_kind_keeps_its_name():
    made = face_of(graph("input(4) > x: Mystery"), "x")
    assert (made.kind, made.icon, made.family) == ("Mystery", "unknown", None)


def test_a_wire_says_its_shape_closely():
    made = graph("input(28, 28, 1) > a: flatten")
    edge = next(made.root.edges)
    assert caption(made.root, Analysis(made), edge) == Caption("28×28×1")


def test_a_wire_into_an_error_cannot_work():
    made = graph("input(4) > a: conv2d(8, 3)")
    assert caption(made.root, Analysis(made), next(made.root.edges)).impossible


def test_of_two_wires_between_the_same_ports_one_says_the_shape():
    made = graph("a: input(4) > b: add; a > b")
    captions = [caption(made.root, Analysis(made), edge) for edge in made.root.incoming(node(made, "b").id)]
    assert [each.repeated for each in captions] == [False, True]


def test_a_tooltip_says_the_problem_first():
    made = graph("input(4) > a: conv2d(8, 3)")
    analysis = Analysis(made)
    id_ = node(made, "a").id
    text = tip(made.graphs[ROOT], analysis, NodeHit(id_))
    assert text.startswith(analysis.problems_of(id_)[0].text)
    assert "(None, 4)" in text


def test_a_tooltip_of_a_wire_has_the_batch_axis_and_the_dtype():
    made = graph("a: input(4) > b: dense(3)")
    assert tip(made.root, Analysis(made), WireHit(next(made.root.edges))) == "a → b\n(None, 4) float32"


def test_a_tooltip_of_a_card_counts_its_parameters():
    made = graph("input(4) > b: dense(3) > output")
    assert "15 parameters" in tip(made.root, Analysis(made), NodeHit(node(made, "b").id))


def test_a_tooltip_of_a_free_optional_port_says_so():
    made = graph("input(4, 8) > r: lstm(3)")
    inputs, outputs = Analysis(made).ports(node(made, "r").id)
    socket = body(inputs, outputs).socket(Side.IN, "mask")
    assert tip(made.root, Analysis(made), SocketHit(node(made, "r").id, socket)) == "mask: optional, not wired"


def test_markup_in_a_name_is_shown_as_text():
    assert "<img" not in as_text("<img width=9000>")
    assert "&lt;img width=9000&gt;" in as_text("<img width=9000>")

"""What Keras says is compared node by node, and every difference is told."""

from __future__ import annotations

import pytest

from studio.protocol.messages import LayerReport, Verified
from studio.session.session import Session
from studio.session.verification import disagreements
from tests.notation import graph, node


@pytest.fixture
def session() -> Session:
    return Session(graph("input(8, 8, 1) > conv2d(4, 3) > norm: batch_normalization > flatten > dense(10) > output"))


def agreed(session: Session) -> dict[str, LayerReport]:
    """What Keras would say if it said what analysis says."""
    analysis = session.analysis
    return {
        layer: LayerReport(
            layer,
            [[list(spec.shape) for spec in analysis.outputs(id_).values() if spec]],
            [(each.name, list(each.shape), each.trainable) for each in analysis.weights(id_) or ()],
        )
        for id_, layer in session.program().layers.items()
    }


def verdict(session: Session, reports: dict[str, LayerReport]) -> list[tuple[str, str]]:
    found = disagreements(session, Verified("check", list(reports.values()), 0, 0))
    return [(session.document.root.nodes[each.node].name, each.text) for each in found]


def test_agreement_is_an_empty_list(session: Session) -> None:
    assert verdict(session, agreed(session)) == []


def test_another_shape_names_the_node_and_both_shapes(session: Session) -> None:
    reports = agreed(session)
    reports["conv2d"] = LayerReport("conv2d", [[[None, 8, 8, 4]]], reports["conv2d"].weights)

    assert verdict(session, reports) == [("conv2d", "The studio says (None, 6, 6, 4); Keras says (None, 8, 8, 4).")]


def test_a_weight_that_is_not_trained_is_another_weight(session: Session) -> None:
    reports = agreed(session)
    norm = reports["norm"]
    reports["norm"] = LayerReport("norm", norm.outputs, [(name, shape, True) for name, shape, _ in norm.weights])

    assert [name for name, _ in verdict(session, reports)] == ["norm"]


def test_a_layer_that_keras_does_not_have_is_missed(session: Session) -> None:
    reports = agreed(session)
    del reports["dense"]

    assert verdict(session, reports) == [("dense", "Keras has no layer “dense”, which the studio drew.")]


def test_every_call_of_a_shared_layer_is_compared() -> None:
    session = Session(graph("x: input(4) > a: dense(3) > cat: concatenate > output; y: input(4) > b: =a > cat"))
    reports = agreed(session)
    a = reports["a"]
    reports["a"] = LayerReport(
        "a", [[[None, 3]], [[None, 9]]], a.weights or [("kernel", [4, 3], True), ("bias", [3], True)]
    )

    differing = verdict(session, reports)

    assert [name for name, _ in differing] == ["b"]
    assert node(session.document, "b").shares == node(session.document, "a").id

"""Blocks are made of nodes and dissolved into them, and every step can be taken back to the letter."""

from __future__ import annotations

import pytest

from studio.analysis.analysis import Analysis
from studio.core.errors import EditRefused
from studio.core.tensors import Shape
from studio.document import block_edits, edits
from studio.document.blocks import callers, entries, exits
from studio.document.changes import Edit
from studio.document.document import Document
from studio.document.graph import ROOT
from studio.document.history import History
from studio.project.format import encode
from tests.notation import graph, node, wires

DRAWN = "x: input(8) > a: dense(4) > b: dense(5) > s: concatenate > out: output; a > s; x > c: dense(2) > s"


def ids(document: Document, *names: str) -> list[str]:
    return [node(document, name).id for name in names]


def done(document: Document, edit: Edit) -> None:
    """Do an edit, and see that undo brings back what was."""
    before = encode(document)
    history = History(document)
    history.do(edit)
    after = encode(document)
    history.undo()
    assert encode(document) == before
    history.redo()
    assert encode(document) == after


def made(document: Document, *names: str, called: str = "Part") -> str:
    """Make a block of nodes; its id."""
    analysis = Analysis(document)

    def ports(id_: str) -> tuple[list[str], list[str]]:
        inputs, outputs = analysis.ports(id_)
        return [port.name for port in inputs if not port.optional], [port.name for port in outputs]

    edit, id_ = block_edits.make_block(document, ids(document, *names), called, ports)
    done(document, edit)
    analysis.close()
    block = document.root.nodes[id_].graph
    assert block is not None
    return block


def shapes(document: Document, name: str) -> list[Shape | None]:
    analysis = Analysis(document)
    return [spec.shape if spec else None for spec in analysis.outputs(node(document, name).id).values()]


def freezable(each: object) -> bool:
    return True


def test_wires_across_become_ports_and_shapes_stay() -> None:
    document = graph(DRAWN)
    block = made(document, "a", "b")

    assert wires(document, block) == [
        "a.output > a_output.input", "a.output > b.input", "b.output > b_output.input", "x.output > a.input",
    ]  # fmt: skip
    assert [each.name for each in exits(document.graphs[block])] == ["b_output", "a_output"]
    assert shapes(document, "s") == [(None, 11)]
    assert Analysis(document).totals.trainable == 36 + 25 + 18


def test_one_tensor_that_goes_to_several_nodes_enters_once() -> None:
    document = graph(DRAWN)
    block = made(document, "a", "c")
    assert [each.name for each in entries(document.graphs[block])] == ["x"]


def test_inputs_and_outputs_stay_outside() -> None:
    document = graph(DRAWN)
    made(document, "x", "a", "b", "c", "s", "out")
    assert sorted(each.name for each in document.root.nodes.values()) == ["out", "part", "x"]
    assert shapes(document, "part") == [(None, 11)]


def test_what_is_not_wired_yet_becomes_a_port() -> None:
    document = graph("dense(4) > dense(3)")
    block = made(document, "dense", "dense_2")
    assert wires(document, block) == [
        "dense.output > dense_2.input", "dense_2.output > output.input", "input.output > dense.input",
    ]  # fmt: skip


def test_a_node_between_the_chosen_ones_is_asked_for() -> None:
    document = graph("input(8) > a: dense(4) > b: dense(4) > c: dense(4)")
    with pytest.raises(EditRefused, match="b stands between the selected nodes"):
        made(document, "a", "c")


def test_half_of_a_shared_layer_cannot_go_inside() -> None:
    document = graph("input(8) > a: dense(4); input(8) > b: =a")
    with pytest.raises(EditRefused, match="b calls the layer of a again"):
        made(document, "b")
    made(document, "a", "b")


def test_nothing_makes_no_block() -> None:
    with pytest.raises(EditRefused, match="nothing to make a block of"):
        made(graph(DRAWN), "x")


@pytest.mark.parametrize("chosen", [("a", "b"), ("a", "c"), ("b", "s"), ("a", "b", "c", "s")])
def test_a_block_that_is_dissolved_leaves_what_it_was_made_of(chosen: tuple[str, ...]) -> None:
    document = graph(DRAWN)
    before = wires(document)
    made(document, *chosen)
    done(document, block_edits.dissolve(document, node(document, "part").id, freezable)[0])

    assert wires(document) == before
    assert list(document.graphs) == [ROOT]


def test_one_of_two_instances_is_dissolved_into_a_copy() -> None:
    document = graph("t { input > d: dense(3) > output }; x: input(8) > a: t > b: t > output")
    done(document, block_edits.dissolve(document, node(document, "a").id, freezable)[0])

    assert wires(document)[:2] == ["b.t_n3 > output.input", "d.output > b.t_n1"]
    assert wires(document, "t") == ["d.output > output.input", "input.output > d.input"]


def test_what_was_frozen_in_a_block_stays_frozen() -> None:
    document = graph("t { input > d: dense(3) > output }; x: input(8) > a: t(trainable=False) > output")
    done(document, block_edits.dissolve(document, node(document, "a").id, freezable)[0])
    assert node(document, "d").params == {"units": 3, "trainable": False}


def test_a_shared_instance_is_not_dissolved_under_the_other_call() -> None:
    document = graph("t { input > dense(3) > output }; x: input(8) > a: t; x > b: =a")
    for name in "ab":
        with pytest.raises(EditRefused, match="call the same instance"):
            block_edits.dissolve(document, node(document, name).id, freezable)


def test_sharing_a_block_calls_the_instance_of_the_other() -> None:
    document = graph("t { input > dense(3) > output }; u { input > output }; x: input(8) > a: t; x > b: u")
    done(document, edits.share(document, node(document, "b").id, node(document, "a").id))
    assert node(document, "b").graph == "t"


def test_a_block_is_renamed_and_deleted_once_nothing_calls_it() -> None:
    document = graph("t { input > dense(3) > output }; x: input(8) > a: t")
    done(document, block_edits.rename_block(document, "t", "Encoder"))
    with pytest.raises(EditRefused, match="a stands for the block “Encoder”"):
        block_edits.delete_block(document, "t")
    done(document, edits.remove(document, ids(document, "a")))
    assert callers(document.graphs, "t") == []
    done(document, block_edits.delete_block(document, "t"))
    assert list(document.graphs) == [ROOT]


def test_another_instance_has_a_free_name() -> None:
    document = graph("t { input > dense(3) > output }; x: input(8) > a: t")
    names = []
    for _ in range(2):
        fresh = block_edits.new_instance(document, "t", 0.0, 0.0)
        document.apply(edits.add_node(fresh))
        names.append(fresh.name)
    assert names == ["t", "t_2"]

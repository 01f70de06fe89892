"""What a person does to a drawing: each edit does what it says, in one step, and undo takes it back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.core.values import Inner
from studio.document import edits
from studio.document.changes import Edit
from studio.document.clipboard import copied, paste
from studio.document.data_choice import DataChoice, SampleSource
from studio.document.document import Document
from studio.document.edits import name_stem, unique_name
from studio.document.graph import Frame
from studio.document.training_choice import TrainingChoice
from studio.project.format import encode
from tests.notation import graph, node, wires


def id_of(document: Document, name: str) -> str:
    return node(document, name).id


def done(document: Document, edit: Edit) -> Document:
    """Apply, check that the inverse restores every byte, apply again."""
    before = encode(document)
    document.apply(edit)
    after = encode(document)
    document.apply(edit.inverse())
    assert encode(document) == before
    document.apply(edit)
    assert encode(document) == after
    return document


@pytest.mark.parametrize(
    ("kind", "stem"),
    [
        ("Dense", "dense"),
        ("Conv2D", "conv2d"),
        ("Conv2DTranspose", "conv2d_transpose"),
        ("BatchNormalization", "batch_normalization"),
        ("LSTM", "lstm"),
        ("ReLU", "re_lu"),
        ("GlobalMaxPooling1D", "global_max_pooling1d"),
        ("SimpleRNN", "simple_rnn"),
    ],
)
def test_a_name_is_what_keras_would_give(kind: str, stem: str) -> None:
    assert name_stem(kind) == stem


def test_a_free_name_counts_on() -> None:
    document = graph("dense > dense > conv_2: dense > conv_3: dense")
    assert [unique_name(document.root, stem) for stem in ("dense", "conv_2", "conv", "new")] == [
        "dense_3",
        "conv_4",
        "conv",
        "new",
    ]


def test_a_free_name_is_never_too_long() -> None:
    longest = "x" * 200
    document = graph(f"{longest}: dense")
    name = unique_name(document.root, longest)
    assert name == "x" * 198 + "_2"


def test_adding_a_node_gives_it_a_fresh_id_and_a_free_name() -> None:
    document = graph("dense")
    fresh = edits.new_node(document, "Dense", 1.0, 2.0, {"units": 3})
    done(document, edits.add_node(fresh))
    assert node(document, "dense_2") == fresh
    assert (fresh.x, fresh.y, fresh.params) == (1.0, 2.0, {"units": 3})


def test_removing_a_node_removes_its_edges() -> None:
    document = graph("a: dense > b: dense > c: dense; b > b@other; a > d: dense")
    done(document, edits.remove(document, [id_of(document, "b")] * 2))
    assert wires(document) == ["a.output > d.input"]


def test_removing_wires_alone_says_how_many() -> None:
    document = graph("a: dense > b: dense > c: dense")
    edit = edits.remove(document, [], document.root.edges)
    assert edit.label == "Delete 2 wires"
    assert wires(done(document, edit)) == []


def test_removing_a_shared_layer_hands_it_to_the_first_that_calls_it() -> None:
    document = graph("x: dense(7); a: =x; b: =x; c: =x")
    done(document, edits.remove(document, [id_of(document, "x"), id_of(document, "b")]))
    assert (node(document, "a").shares, node(document, "a").params) == (None, {"units": 7})
    assert (node(document, "c").shares, node(document, "c").params) == (id_of(document, "a"), {})


def test_connecting_replaces_the_wire_that_is_there() -> None:
    document = graph("a: dense > b: dense; c: dense")
    done(document, edits.connect(document, id_of(document, "c"), "output", id_of(document, "b"), "input"))
    assert wires(document) == ["c.output > b.input"]
    assert edits.connect(document, id_of(document, "c"), "output", id_of(document, "b"), "input").changes == ()


def test_the_next_slot_is_behind_the_last_wire() -> None:
    document = graph("a: dense > cat: concatenate; a > cat; a > cat@other")
    cat = id_of(document, "cat")
    assert [edits.next_slot(document.root, cat, port) for port in ("inputs", "free")] == [2, 0]


def test_a_node_is_put_into_a_wire() -> None:
    document = graph("a: dense.x > cat: concatenate; a > cat")
    edge = document.root.edge_at(id_of(document, "cat"), "inputs")
    assert edge is not None
    fresh = edits.new_node(document, "Dense", 0, 0, name="new")
    done(document, edits.insert_on_edge(document, edge, fresh, "input", "output"))
    assert wires(document) == ["a.output > cat.inputs[1]", "a.x > new.input", "new.output > cat.inputs"]


def test_params_are_set_and_put_back_to_the_default() -> None:
    document = graph("a: dense(3, activation='relu')")
    done(document, edits.set_params(document, id_of(document, "a"), {"units": 4}, unset=["activation", "nothing"]))
    assert node(document, "a").params == {"units": 4}
    assert edits.set_params(document, id_of(document, "a"), {"units": 4}).changes == ()


def test_params_of_a_shared_layer_are_set_where_the_layer_is() -> None:
    document = graph("a: dense(3); b: =a")
    done(document, edits.set_params(document, id_of(document, "b"), {"units": 4}))
    assert [node(document, name).params for name in "ab"] == [{"units": 4}, {}]


def test_call_arguments_are_set_and_taken_away() -> None:
    document = graph("a: dense(3)")
    done(document, edits.set_call(document, id_of(document, "a"), {"training": False}))
    assert node(document, "a").call == {"training": False}
    done(document, edits.set_call(document, id_of(document, "a"), {"training": None}))
    assert node(document, "a").call == {}


def test_renaming_and_moving_change_one_thing() -> None:
    document = graph("a: dense > b: dense")
    done(document, edits.rename(document, id_of(document, "a"), "x"))
    edit = edits.move(document, {id_of(document, "x"): (5.0, 6.0), id_of(document, "b"): (220.0, 0.0)})
    assert len(edit.changes) == 1
    done(document, edit)
    assert (node(document, "x").x, node(document, "x").y) == (5.0, 6.0)


def test_sharing_with_one_that_shares_goes_to_the_layer_itself() -> None:
    document = graph("a: dense(3); b: =a; c: dense(4)")
    done(document, edits.share(document, id_of(document, "c"), id_of(document, "b")))
    assert (node(document, "c").shares, node(document, "c").params) == (id_of(document, "a"), {})


@pytest.mark.parametrize(("who", "whose"), [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")])
def test_sharing_what_is_shared_already_changes_nothing(who: str, whose: str) -> None:
    document = graph("a: dense(3); b: =a")
    assert edits.share(document, id_of(document, who), id_of(document, whose)).changes == ()


def test_a_layer_that_others_call_leaves_it_to_them_when_it_shares_another() -> None:
    document = graph("a: dense(3); b: =a; c: =a; other: dense(4)")
    done(document, edits.share(document, id_of(document, "a"), id_of(document, "other")))
    assert node(document, "a").shares == id_of(document, "other")
    assert (node(document, "b").shares, node(document, "b").params) == (None, {"units": 3})
    assert node(document, "c").shares == id_of(document, "b")


def test_unsharing_gives_a_layer_of_its_own_with_the_same_params() -> None:
    document = graph("a: dense(3); b: =a")
    done(document, edits.share(document, id_of(document, "b"), None))
    assert (node(document, "b").shares, node(document, "b").params) == (None, {"units": 3})
    assert edits.share(document, id_of(document, "a"), None).changes == ()


def test_frames_come_change_and_go() -> None:
    document = Document()
    frame = Frame("f", "Encoder")
    done(document, edits.put_frame(document, frame))
    done(document, edits.put_frame(document, replace(frame, text="a note", hue=2)))
    assert document.root.frames == {"f": replace(frame, text="a note", hue=2)}
    assert edits.put_frame(document, replace(frame, text="a note", hue=2)).changes == ()
    done(document, edits.remove_frame(document, "f"))
    assert document.root.frames == {}


def test_data_and_training_are_chosen() -> None:
    document = Document()
    data, training = DataChoice(SampleSource("iris")), TrainingChoice(3, optimizer=Inner("SGD"))
    done(document, edits.set_data(document, data))
    done(document, edits.set_training(document, training))
    assert (document.data, document.training) == (data, training)
    assert edits.set_data(document, data).changes == edits.set_training(document, training).changes == ()


def test_edits_made_one_after_the_other_become_one_step() -> None:
    document = graph("a: dense")
    first = edits.rename(document, id_of(document, "a"), "b")
    document.apply(first)
    second = edits.rename(document, id_of(document, "b"), "c")
    document.apply(first.inverse())
    done(document, edits.combined("Both", [first, second]))
    assert [each.name for each in document.root.nodes.values()] == ["c"]


def test_pasting_gives_fresh_ids_and_free_names_and_keeps_wires_and_sharing() -> None:
    document = graph("a: dense(3) > b: =a > c: dense; d: dense > a")
    edit, fresh = paste(document, copied(document, [id_of(document, name) for name in "ab"]), 10.0, 20.0)
    done(document, edit)
    assert [document.root.nodes[id_].name for id_ in fresh] == ["a_2", "b_2"]
    assert node(document, "b_2").shares == id_of(document, "a_2")
    assert "a_2.output > b_2.input" in wires(document)
    assert len(wires(document)) == 4
    assert (node(document, "a_2").x, node(document, "a_2").y) == (
        node(document, "a").x + 10,
        node(document, "a").y + 20,
    )


def test_copying_a_call_without_its_layer_copies_the_layer() -> None:
    document = graph("a: dense(3); b: =a")
    fragment = copied(document, [id_of(document, "b")])
    assert [(each.shares, each.params) for each in fragment.nodes] == [(None, {"units": 3})]


def test_two_nodes_of_one_name_are_pasted_under_two() -> None:
    document = graph("a: dense; b: dense")
    document.apply(edits.rename(document, id_of(document, "b"), "a"))
    other = Document()
    edit, _ = paste(other, copied(document, list(document.root.nodes)), 0, 0)
    other.apply(edit)
    assert [each.name for each in other.root.nodes.values()] == ["a", "a_2"]

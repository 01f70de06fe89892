"""Blocks that are copied in one project and pasted into another: what they hold comes along, and goes by one undo."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.analysis.analysis import Analysis
from studio.core.errors import EditRefused
from studio.document import edits
from studio.document.block_edits import rename_block
from studio.document.clipboard import Fragment, copied, paste
from studio.document.document import Document
from studio.document.graph import ROOT, NodeId
from studio.document.history import History
from studio.project.format import decode_fragment, encode, encode_fragment
from tests.notation import graph, node

NESTED = """
    small { i: input > d: dense(3) > o: output }
    large { i: input > s: small > t: small > o: output }
    x: input(8) > big: large > out: output
"""
OTHER = "small { i: input > d: dense(5) > o: output }; x: input(8) > big: small > out: output"


def blocks(document: Document) -> list[str]:
    return [each.name for id_, each in document.graphs.items() if id_ != ROOT]


def put(source: Document, names: list[str], target: Document) -> dict[NodeId, NodeId]:
    """Copy nodes, as text, and paste them elsewhere; the new ids by the old ones."""
    old = [node(source, name).id for name in names]
    fragment = decode_fragment(encode_fragment(copied(source, old)))
    edit, fresh = paste(target, fragment, 0.0, 0.0)
    target.apply(edit)
    return dict(zip([each.id for each in fragment.nodes], fresh, strict=True))


def test_blocks_come_along_also_those_inside_of_others() -> None:
    target = Document()
    put(graph(NESTED), ["big"], target)
    assert sorted(blocks(target)) == ["Large", "Small"]
    (big,) = target.root.nodes.values()
    inside = target.graphs[big.graph or ""]
    assert {each.graph for each in inside.nodes.values() if each.kind == "Block"} == {"small"}


def test_a_block_of_the_same_name_and_id_stays_as_it_is_and_the_other_gets_another_name() -> None:
    target = graph(OTHER)
    before = encode(target)
    history = History(target)
    old = copied(graph(NESTED), ["n2"])
    edit, (fresh,) = paste(target, old, 0.0, 0.0)
    history.do(edit)
    assert blocks(target) == ["Small", "Small_2", "Large"]
    assert target.graphs["small"].nodes["small_n2"].params == {"units": 5}
    assert target.root.nodes[fresh].name == "big_2"
    history.undo()
    assert encode(target) == before


def test_pasting_twice_brings_the_blocks_once() -> None:
    target = graph(OTHER)
    for _ in range(3):
        put(graph(NESTED), ["big"], target)
    assert blocks(target) == ["Small", "Small_2", "Large"]
    assert [each.name for each in target.root.nodes.values()] == ["x", "big", "out", "big_2", "big_3", "big_4"]


def test_in_its_own_project_a_block_is_used_again_whatever_it_is_called_by_now() -> None:
    document = graph(NESTED)
    fragment = copied(document, ["n2"])
    document.apply(rename_block(document, "large", "Encoder"))
    document.apply(edits.move(document, {"large_n1": (900.0, 900.0)}, graph="large"))
    edit, (fresh,) = paste(document, fragment, 0.0, 0.0)
    document.apply(edit)
    assert blocks(document) == ["Small", "Encoder"]
    assert document.root.nodes[fresh].graph == "large"


def test_what_was_copied_is_what_is_pasted_after_the_block_has_changed() -> None:
    document = graph(NESTED)
    fragment = copied(document, ["n2"])
    document.apply(edits.set_params(document, "small_n2", {"units": 9}, graph="small"))
    edit, (fresh,) = paste(document, fragment, 0.0, 0.0)
    document.apply(edit)
    assert blocks(document) == ["Small", "Large", "Small_2", "Large_2"]
    analysis = Analysis(document)
    assert (analysis.cost("n2").parameters, analysis.cost(fresh).parameters) == (171, None)
    document.apply(edits.connect(document, "n1", "output", fresh, "large_n1"))
    assert analysis.cost(fresh).parameters == 39


def test_a_block_is_not_pasted_inside_itself() -> None:
    document = graph(NESTED)
    fragment = copied(document, ["n2"])
    for inside in ("large", "small"):
        with pytest.raises(EditRefused, match="cannot be used inside of itself") as refused:
            paste(document, fragment, 0.0, 0.0, inside)
        assert refused.value.code == "block.cycle"


def test_frames_and_custom_layers_inside_come_along() -> None:
    source = graph(
        'b { i: input > c: custom(layer="Mine", code="class Mine: ...") > o: output }; input(3) > b > output'
    )
    target = Document()
    put(source, ["b"], target)
    assert next(each for each in target.graphs["b"].nodes.values() if each.name == "c").params == {
        "layer": "Mine",
        "code": "class Mine: ...",
    }


def test_a_text_whose_blocks_are_inside_each_other_is_refused_and_changes_nothing() -> None:
    first, second = (copied(graph(f"{a} {{ dense(3) }}; y: {a}"), ["n1"]) for a in "ab")
    one, other = first.blocks[0], second.blocks[0]
    knot = [
        type(one)(one.id, "a", (*one.nodes, second.nodes[0]), ()),
        type(one)(other.id, "b", (*other.nodes, first.nodes[0]), ()),
    ]
    target = Document()
    before = encode(target)
    edit, _ = paste(target, Fragment(first.nodes, (), tuple(knot)), 0.0, 0.0)
    with pytest.raises(EditRefused):
        target.apply(edit)
    assert encode(target) == before


LAYERS = st.sampled_from(["dense(3)", "dense(4)", "dropout(0.5)", "batch_normalization", "b0", "b1", "b2"])


@st.composite
def projects(draw: st.DrawFn) -> str:
    """A model with up to three blocks, some of them inside of others, some called twice."""
    lines = []
    for at in range(draw(st.integers(1, 3))):
        inside = _chain(draw(st.lists(LAYERS, min_size=1, max_size=3)), at)
        lines.append(f"b{at} {{ i: input > {' > '.join([*inside, 'dense(2)'])} > o: output }}")
    body = _chain(draw(st.lists(LAYERS, max_size=3)), len(lines))
    again = " > again: =first" if draw(st.booleans()) else ""
    lines.append(f"x: input(2) > first: b0{again} > {' > '.join([*body, 'dense(2)'])} > out: output")
    return "\n".join(lines)


def _chain(words: list[str], count: int) -> list[str]:
    """Those layers and those of the first `count` blocks, each under a name of its own."""
    there = [each for each in words if not each.startswith("b") or each[1] == "a" or int(each[1:]) < count]
    return [f"u{at}: {each}" for at, each in enumerate(there)]


@given(projects(), projects())
def test_what_is_pasted_has_the_shapes_and_the_weights_of_its_source(drawn: str, elsewhere: str) -> None:
    source, target = graph(drawn), graph(elsewhere)
    before = encode(target)
    history = History(target)
    analysis = Analysis(target)
    fragment = decode_fragment(encode_fragment(copied(source, list(source.root.nodes))))
    edit, fresh = paste(target, fragment, 0.0, 0.0)
    history.do(edit)

    wanted = Analysis(source)
    for old, new in zip(fragment.nodes, fresh, strict=True):
        assert list(analysis.outputs(new).values()) == list(wanted.outputs(old.id).values())
        assert analysis.cost(new) == wanted.cost(old.id)
    names = blocks(target)
    assert len(set(names)) == len(names)

    after = encode(target)
    history.undo()
    assert encode(target) == before
    history.redo()
    assert encode(target) == after

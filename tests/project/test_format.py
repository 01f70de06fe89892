"""The project file: saving and loading give back exactly what was there, in text that diffs well."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import FileRefused
from studio.core.values import Inner, Params, Value
from studio.document import edits
from studio.document.changes import Edit, FrameChange, GraphChange, NodeChange
from studio.document.clipboard import Fragment, copied
from studio.document.data_choice import DataChoice
from studio.document.document import Document
from studio.document.graph import ROOT, Edge, Frame, Node
from studio.document.training_choice import TrainingChoice
from studio.project import format as project_format
from studio.project.format import decode, decode_fragment, encode, encode_fragment, load, save
from tests.custom_layers import custom, drawn
from tests.document.strategies import DATA, FRAMES, KEPT, KINDS, NAMES, PARAMS, PIXELS, PORTS, TRAINING
from tests.notation import graph, node

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("v*/*.layers"))
EVERYTHING = Path(__file__).parent / "fixtures" / "v1" / "everything.layers"
EXAMPLE = Path(__file__).parents[2] / "docs" / "format.md"


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents of some nodes, sharing, wires, frames, a block and choices, made by the document's own changes."""
    document = Document()
    for id_ in ("main", "block"):
        if id_ != ROOT:
            document.apply(Edit("", (GraphChange(id_, None, draw(NAMES)),)))
        pieces = draw(st.lists(st.tuples(KINDS, NAMES, PARAMS, PARAMS, PIXELS, KEPT), max_size=4))
        for index, (kind, name, params, call, x, kept) in enumerate(pieces):
            shares = draw(st.sampled_from([None, "0"])) if index else None
            fresh = Node(str(index), kind, name, {} if shares else params, call, x, -x, shares, None, kept)
            document.apply(Edit("", (NodeChange(id_, None, fresh),)))
        ends = st.integers(0, len(pieces) - 1).map(str)
        wires = st.tuples(ends, PORTS, ends, PORTS, st.integers(0, 3))
        for source, leaving, target, arriving, slot in draw(st.lists(wires, max_size=5)) if pieces else ():
            document.apply(edits.connect(document, source, leaving, target, arriving, slot, id_))
        for frame in draw(st.lists(FRAMES, max_size=2)):
            document.apply(edits.put_frame(document, frame, id_))
    document.apply(edits.set_data(document, draw(DATA)))
    document.apply(edits.set_training(document, draw(TRAINING)))
    return document


def in_order(params: Params) -> Params:
    return {name: _value_in_order(params[name]) for name in sorted(params)}


def _value_in_order(value: Value) -> Value:
    match value:
        case tuple():
            return tuple(_value_in_order(item) for item in value)
        case Inner(kind, params):
            return Inner(kind, in_order(params))
        case _:
            return value


@settings(max_examples=60, deadline=None)
@given(document=documents())
def test_what_is_saved_is_what_is_loaded(document: Document) -> None:
    content = encode(document)
    loaded = decode(content, "a.layers")
    assert encode(loaded) == content
    for graph_ in document.graphs.values():
        again = loaded.graphs[graph_.id]
        assert list(again.nodes.values()) == list(graph_.nodes.values())
        assert list(again.edges) == list(graph_.edges)
        assert list(again.frames.values()) == list(graph_.frames.values())
        assert again.name == graph_.name
    assert (loaded.data, loaded.training) == (document.data, document.training)


@settings(max_examples=100, deadline=None)
@given(params=PARAMS)
def test_values_keep_their_types(params: Params) -> None:
    document = Document()
    document.apply(edits.add_node(Node("a", "Dense", "a", params)))
    loaded = decode(encode(document), "a.layers").root.nodes["a"].params
    assert repr(in_order(loaded)) == repr(in_order(params))


def test_a_file_is_the_same_bytes_for_the_same_document_however_it_was_made() -> None:
    one, other = Document(), Document()
    one.apply(edits.add_node(Node("a", "Dense", "a", {"units": 3, "activation": Inner("ELU", {"b": 1, "a": 2})})))
    other.apply(edits.add_node(Node("a", "Dense", "a", {"activation": Inner("ELU", {"a": 2, "b": 1}), "units": 3})))
    assert encode(one) == encode(other)


def test_a_file_ends_with_a_line_end_and_has_sorted_keys() -> None:
    content = EVERYTHING.read_text(encoding="utf-8")
    assert content.endswith("}\n")
    assert not re.search(r"[ \t]$", content, re.MULTILINE)
    orders: list[list[str]] = []
    json.loads(content, object_pairs_hook=lambda pairs: orders.append([key for key, _ in pairs]))
    assert len(orders) > 40
    assert orders == [sorted(keys) for keys in orders]


def changed_lines(before: Document, after: Document) -> list[str]:
    lines = difflib.ndiff(encode(before).decode().splitlines(), encode(after).decode().splitlines())
    return [line for line in lines if line[0] in "+-"]


def again(document: Document) -> Document:
    return decode(encode(document), "a.layers")


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"units": 64}, '"units": 64'),
        ({"activation": "tanh"}, '"activation": "tanh",'),
        ({"kernel_size": (5, 5)}, '"kernel_size": [5, 5],'),
        (
            {"kernel_initializer": Inner("HeNormal", {"seed": 2})},
            '"kernel_initializer": {"kind": "HeNormal", "params": {"seed": 2}},',
        ),
        ({"metrics": (Inner("AUC"), "accuracy")}, '"metrics": [{"kind": "AUC"}, "accuracy"],'),
    ],
)
def test_a_changed_param_is_one_changed_line(values: Params, line: str) -> None:
    before = graph(
        "input(4) > a: dense(3, activation='relu', kernel_size=(3, 3), kernel_initializer=HeNormal(seed=1),"
        " metrics=['accuracy'])"
    )
    after = again(before)
    after.apply(edits.set_params(after, node(after, "a").id, values))
    removed, added = changed_lines(before, after)
    assert (removed[0], added[0]) == ("-", "+")
    assert added[1:].strip() == line


def test_a_moved_node_a_wire_and_a_choice_are_one_changed_line_each() -> None:
    before = graph("a: dense > b: dense > c: dense")
    ids = {name: node(before, name).id for name in "abc"}
    moved, wired, chosen = again(before), again(before), again(before)
    moved.apply(edits.move(moved, {ids["b"]: (1.0, 2.0)}))
    assert [line[0] for line in changed_lines(before, moved)] == ["-", "+"]
    wired.apply(edits.connect(wired, ids["a"], "output", ids["b"], "other"))
    assert [line[0] for line in changed_lines(before, wired)] == ["+"]
    chosen.apply(edits.set_training(chosen, replace(chosen.training, epochs=99)))
    assert [line[2:].strip() for line in changed_lines(before, chosen)] == ['"epochs": 20,', '"epochs": 99,']


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_file_that_was_ever_written_is_still_read(path: Path) -> None:
    document = load(path)
    assert encode(decode(encode(document), path.name)) == encode(document)


def test_the_fixtures_of_the_present_version_are_as_they_were_written() -> None:
    assert encode(load(EVERYTHING)) == EVERYTHING.read_bytes()


def test_a_file_may_have_any_layout_and_leave_out_what_is_optional() -> None:
    document = load(EVERYTHING.with_name("foreign_layout.layers"))
    nodes = document.root.nodes
    assert nodes["1"] == Node("1", "Input", "in", {"shape": (28, 28, 1)})
    assert nodes["2"].params == {"units": 8, "kernel_regularizer": Inner("L2")}
    assert nodes["3"] == Node(
        "3", "Dense", "twin", shares="2", kept={"color": "red", "nested": {"newer": [1, 2.5, None, {"a": True}]}}
    )
    assert nodes["4"] == Node("4", "Someone>Special", "special", {"ü": "🙂"}, {"use_causal_mask": True})
    assert list(document.root.edges)[-1] == Edge("3", "output", "4", "inputs", 7)
    assert document.training == TrainingChoice(epochs=3)
    assert document.data == DataChoice()
    assert encode(load(EVERYTHING.with_name("minimal.layers"))) == encode(Document())


def test_a_byte_order_mark_does_no_harm() -> None:
    assert encode(decode(b"\xef\xbb\xbf" + encode(Document()), "a.layers")) == encode(Document())


def test_unknown_kinds_and_fields_are_saved_unchanged() -> None:
    document = load(EVERYTHING.with_name("foreign_layout.layers"))
    loaded = again(document)
    loaded.apply(edits.rename(loaded, "3", "renamed"))
    assert again(loaded).root.nodes["3"].kept == {"color": "red", "nested": {"newer": [1, 2.5, None, {"a": True}]}}
    assert again(loaded).root.nodes["4"].kind == "Someone>Special"


def test_the_example_of_the_manual_is_a_file_as_the_studio_writes_it() -> None:
    found = re.search(r"```json\n(.*?)```", EXAMPLE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    document = decode(found[1].encode(), "example")
    assert encode(document).decode() == found[1]
    assert node(document, "dense").params["kernel_initializer"] == Inner("HeNormal", {"seed": 7})


def test_the_manual_names_every_field() -> None:
    manual = EXAMPLE.read_text(encoding="utf-8")
    keys: set[str] = set()
    plain = json.loads(EVERYTHING.read_bytes())
    for node_ in plain["graphs"]["main"]["nodes"]:
        for free in ("params", "call", "zoo", "color"):
            node_.pop(free, None)

    def collect(value: object) -> None:
        if isinstance(value, dict):
            keys.update(value)
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            collect(item)

    collect({**plain, "graphs": list(plain["graphs"].values())[-1:]})
    assert len(keys) > 30
    assert sorted(key for key in keys if key not in manual) == ["initial_learning_rate", "learning_rate", "patience"]


def test_saving_keeps_the_previous_version(tmp_path: Path) -> None:
    path = tmp_path / "a.layers"
    document = Document()
    save(document, path)
    first = path.read_bytes()
    document.apply(edits.put_frame(document, Frame("f", "title")))
    save(document, path)
    assert encode(load(path)) == encode(document)
    assert path.with_name("a.layers.bak").read_bytes() == first
    assert sorted(each.name for each in tmp_path.glob("*.layers*")) == ["a.layers", "a.layers.bak"]


def test_what_could_not_be_opened_again_is_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_format, "MAX_BYTES", 1000)
    document = Document()
    document.apply(Edit("", (FrameChange(ROOT, None, Frame("f", text="x" * 1000)),)))
    with pytest.raises(FileRefused, match="at most 1,000 can be opened again"):
        save(document, tmp_path / "a.layers")
    assert not (tmp_path / "a.layers").exists()


def test_the_deepest_document_can_be_opened_again() -> None:
    value: Value = "bottom"
    for _ in range(24):
        value = Inner("Wrapper", {"layer": value})
    kept: object = "bottom"
    for _ in range(47):
        kept = [kept]
    document = Document()
    document.apply(edits.add_node(Node("a", "Dense", "a", {"layer": value}, kept={"newer": kept})))
    assert encode(again(document)) == encode(document)


def test_nodes_travel_as_text() -> None:
    document = graph("a: dense(3) > b: =a > c: Unknown(x=LSTM(units=3))")
    fragment = copied(document, list(document.root.nodes)[:2])
    text = encode_fragment(fragment)
    assert decode_fragment(text) == fragment
    assert json.loads(text)["format"] == "layer-studio-fragment"
    assert decode_fragment(encode_fragment(Fragment((), ()))) == Fragment((), ())


def test_blocks_travel_with_the_nodes_that_call_them() -> None:
    document = graph("""
        small { i: input > d: dense(3) > o: output }
        large { i: input > s: small > t: =s > o: output }
        x: input(8) > big: large > out: output
    """)
    fragment = copied(document, ["n2"])
    assert [block.name for block in fragment.blocks] == ["Large", "Small"]
    assert decode_fragment(encode_fragment(fragment)) == fragment


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file.foreign"),
        ('{"format": "layer-studio-fragment", "version": 1, "graphs": {"main": {}}}', "file.id"),
        ('{"format": "layer-studio-fragment", "version": 1, "graphs": {"b": {"nodes": 1}}}', "file.type"),
        ("just text", "file.foreign"),
        ('{"format": "layer-studio", "version": 1, "graphs": {"main": {}}}', "file.foreign"),
        ('{"format": "layer-studio-fragment", "version": 2}', "file.newer"),
        ('{"format": "layer-studio-fragment", "version": 1, "frames": []}', "file.unknown"),
        ('{"format": "layer-studio-fragment", "version": 1, "nodes": 1}', "file.type"),
        ("\ud800", "file.foreign"),
        ('{"a":' * 100, "file.depth"),
    ],
)
def test_other_text_on_the_clipboard_is_refused(text: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        decode_fragment(text)
    assert refused.value.code == code


def test_a_text_of_several_lines_stands_there_line_by_line() -> None:
    code = "class A:\n    pass\n"
    document = drawn("custom", code=code)
    written = encode(document).decode()
    assert '"class A:",\n' in written
    assert custom(decode(written.encode(), "x")).params["code"] == code
    edited = drawn("custom", code=code.replace("pass", "x = 1"))
    before, after = (
        [line.strip() for line in encode(each).decode().splitlines() if "pass" in line or "x = 1" in line]
        for each in (document, edited)
    )
    assert (before, after) == (['"    pass",'], ['"    x = 1",'])


def test_a_text_of_several_lines_is_read_from_one_as_well() -> None:
    document = drawn("custom", code="a\nb")
    plain = json.loads(encode(document))
    plain["graphs"]["main"]["nodes"][-1]["params"]["code"] = "a\nb"
    assert custom(decode(json.dumps(plain).encode(), "x")).params["code"] == "a\nb"


@pytest.mark.parametrize("lines", ["a", [1], None, [["a"]]])
def test_lines_that_are_none_are_refused_with_their_place(lines: object) -> None:
    plain = json.loads(encode(drawn("custom", code="a\nb")))
    plain["graphs"]["main"]["nodes"][-1]["params"]["code"] = {"lines": lines}
    with pytest.raises(FileRefused, match="code / lines"):
        decode(json.dumps(plain).encode(), "x")

"""Foreign, damaged and hostile files: each is refused with its code, its place and what to do, and nothing else."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.core.errors import FileRefused
from studio.project import plain
from studio.project.format import decode, encode, load
from studio.project.migrations import MIGRATIONS, VERSION, migrated

FIXTURES = Path(__file__).parent / "fixtures" / "v1"
EVERYTHING = (FIXTURES / "everything.layers").read_bytes()
NAME = "a.layers"


def refused(content: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        decode(content, NAME)
    assert NAME in caught.value.text
    assert caught.value.advice
    return caught.value


def project(**graph: Any) -> dict[str, Any]:
    nodes = [
        {"id": "a", "kind": "Dense", "name": "dense_1", "params": {"units": 3}},
        {"id": "b", "kind": "Dense", "name": "dense_2"},
    ]
    return {"format": "layer-studio", "version": 1, "graphs": {"main": {"nodes": nodes, **graph}}}


def with_node(**fields: Any) -> dict[str, Any]:
    changed = project()
    changed["graphs"]["main"]["nodes"][0].update(fields)
    return changed


def without(field: str) -> dict[str, Any]:
    changed = project()
    del changed["graphs"]["main"]["nodes"][0][field]
    return changed


def edge(**fields: Any) -> dict[str, Any]:
    return {"source": "a", "source_port": "output", "target": "b", "target_port": "input", **fields}


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


TEXTS = [
    (b"", "file.empty", "a.layers is empty."),
    (b" \n ", "file.empty", "a.layers is empty."),
    (b"hello", "file.foreign", "a.layers is no project of Layer Studio."),
    (b"[1, 2]", "file.foreign", "a.layers is no project of Layer Studio."),
    (b'{"class_name": "Functional", "config": {}}', "file.foreign", "a.layers is no project of Layer Studio."),
    (b"PK\x03\x04\xff\xfe", "file.encoding", "a.layers is not UTF-8 text: byte 4 does not fit."),
    (b"\xff\xfe{\x00}\x00", "file.encoding", "a.layers is not UTF-8 text: byte 0 does not fit."),
    (b"{} {}", "file.json", "a.layers is damaged: line 1, column 4 is not JSON (Extra data)."),
    (b'{"format": layer}', "file.json", "a.layers is damaged: line 1, column 12 is not JSON (Expecting value)."),
    (EVERYTHING[:700], "file.truncated", "a.layers is damaged: it ends in the middle."),
    (EVERYTHING[:-2], "file.truncated", "a.layers is damaged: it ends in the middle."),
    ('{"format": "ü'.encode()[:-1], "file.truncated", "a.layers is damaged: it ends in the middle."),
    (b"[" * 1_000_000, "file.depth", "a.layers is nested more than 64 levels deep."),
    (b'{"a":' * 65 + b"1" + b"}" * 65, "file.depth", "a.layers is nested more than 64 levels deep."),
    (b"[" + b"[]," * 1_000_001, "file.large", "a.layers holds more than 1,000,000 lists and objects."),
    (b'{"a": 1, "a": 2}', "file.twice", "a.layers cannot be read: “a” stands there twice."),
    (
        b'{"format": "layer-studio", "version": 1, "graphs": {"main": {"name": "", "nodes": [], "name": ""}}}',
        "file.twice",
        "a.layers cannot be read: graphs / main: “name” stands there twice.",
    ),
    (
        b'{"x": [1, {"y": NaN}]}',
        "file.number",
        "a.layers cannot be read: x / 2 / y: the number is not finite (NaN, Infinity or too large).",
    ),
    (
        b'{"x": -1e999}',
        "file.number",
        "a.layers cannot be read: x: the number is not finite (NaN, Infinity or too large).",
    ),
    (
        b'{"x": %d}' % 2**63,
        "file.number",
        "a.layers cannot be read: x: the whole number does not fit into 64 bits.",
    ),
    (
        b'{"x": ' + b"9" * 1_000_000 + b"}",
        "file.number",
        "a.layers cannot be read: x: the whole number does not fit into 64 bits.",
    ),
    (
        b'{"x": ["\\ud800"]}',
        "file.text",
        "a.layers cannot be read: x / 1: the text holds half a character (a lone surrogate).",
    ),
    (
        b'{"\\udfff": 1}',
        "file.text",
        "a.layers cannot be read: �: the text holds half a character (a lone surrogate).",
    ),
    (
        b'{"' + b"k" * 201 + b'": 1}',
        "file.long",
        f"a.layers cannot be read: {'k' * 60}…: the text has 201 characters; at most 200 are allowed.",
    ),
    (
        b'{"x": "' + b"k" * 100_001 + b'"}',
        "file.long",
        "a.layers cannot be read: x: the text has 100,001 characters; at most 100,000 are allowed.",
    ),
]


@pytest.mark.parametrize(("content", "code", "text"), TEXTS, ids=[text[:60] for _, _, text in TEXTS])
def test_what_is_no_readable_text_is_refused(content: bytes, code: str, text: str) -> None:
    error = refused(content)
    assert (error.code, error.text) == (code, text)


MAIN = "graphs / main"
DENSE = f"{MAIN} / nodes / dense_1"
MEANT = [
    ({**project(), "version": 3}, "file.newer", None),
    ({**project(), "version": 0}, "file.older", None),
    ({**project(), "version": -(2**40)}, "file.older", None),
    ({**project(), "version": "1"}, "file.type", "version: a whole number is expected."),
    ({**project(), "version": True}, "file.type", "version: a whole number is expected."),
    ({**project(), "color": 1}, "file.unknown", "“color” is not a field that this version knows."),
    ({"format": "layer-studio", "version": 1}, "file.missing", "“graphs” is missing."),
    ({**project(), "graphs": {}}, "file.missing", "graphs: the graph “main” is missing."),
    ({**project(), "graphs": []}, "file.type", "graphs: an object is expected, a list came."),
    ({**project(), "graphs": {"main": 3}}, "file.type", f"{MAIN}: an object is expected, a whole number came."),
    (project(nodes={}), "file.type", f"{MAIN} / nodes: a list is expected, an object came."),
    (project(nodes=[None]), "file.type", f"{MAIN} / nodes / 1: an object is expected, null came."),
    (project(name=1.5), "file.type", f"{MAIN} / name: text is expected, a number came."),
    (project(more=1), "file.unknown", f"{MAIN}: “more” is not a field that this version knows."),
    (without("id"), "file.missing", f"{DENSE}: “id” is missing."),
    (without("kind"), "file.missing", f"{DENSE}: “kind” is missing."),
    (without("name"), "file.missing", f"{MAIN} / nodes / a: “name” is missing."),
    (with_node(id=7), "file.type", f"{DENSE} / id: text is expected, a whole number came."),
    (with_node(id="b"), "file.id", f"{MAIN} / nodes: two nodes have the id “b”."),
    (with_node(kind=None), "file.type", f"{DENSE} / kind: text is expected, null came."),
    (with_node(params=[]), "file.type", f"{DENSE} / params: an object is expected, a list came."),
    (
        with_node(params={"units": {"a": 1}}),
        "file.missing",
        f"{DENSE} / params / units: “kind” is missing.",
    ),
    (
        with_node(params={"layer": {"kind": "LSTM", "units": 1}}),
        "file.unknown",
        f"{DENSE} / params / layer: “units” is not a field that this version knows.",
    ),
    (
        with_node(params={"layer": {"kind": "LSTM", "params": {"x": [{"kind": 2}]}}}),
        "file.type",
        f"{DENSE} / params / layer / params / x / 1 / kind: text is expected, a whole number came.",
    ),
    (
        with_node(params={"units": nested(25)}),
        "file.value",
        f"{DENSE} / params / units: A value is nested more than 24 levels deep.",
    ),
    (with_node(call=1), "file.type", f"{DENSE} / call: an object is expected, a whole number came."),
    (with_node(position=[1]), "file.type", f"{DENSE} / position: two numbers are expected, 1 came."),
    (with_node(position=[1, "2"]), "file.type", f"{DENSE} / position / 2: a number is expected, text came."),
    (with_node(position=[1, True]), "file.type", f"{DENSE} / position / 2: a number is expected, true or false came."),
    (with_node(name="n" * 201), "file.long", None),
    (with_node(shares=1), "file.type", f"{DENSE} / shares: text is expected, a whole number came."),
    (with_node(shares="x"), "file.shares", f"{DENSE} / shares: there is no node “x”."),
    (with_node(shares="a"), "file.shares", None),
    (with_node(graph="x"), "block.missing", "dense_1 stands for a block that is not there."),
    (with_node(graph="main"), "block.missing", "dense_1 stands for a block that is not there."),
    (project(edges=[edge(source="x")]), "file.edge", f"{MAIN} / edges / 1: there is no node “x”."),
    (project(edges=[edge(), edge(target="y")]), "file.edge", f"{MAIN} / edges / 2: there is no node “y”."),
    (project(edges=[edge(slot=-1)]), "file.edge", f"{MAIN} / edges / 1: the slot -1 is below 0."),
    (
        project(edges=[edge(), edge(source="b")]),
        "file.edge",
        f"{MAIN} / edges / 2: a wire arrives at b, input, slot 0 already.",
    ),
    (
        project(edges=[edge(slot=1.0)]),
        "file.type",
        f"{MAIN} / edges / 1 / slot: a whole number is expected, a number came.",
    ),
    (
        project(edges=[edge(color=1)]),
        "file.unknown",
        f"{MAIN} / edges / 1: “color” is not a field that this version knows.",
    ),
    (project(edges=[{}]), "file.missing", f"{MAIN} / edges / 1: “source” is missing."),
    (project(frames=[{"title": "t"}]), "file.missing", f"{MAIN} / frames / 1: “id” is missing."),
    (project(frames=[{"id": "f"}, {"id": "f"}]), "file.id", f"{MAIN} / frames: two frames have the same id."),
    (
        project(frames=[{"id": "f", "hue": 1.5}]),
        "file.type",
        f"{MAIN} / frames / f / hue: a whole number is expected, a number came.",
    ),
    ({**project(), "data": None}, "file.type", "data: an object is expected, null came."),
    (
        {**project(), "data": {"source": {"kind": "sql"}}},
        "file.word",
        "data / source / kind: “sql” is none of sample, keras, csv, json, parquet, excel, npz and folder.",
    ),
    ({**project(), "data": {"source": {"kind": "npz"}}}, "file.missing", "data / source: “path” is missing."),
    (
        {**project(), "data": {"features": [{"name": "x", "columns": [], "shape": [], "encoding": "magic"}]}},
        "file.word",
        (
            "data / features / x / encoding: “magic” is none of none, scale, standardize, "
            "min_max, category, one_hot, date, image, mask, text_file and sound."
        ),
    ),
    (
        {**project(), "data": {"split": {"test": "0.1"}}},
        "file.type",
        "data / split / test: a number is expected, text came.",
    ),
    (
        {**project(), "training": {"shuffle": 1}},
        "file.type",
        "training / shuffle: true or false is expected, a whole number came.",
    ),
    (
        {**project(), "training": {"optimizer": "adam"}},
        "file.type",
        "training / optimizer: an object is expected, text came.",
    ),
    (
        {**project(), "training": {"epochs": 3.0}},
        "file.type",
        "training / epochs: a whole number is expected, a number came.",
    ),
    (
        {**project(), "training": {"speed": 3}},
        "file.unknown",
        "training: “speed” is not a field that this version knows.",
    ),
]


@pytest.mark.parametrize(("content", "code", "text"), MEANT, ids=[str(text or code) for _, code, text in MEANT])
def test_what_is_no_project_is_refused_with_its_place(content: dict[str, Any], code: str, text: str | None) -> None:
    error = refused(json.dumps(content).encode())
    assert error.code == code
    if text is not None:
        assert error.text == f"a.layers cannot be read: {text}"


def test_a_newer_file_says_which_and_what_to_do() -> None:
    error = refused(json.dumps({**project(), "version": 3, "whatever": 1}).encode())
    assert str(error) == (
        "a.layers was saved by Layer Studio format 3; this one reads 1. Update Layer Studio to open it."
    )


def test_layers_that_share_in_a_circle_are_refused() -> None:
    content = with_node(shares="b")
    content["graphs"]["main"]["nodes"][1]["shares"] = "a"
    error = refused(json.dumps(content).encode())
    assert error.code == "file.shares"
    assert "graphs / main / nodes / dense_1 / shares: " in error.text


def test_blocks_inside_of_themselves_are_refused() -> None:
    def inside(graph: str) -> dict[str, Any]:
        return {"nodes": [{"id": "i", "kind": "Block", "name": "i", "graph": graph}]}

    content = project()
    content["graphs"] |= {"b1": inside("b2"), "b2": inside("b1")}
    assert refused(json.dumps(content).encode()).code == "block.cycle"
    content["graphs"]["b2"] = {}
    decode(json.dumps(content).encode(), NAME)


def test_too_many_nodes_and_edges_are_refused_before_they_are_read() -> None:
    one = {"id": "a", "kind": "Dense", "name": "a"}
    content = project(nodes=[one] * 15_000)
    content["graphs"]["block"] = {"nodes": [one] * 15_000}
    assert refused(json.dumps(content).encode()).text.endswith("there are 30,000 nodes; at most 20,000 are allowed.")
    many = project(edges=[edge()] * 100_001)
    assert refused(json.dumps(many).encode()).text.endswith("there are 100,001 edges; at most 100,000 are allowed.")


def test_a_file_larger_than_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.layers"
    with path.open("wb") as file:
        file.truncate(plain.MAX_BYTES + 1)
    with pytest.raises(FileRefused) as caught:
        load(path)
    assert caught.value.code == "file.large"
    assert refused(b" " * plain.MAX_BYTES + b"{}").code == "file.large"


def test_a_refused_file_is_not_touched_and_its_backup_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.layers"
    path.write_bytes(EVERYTHING[:500])
    with pytest.raises(FileRefused, match=r"ends in the middle\. Open a backup of it\."):
        load(path)
    path.with_name("a.layers.bak").write_bytes(EVERYTHING)
    with pytest.raises(FileRefused, match=r"a\.layers\.bak beside it holds the previous version"):
        load(path)
    assert path.read_bytes() == EVERYTHING[:500]
    path.write_bytes(json.dumps({**project(), "version": 2}).encode())
    with pytest.raises(FileRefused, match="Update Layer Studio"):
        load(path)


def test_foreign_text_in_a_message_is_short_and_harmless() -> None:
    error = refused(json.dumps(with_node(name="<b>\n\x1b[2J" + "x" * 190, kind=1)).encode())
    assert f"nodes / <b>��[2J{'x' * 52}… / kind: " in error.text


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("file.truncated", b'{"' + b'\\"' * 20_000_000),
        ("file.long", b'"' + b"\\\\" * 20_000_000 + b'"'),
        ("file.large", b"{" * 49_000_000),
        ("file.truncated", b'{"a":[' + b"1," * 5_000_000),
        ("file.foreign", b'{"a":[' + b'"",' * 3_000_000 + b"1]}"),
    ],
    ids=["escapes", "backslashes", "brackets", "numbers", "texts"],
)
def test_a_large_hostile_file_is_refused_without_delay(code: str, content: bytes) -> None:
    """A scan that is quadratic anywhere would take hours, and end at the time limit of the tests."""
    assert refused(content).code == code


def test_an_older_version_is_brought_up_to_date_step_by_step() -> None:
    def rename_layers(old: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in old.items() if key != "layers"} | {"graphs": {"main": old["layers"]}}

    old = {"format": "layer-studio", "version": 0, "layers": project()["graphs"]["main"]}
    document = decode(json.dumps(old).encode(), NAME, migrations={0: rename_layers})
    assert encode(document) == encode(decode(json.dumps(project()).encode(), NAME))


def test_there_is_a_chain_of_migrations_or_none() -> None:
    steps: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
        -2: lambda old: {**old, "trace": [-2]},
        -1: lambda old: {**old, "trace": [*old["trace"], -1]},
        0: lambda old: {**old, "trace": [*old["trace"], 0]},
    }
    assert migrated({"version": -2}, -2, steps) == {"version": VERSION, "trace": [-2, -1, 0]}
    assert migrated({"version": -3}, -3, steps) is None
    assert migrated({"version": VERSION}, VERSION) == {"version": VERSION}


def test_every_released_version_has_its_step_and_its_fixtures() -> None:
    assert set(MIGRATIONS) == set(range(1, VERSION))
    assert {path.name for path in FIXTURES.parent.iterdir()} == {f"v{number}" for number in range(1, VERSION + 1)}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """`content` with one to four random wounds: bytes changed, cut out, doubled, swapped for telling ones."""
    wounded = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(wounded) + 1)
        length = chance.choice([1, 1, 2, 8, 100])
        match chance.randrange(5):
            case 0:
                wounded[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del wounded[at : at + length]
            case 2:
                wounded[at:at] = wounded[at : at + length]
            case 3:
                telling = [b"null", b"1e999", b"{}", b"[]", b'"', b"-", b"99999999999999999999", b"true", b'"\\ud800"']
                wounded[at : at + length] = chance.choice(telling)
            case _:
                other = chance.randrange(len(wounded) + 1)
                wounded[at : at + length] = wounded[other : other + length]
    return bytes(wounded)


def survived(rounds: int, seed: int) -> int:
    """Decode mutated files; count those that load, each of which must then save and load unchanged."""
    chance = random.Random(seed)
    loaded = 0
    for _ in range(rounds):
        content = mutated(EVERYTHING, chance)
        try:
            document = decode(content, NAME)
        except FileRefused:
            continue
        assert encode(decode(encode(document), NAME)) == encode(document)
        loaded += 1
    return loaded


def test_a_mutated_file_is_loaded_or_refused() -> None:
    assert 20 < survived(1_500, seed=7) < 1_400


@pytest.mark.large
def test_a_hundred_thousand_mutated_files_are_loaded_or_refused() -> None:
    assert survived(100_000, seed=8) > 1_000

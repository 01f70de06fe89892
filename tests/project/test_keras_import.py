"""Files that are no models, or not honest ones, are refused in a sentence; what is unknown is kept."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from studio.core.errors import FileRefused
from studio.core.values import Inner
from studio.project.format import decode, encode
from studio.project.keras_import.archive import MEMBER
from studio.project.keras_import.importing import import_model


def tensor(layer: str, call: int = 0, output: int = 0) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "keras_history": [layer, call, output]}}


def layer(name: str, kind: str, *arriving: Any, module: str = "keras.layers", **config: Any) -> dict[str, Any]:
    return {
        "module": module,
        "class_name": kind,
        "config": {"name": name, **config},
        "name": name,
        "inbound_nodes": [{"args": list(arriving), "kwargs": {}}] if arriving else [],
    }


def functional(*layers: dict[str, Any], last: str = "") -> dict[str, Any]:
    start = layer("x", "InputLayer", batch_shape=[None, 4], dtype="float32")
    end = last or layers[-1]["name"]
    config = {"name": "m", "layers": [start, *layers], "input_layers": ["x", 0, 0], "output_layers": [[end, 0, 0]]}
    return {"module": "keras.src.models.functional", "class_name": "Functional", "config": config}


def written(folder: Path, model: Any, name: str = "model.json") -> Path:
    path = folder / name
    path.write_text(model if isinstance(model, str) else json.dumps(model))
    return path


def zipped(folder: Path, members: list[tuple[str, bytes]]) -> Path:
    path = folder / "model.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


NUMPY = "keras.src.ops.numpy"
DENSE = layer("d", "Dense", tensor("x"), units=3, activation="linear")


def test_a_small_model_is_drawn(tmp_path: Path) -> None:
    document = import_model(written(tmp_path, functional(DENSE))).document

    assert [(node.name, node.kind, dict(node.params)) for node in document.root.nodes.values()] == [
        ("x", "Input", {"shape": (4,)}),
        ("d", "Dense", {"units": 3}),
        ("d_output", "Output", {}),
    ]


def test_the_configuration_is_found_in_a_keras_file(tmp_path: Path) -> None:
    content = json.dumps(functional(DENSE)).encode()
    path = zipped(tmp_path, [("metadata.json", b"{}"), (MEMBER, content), ("model.weights.h5", b"\x89HDF")])

    assert len(import_model(path).document.root.nodes) == 3


def test_an_unknown_layer_becomes_a_node_that_keeps_it(tmp_path: Path) -> None:
    strange = layer("s", "Strange", tensor("x"), module="somebody", width=7, deep={"a": [1, None]})
    found = import_model(written(tmp_path, functional(strange, layer("d", "Dense", tensor("s"), units=2))))
    again = decode(encode(found.document), "again")

    assert "Strange is not known" in found.notes[0]
    kept = again.root.named("s").kept["keras"]  # type: ignore[union-attr]
    assert kept["config"] == {"name": "s", "width": 7, "deep": {"a": [1, None]}}  # type: ignore[index]
    assert again.root.edge_count == 3


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ("", "file.empty"),
        ("hello", "file.foreign"),
        ("[1, 2]", "import.object"),
        ('{"class_name": "Model"}', "import.subclass"),
        ({"class_name": "Functional", "config": {}}, "import.layers"),
        ({"class_name": "Sequential", "config": {"name": "s", "layers": [DENSE]}}, "import.unbuilt"),
        (functional({**DENSE, "inbound_nodes": [[["x", 0, 0, {}]]]}), "import.keras2"),
        (functional({**DENSE, "name": 3, "config": {}}, last="d"), "import.layer"),
        (functional(layer("d", "Dense", tensor("nobody"), units=1)), "import.order"),
        (functional(layer("a", "Dense", tensor("b")), layer("b", "Dense", tensor("a"))), "import.order"),
        (functional(layer("d", "Dense", tensor("x", output=5), units=1)), "import.tensor"),
        (functional(layer("d", "Dense", {"class_name": "__keras_tensor__", "config": {}}, units=1)), "import.tensor"),
        (functional(DENSE, last="nobody"), "import.tensor"),
        (functional(layer("g", "GetItem", tensor("x"), [{"class_name": "odd"}], module=NUMPY)), "import.index"),
        ("[" * 70 + "]" * 70, "file.depth"),
    ],
)  # fmt: skip
def test_what_is_no_model_is_refused(tmp_path: Path, model: Any, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        import_model(written(tmp_path, model))

    assert refused.value.code == code
    assert "model.json" in str(refused.value)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ([], "import.config"),
        ([("other.json", b"{}")], "import.config"),
        ([(MEMBER, b"0" * 60_000_000)], "import.large"),
        ([(MEMBER, b"not json")], "file.foreign"),
        ([(f"{at}", b"") for at in range(10_001)], "import.members"),
    ],
)
def test_what_is_no_honest_archive_is_refused(tmp_path: Path, members: list[tuple[str, bytes]], code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        import_model(zipped(tmp_path, members))

    assert refused.value.code == code


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_configurations_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, [(MEMBER, b"{}"), (MEMBER, b"{}")])

    with pytest.raises(FileRefused, match="more than one"):
        import_model(path)


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, [(MEMBER, json.dumps(functional(DENSE)).encode())])
    path.write_bytes(path.read_bytes()[:-30])

    with pytest.raises(FileRefused, match="cannot be read as a"):
        import_model(path)


def test_a_file_of_keras_2_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "old.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))

    with pytest.raises(FileRefused, match="HDF5"):
        import_model(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        import_model(tmp_path / "nothing.keras")

    assert refused.value.code == "file.read"


def keras_object(module: str, kind: str, **config: Any) -> dict[str, Any]:
    return {"module": module, "class_name": kind, "config": config, "registered_name": None}


def compiled(model: dict[str, Any], **config: Any) -> dict[str, Any]:
    return {**model, "compile_config": {"optimizer": None, "loss": None, "metrics": None, **config}}


def outputs(folder: Path, model: dict[str, Any]) -> list[dict[str, Any]]:
    document = import_model(written(folder, model)).document
    return [dict(node.params) for node in document.root.nodes.values() if node.kind == "Output"]


def two_outputs() -> dict[str, Any]:
    model = functional(DENSE, layer("e", "Dense", tensor("x"), units=1))
    model["config"]["output_layers"] = [["d", 0, 0], ["e", 0, 0]]
    return model


def test_the_optimizer_comes_along_with_the_rate_that_was_written(tmp_path: Path) -> None:
    plain = keras_object("keras.optimizers", "Adam", name="adam", learning_rate=0.0010000000474974513, beta_1=0.9)
    other = keras_object("keras.optimizers", "SGD", learning_rate=0.05000000074505806, momentum=0.9)

    def chosen(optimizer: Any) -> Inner:
        model = compiled(functional(DENSE), optimizer=optimizer)
        return import_model(written(tmp_path, model)).document.training.optimizer

    assert chosen(plain) == Inner("Adam")
    assert chosen(other) == Inner("SGD", {"learning_rate": 0.05, "momentum": 0.9})
    schedule = keras_object("keras.optimizers.schedules", "CosineDecay", initial_learning_rate=0.1, decay_steps=100)
    decaying = chosen(keras_object("keras.optimizers", "SGD", learning_rate=schedule))
    assert decaying.params["learning_rate"] == Inner("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 100})


def test_one_loss_and_its_metrics_go_to_the_output(tmp_path: Path) -> None:
    squared = keras_object("keras.metrics", "RootMeanSquaredError", name="root_mean_squared_error", dtype="float32")
    model = compiled(functional(DENSE), loss="mse", metrics=["mae", squared])
    [params] = outputs(tmp_path, model)
    assert params["loss"] == "mse"
    assert params["metrics"][0] == "mae"
    assert len(params["metrics"]) == 2


def test_losses_by_name_and_in_a_row_go_to_their_outputs(tmp_path: Path) -> None:
    by_name = compiled(
        two_outputs(),
        loss={"e": "mse", "d": "sparse_categorical_crossentropy"},
        loss_weights={"e": 0.5, "d": 1.0},
        metrics={"d": ["accuracy"]},
    )
    assert outputs(tmp_path, by_name) == [
        {"loss": "sparse_categorical_crossentropy", "loss_weight": 1.0, "metrics": ("accuracy",)},
        {"loss": "mse", "loss_weight": 0.5},
    ]
    in_a_row = compiled(two_outputs(), loss=["mae", "mse"], metrics=[["accuracy"], ["mae"]])
    assert outputs(tmp_path, in_a_row) == [
        {"loss": "mae", "metrics": ("accuracy",)},
        {"loss": "mse", "metrics": ("mae",)},
    ]


def test_a_loss_that_nobody_knows_is_told_and_left_out(tmp_path: Path) -> None:
    strange = keras_object("builtins", "function", name="my_loss")
    imported = import_model(written(tmp_path, compiled(functional(DENSE), loss=strange)))
    assert any("a loss" in note for note in imported.notes)
    assert all("loss" not in node.params for node in imported.document.root.nodes.values())

"""Written programs in the hands of the real Keras, in one process that has never heard of the studio."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.catalog.declaration import REQUIRED
from studio.catalog.registry import KINDS
from studio.core.paths import resources_dir
from studio.program.writer import write
from tests.program import files
from tests.program.golden_case import Case, cases

CASES = {case.path.stem: case for case in cases()}
TRAINED = (
    "adapted", "blocks", "branches", "cells", "folder", "forecast", "masks", "missing", "mixed", "outputs", "siamese",
    "sounds", "stack", "states", "stored", "stored_windows", "texts", "tied", "words",
)  # fmt: skip
STREAMED = ("folder", "masks", "mixed", "sounds", "texts")
KEPT = ("adapted", "outputs", "stored", "stored_windows", "words")
"""Those whose table can be in memory or on disk: each is trained with both."""


def make_data(folder: Path) -> None:
    """The files that the cases read, small."""
    for name in ("digits.npz", "iris.csv"):
        (folder / name).write_bytes((resources_dir() / "samples" / name).read_bytes())
    rng = np.random.default_rng(0)
    (folder / "data").mkdir()
    words = {name: rng.integers(1, 50, (40, 12)) for name in ("source", "target", "next")}
    np.savez(folder / "data" / "sentences.npz", **words)  # type: ignore[arg-type]
    rows = [f"{row * 3};{row % 5};{('sea', 'land', 'city')[row % 3]};{row / 7};{row % 2}" for row in range(40)]
    (folder / "houses.csv").write_text("\n".join(["area;rooms;place;price;kind", *rows]), encoding="utf-8")
    flats = [
        f"{40 + row},{row % 7},{1900 + row},{('Mitte', 'Nord', 'Süd')[row % 3]},{'ABCDE'[row % 5]}-Straße,"
        f"{('Quiet flat, balcony', 'Bright, near the park', 'Quiet street')[row % 3]!r},{row * 11}".replace("'", '"')
        for row in range(40)
    ]
    header = "area,floor,built,district,street,advert,rent"
    (folder / "flats.csv").write_text("\n".join([header, *flats]), encoding="utf-8")
    files.make(folder)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Keras says of every golden program."""
    folder = tmp_path_factory.mktemp("programs")
    make_data(folder)
    for name, case in CASES.items():
        text = write(case.document, title=case.title, base=folder).text
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        if name in TRAINED:
            (folder / f"train_{name}.py").write_text(text, encoding="utf-8")
        if name in KEPT:
            in_memory = case.kept(folder, on_disk=False).text
            on_disk = case.kept(folder, on_disk=True).text.replace("10_000", "7")
            (folder / f"train_{name}_in_memory.py").write_text(in_memory, encoding="utf-8")
            (folder / f"train_{name}_on_disk.py").write_text(on_disk, encoding="utf-8")
    said = folder / "said.json"
    ran = subprocess.run(
        [sys.executable, "-P", str(Path(__file__).with_name("keras_child.py")), str(folder), str(said)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]
    read: dict[str, Any] = json.loads(said.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_keras_builds_the_model_with_the_names_of_the_nodes(case: Case, results: dict[str, Any]) -> None:
    program = write(case.document, title=case.title)
    expected = set(program.layers.values())
    named = set(results["built"][case.path.stem]["layers"])
    if "keras.Sequential(" in program.text.partition("def build_model")[2]:
        inputs = {program.layers[id_] for id_ in program.layers if case.document.root.nodes[id_].kind == "Input"}
        expected -= inputs
    assert named == expected


def test_programs_never_import_the_studio(results: dict[str, Any]) -> None:
    assert results["studio"] is False


@pytest.mark.parametrize("name", TRAINED)
def test_programs_train_and_evaluate(name: str, results: dict[str, Any]) -> None:
    result = results["trained"][f"train_{name}"]
    history = result["history"]
    assert {len(values) for values in history.values()} == {2}
    assert np.isfinite(history["loss"]).all()
    measured = {key.removeprefix("val_") for key in history}
    assert set(result["scores"]) == measured


@pytest.mark.parametrize("name", KEPT)
def test_a_table_on_disk_trains_as_one_in_memory(name: str, results: dict[str, Any]) -> None:
    in_memory, on_disk = (results["trained"][f"train_{name}_{where}"] for where in ("in_memory", "on_disk"))
    for said in ("history", "scores"):
        assert on_disk[said].keys() == in_memory[said].keys()
        for key, values in in_memory[said].items():
            np.testing.assert_allclose(on_disk[said][key], values, rtol=1e-4)


def test_several_outputs_are_measured_by_the_names_of_their_layers(results: dict[str, Any]) -> None:
    assert set(results["trained"]["train_outputs"]["scores"]) == {
        "loss", "price_loss", "kind_loss", "price_mae", "price_root_mean_squared_error", "kind_accuracy",
    }  # fmt: skip


def test_each_epoch_has_the_order_of_the_seed_from_the_first_on(results: dict[str, Any]) -> None:
    orders = results["trained"]["train_branches"]["orders"]
    expected = [np.random.default_rng([42, epoch]).permutation(1258).tolist() for epoch in range(2)]
    assert orders == expected


def test_a_warm_process_gives_the_same_numbers(results: dict[str, Any]) -> None:
    for name in ("train_branches", "train_folder"):
        assert results["again"][name]["history"] == results["trained"][name]["history"]
        assert results["again"][name]["scores"] == results["trained"][name]["scores"]


def test_files_are_read_as_pillow_and_the_wave_module_read_them(results: dict[str, Any]) -> None:
    assert results["read"].keys() == {f"train_{name}" for name in STREAMED}
    for name, worst in results["read"].items():
        assert worst < 1e-6, name


def test_a_file_that_cannot_be_read_is_named(results: dict[str, Any]) -> None:
    assert results["broken"].startswith("ValueError: ")
    assert "animals/train/dog/3.png" in results["broken"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.path.startswith("keras.layers.")])
def test_arguments_by_position_are_in_the_order_of_keras(kind: Any, results: dict[str, Any]) -> None:
    leading = []
    for param in kind.params:
        if param.default is not REQUIRED:
            break
        leading.append(param.name)
    assert results["signatures"][kind.path.rpartition(".")[2]][: len(leading)] == leading

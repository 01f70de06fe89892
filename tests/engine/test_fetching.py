"""Keras's own data sets: fetched into its cache, or said to be out of reach, and what programs read there."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.client.engine import Engine
from studio.core.paths import HOME_VARIABLE, resources_dir
from studio.data.keras_sets import find_keras_set, look_at_excerpt
from studio.document import edits
from studio.document.document import Document
from studio.program.writer import write
from studio.protocol.messages import Failed, Fetch, Fetched, Unreachable
from studio.session.fetching import keras_choice
from studio.session.model_suggestion import suggest_model
from tests.client.hearing import Heard

NOWHERE = "http://127.0.0.1:9"
LOADED = ("mnist", "fashion_mnist", "cifar100", "imdb", "reuters", "california_housing")
"""Those of which a small file can be made: CIFAR-10 has a fixed number of examples, and else what CIFAR-100 has."""
MINE = b"no digits at all"


def make_cache(folder: Path) -> None:
    """Small files in the forms in which Keras keeps its data sets."""
    rng = np.random.default_rng(0)
    fashion = folder / "fashion-mnist"
    fashion.mkdir(parents=True)
    for part, count in (("train", 40), ("t10k", 10)):
        with gzip.open(fashion / f"{part}-labels-idx1-ubyte.gz", "wb") as file:
            file.write(bytes(8) + bytes(number % 10 for number in range(count)))
        with gzip.open(fashion / f"{part}-images-idx3-ubyte.gz", "wb") as file:
            file.write(bytes(16) + rng.integers(0, 256, (count, 28, 28), dtype=np.uint8).tobytes())
    pixels = rng.integers(0, 256, (50, 28, 28), dtype=np.uint8)
    digits = np.arange(50) % 10
    np.savez(folder / "good.npz", x_train=pixels[:40], y_train=digits[:40], x_test=pixels[40:], y_test=digits[40:])
    words = np.array([rng.integers(1, 30_000, length).tolist() for length in range(5, 55)], dtype=object)
    topics = np.arange(50) % 46
    np.savez(folder / "imdb.npz", x_train=words, y_train=topics % 2, x_test=words[:9], y_test=topics[:9] % 2)
    np.savez(folder / "reuters.npz", x=words, y=topics)
    np.savez(folder / "california_housing.npz", x=rng.normal(0, 9, (50, 8)), y=rng.uniform(1e4, 5e5, 50))
    with tarfile.open(folder / "cifar-100-python-target_archive", "w:gz") as archive:
        for part, count in (("train", 40), ("test", 10)):
            pixels = rng.integers(0, 256, (count, 3072), dtype=np.uint8)
            content = pickle.dumps({b"data": pixels, b"fine_labels": [number % 100 for number in range(count)]})
            entry = tarfile.TarInfo(f"cifar-100-python/{part}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the engine's code and the programs say."""
    home, programs = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("programs")
    make_cache(home / "datasets")
    (home / "datasets" / "mnist.npz").write_bytes(MINE)
    for name in LOADED:
        document = Document()
        document.apply(edits.set_data(document, keras_choice(name)))
        document.apply(suggest_model(document))
        (programs / f"{name}.py").write_text(write(document).text, encoding="utf-8")
    environment = {
        "KERAS_HOME": str(home),
        HOME_VARIABLE: str(home),
        "https_proxy": NOWHERE,
        "PYTHONPATH": str(resources_dir().parent),
    }
    ran = subprocess.run(
        [sys.executable, "-P", str(Path(__file__).with_name("keras_sets_child.py")), str(programs), "said.json"],
        cwd=home,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-4000:]
    read: dict[str, Any] = json.loads((home / "said.json").read_text(encoding="utf-8"))
    return {**read, "home": home}


def test_what_is_in_the_cache_is_not_downloaded(results: dict[str, Any]) -> None:
    assert results["fetched"]["fashion_mnist"] == [str(Fetched("r", False))]


@pytest.mark.parametrize("name", ["mnist", "imdb"])
def test_a_file_that_is_not_the_one_of_keras_is_downloaded_anew(name: str, results: dict[str, Any]) -> None:
    assert results["fetched"][name] == [str(Unreachable("r", "storage.googleapis.com", "Connection refused"))]


def test_without_an_agreement_nothing_is_downloaded(results: dict[str, Any]) -> None:
    assert results["not agreed to"] == [str(Fetched("r", True))]


def test_without_a_network_the_file_that_was_there_stays(results: dict[str, Any]) -> None:
    assert results["kept"] == MINE.decode()


@pytest.mark.parametrize(
    ("name", "inputs", "target"),
    [
        ("mnist", [28, 28, 1], []),
        ("fashion_mnist", [28, 28, 1], []),
        ("cifar100", [32, 32, 3], []),
        ("imdb", [200], []),
        ("reuters", [200], []),
        ("california_housing", [8], [1]),
    ],
)
def test_programs_read_what_keras_keeps_as_the_list_says(
    name: str, inputs: list[int], target: list[int], results: dict[str, Any]
) -> None:
    parts = results["loaded"][name]
    assert set(parts) == {"train", "validation", "test"}
    for found in parts.values():
        assert [shape[1:] for shape in found["shapes"]] == [inputs, target]


@pytest.mark.parametrize(
    ("name", "examples", "shape", "dtype", "frequent"),
    [
        ("mnist", 50, (28, 28), "uint8", ("0", 5)),
        ("fashion_mnist", 50, (28, 28), "uint8", ("T-shirt or top", 5)),
        ("cifar100", 50, (32, 32, 3), "uint8", ("apple", 2)),
        ("imdb", 59, (200,), "int32", ("negative", 30)),
        ("reuters", 50, (200,), "int32", ("cocoa", 2)),
        ("california_housing", 50, (8,), "float64", None),
    ],
)
def test_an_excerpt_can_be_looked_at_without_keras(
    name: str,
    examples: int,
    shape: tuple[int, ...],
    dtype: str,
    frequent: tuple[str, int] | None,
    results: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert results["excerpted"][name] == [str(Fetched("r", False))]
    monkeypatch.setenv(HOME_VARIABLE, str(results["home"]))
    each = find_keras_set(name)
    assert each is not None
    look = look_at_excerpt(each, results["home"] / "datasets")
    assert look is not None
    assert (look.examples, look.mismatched) == (examples, ())
    inputs, labels = look.arrays
    assert (inputs.name, inputs.shape, inputs.dtype) == ("x", (examples, *shape), dtype)
    assert (labels.name, labels.shape) == ("y", (examples,))
    assert labels.frequent == () if frequent is None else frequent in labels.frequent


@pytest.mark.parametrize("name", ["fashion_mnist", "cifar100"])
def test_pixels_are_scaled_and_classes_with_names_are_their_numbers(name: str, results: dict[str, Any]) -> None:
    train = results["loaded"][name]["train"]
    assert train["dtypes"] == ["float32", "int64"]
    assert 0.99 < train["largest"] <= 1
    assert set(results["loaded"][name]["test"]["labels"]) == set(range(10))


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_words_are_numbers_below_those_that_the_list_promises(name: str, results: dict[str, Any]) -> None:
    assert max(part["largest"] for part in results["loaded"][name].values()) < 10_000


def test_a_set_that_keras_does_not_have_fails_and_the_engine_goes_on(engine: tuple[Engine, Heard]) -> None:
    asked, heard = engine
    asked.send(Fetch("nothing", "nothing", "nowhere.npz", (), 1, download=True))
    assert isinstance(heard.wait_end("nothing"), Failed)
    assert asked.alive

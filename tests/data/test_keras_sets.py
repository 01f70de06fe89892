"""The data sets that Keras downloads: what is said of them, and whether they are in its cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.data.keras_sets import KerasSet, cache_folder, find_keras_set, is_cached, keras_sets, missing_files
from studio.program.reading import NAMES


def a_set(name: str) -> KerasSet:
    found = find_keras_set(name)
    assert found is not None
    return found


def put(folder: Path, path: str, size: int) -> None:
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        file.truncate(size)


@pytest.mark.parametrize("each", keras_sets(), ids=lambda each: each.name)
def test_each_is_a_module_that_programs_read(each: KerasSet) -> None:
    assert each.name in NAMES


@pytest.mark.parametrize("each", keras_sets(), ids=lambda each: each.name)
def test_each_ends_with_its_target(each: KerasSet) -> None:
    assert [suggestion.is_target for suggestion in each.suggestions] == [False, True]


def test_classes_are_as_many_as_the_arrays_count() -> None:
    counts = {each.name: len(each.suggestions[-1].classes) for each in keras_sets()}
    assert counts == {
        "mnist": 10, "fashion_mnist": 10, "cifar10": 10, "cifar100": 100, "imdb": 2, "reuters": 46,
        "california_housing": 0,
    }  # fmt: skip


def test_the_cache_is_where_keras_home_says(tmp_path: Path) -> None:
    assert cache_folder({"KERAS_HOME": str(tmp_path)}) == tmp_path / "datasets"


def test_the_cache_is_in_the_home_folder_otherwise() -> None:
    assert cache_folder({}) == Path.home() / ".keras" / "datasets"


def test_a_file_of_another_size_would_be_downloaded_again(tmp_path: Path) -> None:
    mnist = a_set("mnist")
    assert missing_files(mnist, tmp_path) == mnist.files
    put(tmp_path, "mnist.npz", 1_000)
    assert not is_cached(mnist, tmp_path)
    put(tmp_path, "mnist.npz", 11_490_434)
    assert is_cached(mnist, tmp_path)


def test_files_that_keras_does_not_check_may_have_any_size(tmp_path: Path) -> None:
    fashion = a_set("fashion_mnist")
    for file in fashion.files[1:]:
        put(tmp_path, file.path, 9)
    assert missing_files(fashion, tmp_path) == fashion.files[:1]
    put(tmp_path, fashion.files[0].path, 9)
    assert is_cached(fashion, tmp_path)

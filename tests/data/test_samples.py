"""The data that ships: the index, the files, and the generator of our own."""

from __future__ import annotations

import csv
import hashlib

import numpy as np
import pytest

from studio.data.archive import ArchiveLook
from studio.data.generators import brackets
from studio.data.look import look_at
from studio.data.samples import Sample, find_sample, samples, samples_dir
from studio.data.table import TableLook
from studio.data.tickets import tickets, tickets_file


def test_every_file_of_the_folder_is_listed_and_the_other_way_round() -> None:
    files = {path.name for path in samples_dir().iterdir()} - {"README.md", "index.toml"}
    assert files == {sample.file for sample in samples()}


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_every_sample_can_be_looked_at_and_has_its_examples(sample: Sample) -> None:
    match look_at(sample.path):
        case TableLook() as table:
            assert table.rows == sample.examples
        case ArchiveLook() as arrays:
            assert arrays.examples == sample.examples
            assert not arrays.mismatched
    assert find_sample(sample.name) is sample


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_the_readme_names_each_file_with_its_licence(sample: Sample) -> None:
    readme = (samples_dir() / "README.md").read_text(encoding="utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{sample.file}`"))
    assert sample.licence in row
    assert f"## {sample.file}" in readme


def test_a_sample_that_nobody_has_is_none() -> None:
    assert find_sample("mnist") is None


def test_the_digits_are_those_of_the_test_set() -> None:
    arrays = np.load(samples_dir() / "digits.npz", allow_pickle=False)
    images, labels = arrays["images"], arrays["labels"]
    assert (images.shape, images.dtype, labels.shape, labels.dtype) == ((1797, 8, 8), np.uint8, (1797,), np.int64)
    assert (images.min(), images.max()) == (0, 16)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert int(images.sum()) == 561718
    assert images[0].tolist()[0] == [0, 0, 5, 13, 9, 1, 0, 0]


def test_the_irises_are_fifty_of_each_species() -> None:
    with (samples_dir() / "iris.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["species"] for row in rows} == {"setosa", "versicolor", "virginica"}
    means = [sum(float(row[name]) for row in rows) / 150 for name in list(rows[0])[:4]]
    assert [round(mean, 3) for mean in means] == [5.843, 3.057, 3.758, 1.199]
    assert rows[0] == {
        "sepal_length_cm": "5.1",
        "sepal_width_cm": "3.5",
        "petal_length_cm": "1.4",
        "petal_width_cm": "0.2",
        "species": "setosa",
    }


def test_the_brackets_are_what_the_generator_makes() -> None:
    shipped = np.load(samples_dir() / "brackets.npz", allow_pickle=False)
    tokens, labels = brackets()
    np.testing.assert_array_equal(shipped["tokens"], tokens)
    np.testing.assert_array_equal(shipped["labels"], labels)
    assert (shipped["tokens"].dtype, shipped["labels"].dtype) == (np.int32, np.int64)
    assert hashlib.sha256(tokens.tobytes()).hexdigest()[:16] == "09ecbab1744e3348"


def test_the_tickets_are_what_their_generator_makes() -> None:
    assert (samples_dir() / "tickets.csv").read_bytes() == tickets_file()
    assert hashlib.sha256(tickets_file()).hexdigest()[:16] == "b7c138d9f8a2fc4c"


def test_every_team_answers_as_many_tickets() -> None:
    teams = [team for *_, team in tickets()]
    assert {team: teams.count(team) for team in teams} == {"billing": 200, "delivery": 200, "repair": 200}


def test_the_labels_say_whether_brackets_are_balanced() -> None:
    tokens, labels = brackets()
    assert [is_balanced(row.tolist()) for row in tokens] == (labels == 1).tolist()
    assert labels.mean() == 0.5


def test_padding_comes_last_and_lengths_differ() -> None:
    tokens, _ = brackets()
    lengths = (tokens > 0).sum(axis=1)
    assert (lengths.min(), lengths.max()) == (8, 24)
    assert all((row[:length] > 0).all() for row, length in zip(tokens, lengths, strict=True))


def is_balanced(tokens: list[int]) -> bool:
    waiting: list[int] = []
    for token in tokens:
        if token == 0:
            continue
        if token % 2:
            waiting.append(token)
        elif not waiting or waiting.pop() != token - 1:
            return False
    return not waiting

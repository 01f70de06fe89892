"""From a file to features, and from features to nodes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import DataRefused
from studio.document import edits
from studio.document.data_choice import CsvSource, Encoding, NpzSource, SampleSource
from studio.document.document import Document
from studio.session.data_setup import bound_input, file_choice, input_node, output_node, sample_choice


def test_the_digits_are_images_and_ten_classes() -> None:
    choice = sample_choice("digits")

    images, labels = choice.features
    assert choice.source == SampleSource("digits")
    assert (images.shape, images.encoding, images.scale) == ((8, 8, 1), Encoding.SCALE, 1 / 16)
    assert (labels.encoding, len(labels.classes)) == (Encoding.CATEGORY, 10)


def test_a_sample_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DataRefused, match="no sample called cats"):
        sample_choice("cats")


def test_a_table_below_the_project_is_kept_relative_to_it(tmp_path: Path) -> None:
    table = tmp_path / "data" / "t.csv"
    table.parent.mkdir()
    table.write_text("a;b;kind\n" + "".join(f"{n / 7};{n};{'xy'[n % 2]}\n" for n in range(30)))

    choice = file_choice(table, tmp_path)

    assert choice.source == CsvSource("data/t.csv", ";")
    numbers, kind = choice.features
    assert (numbers.columns, numbers.encoding) == (("a", "b"), Encoding.STANDARDIZE)
    assert (kind.classes, kind.encoding) == (("x", "y"), Encoding.CATEGORY)


def test_arrays_elsewhere_are_named_by_their_whole_path(tmp_path: Path) -> None:
    file = tmp_path / "a.npz"
    np.savez(file, x=np.zeros((4, 3), "float32"), y=np.array([0, 1, 1, 0]))

    choice = file_choice(file, tmp_path / "elsewhere")

    assert choice.source == NpzSource(str(file))


def test_an_input_takes_the_shape_of_its_feature_and_keeps_it_without() -> None:
    document = Document()
    document.apply(edits.set_data(document, sample_choice("digits")))
    node = input_node(document, document.data.features[0], 0, 0)
    document.apply(edits.add_node(node))
    assert document.root.nodes[node.id].params["shape"] == (8, 8, 1)

    document.apply(bound_input(document, node.id, None))

    params = document.root.nodes[node.id].params
    assert params["feature"] is None
    assert params["shape"] == (8, 8, 1)


@pytest.mark.parametrize(
    ("sample", "loss"), [("digits", "sparse_categorical_crossentropy"), ("brackets", "binary_crossentropy")]
)
def test_an_output_gets_the_loss_that_its_target_asks_for(sample: str, loss: str) -> None:
    document = Document()
    document.apply(edits.set_data(document, sample_choice(sample)))

    node = output_node(document, document.data.features[-1], 0, 0)

    assert node.params["loss"] == loss
    assert node.params["target"] == document.data.features[-1].name

"""The data of our own: what ships is what the generators make, and it is as they say."""

from __future__ import annotations

import csv
import hashlib
import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.data import generated
from studio.data.chance import Chance
from studio.data.generators_images import digit_pairs, shapes_with_masks
from studio.data.generators_points import moons, spirals
from studio.data.generators_sequences import BEGIN, VOCABULARY, adding, reversed_letters, tagged
from studio.data.samples import samples_dir
from studio.data.written import csv_file, png_file, wav_file

EXAMPLES_DATA = Path(__file__).parents[2] / "examples" / "data"
SAMPLES = generated.sample_files()
EXAMPLES = generated.example_files()


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.endswith(".csv")])
def test_a_table_that_ships_is_what_its_generator_makes(name: str) -> None:
    assert (samples_dir() / name).read_bytes() == SAMPLES[name]


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.endswith(".npz")])
def test_an_archive_that_ships_holds_the_arrays_that_its_generator_makes(name: str) -> None:
    shipped = np.load(samples_dir() / name, allow_pickle=False)
    made = np.load(io.BytesIO(SAMPLES[name]), allow_pickle=False)
    assert shipped.files == made.files
    for array in made.files:
        np.testing.assert_array_equal(shipped[array], made[array])
        assert shipped[array].dtype == made[array].dtype


def test_the_files_of_the_examples_are_what_the_generators_make() -> None:
    shipped = {path.relative_to(EXAMPLES_DATA).as_posix(): path for path in EXAMPLES_DATA.rglob("*") if path.is_file()}
    del shipped["README.md"]
    assert sorted(shipped) == sorted(EXAMPLES)
    assert [name for name, path in shipped.items() if path.read_bytes() != EXAMPLES[name]] == []


def test_what_ships_is_small() -> None:
    sizes = [path.stat().st_size for folder in (samples_dir(), EXAMPLES_DATA) for path in folder.rglob("*")]
    assert sum(sizes) < 3_000_000


def test_writing_makes_folders_on_the_way(tmp_path: Path) -> None:
    generated.write(tmp_path, {"a/b/c.txt": b"here", "d.txt": b"there"})
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == b"here"
    assert (tmp_path / "d.txt").read_bytes() == b"there"


def test_chance_is_the_same_everywhere() -> None:
    chance = Chance(1)
    drawn = [chance.below(100) for _ in range(5)], chance.one_of(("a", "b", "c")), round(chance.normal(2.0), 6)
    assert drawn == ([13, 84, 76, 25, 49], "b", -0.127196)


def test_shuffling_keeps_every_item() -> None:
    assert sorted(Chance(2).shuffled(list(range(20)))) == list(range(20))
    assert Chance(2).shuffled(list(range(20))) != list(range(20))


def test_a_written_image_is_read_as_it_was() -> None:
    gray = np.arange(12, dtype=np.uint8).reshape(3, 4)
    color = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    for pixels, mode in ((gray, "L"), (color, "RGB")):
        with Image.open(io.BytesIO(png_file(pixels))) as image:
            assert image.mode == mode
            np.testing.assert_array_equal(np.asarray(image), pixels)


def test_a_written_sound_says_its_length_and_its_rate() -> None:
    import wave

    with wave.open(io.BytesIO(wav_file(np.array([0, 5, -5], dtype=np.int16), 8000))) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate(), sound.getnframes()) == (1, 2, 8000, 3)
        assert np.frombuffer(sound.readframes(3), "<i2").tolist() == [0, 5, -5]


def test_cells_with_commas_stand_in_quotes() -> None:
    assert csv_file(("a", "b"), [("x, y", 1)]) == b'a,b\n"x, y",1\n'


def test_every_class_of_the_points_has_as_many() -> None:
    assert [[each[2] for each in spirals()].count(arm) for arm in ("first", "second", "third")] == [200, 200, 200]
    assert [[each[2] for each in moons()].count(moon) for moon in ("upper", "lower")] == [200, 200]


def test_two_steps_are_marked_and_the_target_is_their_sum() -> None:
    steps, sums = adding()
    assert set(steps[:, :, 1].sum(axis=1)) == {2}
    np.testing.assert_allclose((steps[:, :, 0] * steps[:, :, 1]).sum(axis=1), sums, atol=1e-6)


def test_the_answer_is_turned_round_and_the_decoder_gets_it_a_step_late() -> None:
    letters, late, answer = reversed_letters()
    np.testing.assert_array_equal(letters[:, ::-1], answer)
    np.testing.assert_array_equal(late[:, 1:], answer[:, :-1])
    assert set(late[:, 0]) == {BEGIN}


def test_some_words_are_several_things_and_padding_is_nothing() -> None:
    words, tags = tagged()
    np.testing.assert_array_equal(words == 0, tags == 0)
    seen = {VOCABULARY[word]: set(tags[words == word].tolist()) for word in np.unique(words)}
    assert seen["light"] == {2, 3, 4}
    assert seen["dog"] == {3}


def test_the_masks_say_which_shape_is_where() -> None:
    images, masks = shapes_with_masks()
    assert sorted(np.unique(masks)) == [0, 1, 2]
    assert images[masks > 0].min() >= 140
    assert images[masks == 0].max() < 110


def test_half_of_the_pairs_are_the_same_digit_and_no_image_stands_in_two() -> None:
    left, right, same = digit_pairs(samples_dir() / "digits.npz")
    assert same.mean() == 0.5
    shown = [hashlib.sha256(image.tobytes()).digest() for image in (*left, *right)]
    with np.load(samples_dir() / "digits.npz", allow_pickle=False) as digits:
        once = {hashlib.sha256(image.tobytes()).digest() for image in digits["images"]}
    assert set(shown) <= once
    assert len(set(shown)) == len(shown)


def test_the_days_of_the_visitors_follow_on_one_another() -> None:
    import datetime

    rows = list(csv.DictReader(io.StringIO(SAMPLES["visitors.csv"].decode())))
    dates = [datetime.date.fromisoformat(row["date"]) for row in rows]
    assert {after - before for before, after in pairwise(dates)} == {datetime.timedelta(days=1)}


@pytest.mark.parametrize(
    ("name", "columns"), [("loans.csv", {"income_k", "job"}), ("rentals.csv", {"weather", "temperature_c"})]
)
def test_only_the_columns_that_say_so_have_empty_cells(name: str, columns: set[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(SAMPLES[name].decode())))
    assert {column for row in rows for column, cell in row.items() if cell == ""} == columns


def test_every_house_has_its_picture() -> None:
    rows = list(csv.DictReader(io.StringIO(EXAMPLES["houses/houses.csv"].decode())))
    assert len(rows) == 120
    assert {f"houses/{row['picture']}" for row in rows} == {name for name in EXAMPLES if name.startswith("houses/p")}

"""What a few images become in a model's layers, as pictures in files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.client.engine import Engine
from studio.protocol.messages import Event, Failed, Preview, Previewed
from tests.client.hearing import Heard

PROGRAM = """
import keras
import numpy as np

BATCH_SIZE = 2


def load_data():
    images = np.linspace(0, 1, 7 * 6 * 4 * 3, dtype="float32").reshape(7, 6, 4, 3)
    return {"train": (images, images)}


def build_model():
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((6, 4, 3)), LAYERS])


train = evaluate = None
"""
FLIP = 'keras.layers.RandomRotation(0.5, fill_mode="constant", seed=3)'


def asked(
    engine: tuple[Engine, Heard],
    folder: Path,
    layers: str = FLIP,
    seed: int = 1,
    side: int = 100,
    after: tuple[float, float] | None = (0.0, 1.0),
    text: str = PROGRAM,
) -> Event:
    """Ask for three draws of three images."""
    folder.mkdir()
    program = folder / "program.py"
    program.write_text(text.replace("LAYERS", layers))
    sent, heard = engine
    run = str(folder)
    sent.send(Preview(run, str(program), 3, 3, seed, side, (0.0, 1.0), after))
    return heard.wait_end(run)


def test_images_and_what_became_of_them_lie_beside_the_program(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    folder = tmp_path / "usual"
    assert asked(engine, folder) == Previewed(str(folder))
    before, after = np.load(folder / "before.npy"), np.load(folder / "after.npy")
    assert (before.shape, after.shape, before.dtype, after.dtype) == ((3, 6, 4, 3), (3, 3, 6, 4, 3), "uint8", "uint8")
    expected = np.linspace(0, 1, 7 * 6 * 4 * 3, dtype="float32").reshape(7, 6, 4, 3)[:3]
    assert np.abs(before - expected * 255).max() <= 0.5
    assert len({after[draw].tobytes() for draw in range(3)}) == 3
    assert before.tobytes() not in {after[draw].tobytes() for draw in range(3)}


def test_a_seed_repeats_its_chances_and_another_has_others(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    drawn = []
    for name, seed in (("first", 5), ("again", 5), ("other", 6)):
        asked(engine, tmp_path / name, seed=seed)
        drawn.append((tmp_path / name / "after.npy").read_bytes())
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_layers_without_chance_do_the_same_each_time(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    folder = tmp_path / "rescaled"
    asked(engine, folder, "keras.layers.Rescaling(2.0, -1.0)", after=(-1.0, 1.0))
    before, after = np.load(folder / "before.npy"), np.load(folder / "after.npy")
    assert np.abs(after.astype(int) - before.astype(int)).max() <= 1


def test_large_images_come_as_small_pictures(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    folder = tmp_path / "small"
    asked(engine, folder, "keras.layers.Resizing(12, 8)", side=4)
    assert np.load(folder / "before.npy").shape == (3, 3, 2, 3)
    assert np.load(folder / "after.npy").shape == (3, 3, 4, 3, 3)


def test_where_nobody_knows_black_and_white_the_pictures_say_it(engine: tuple[Engine, Heard], tmp_path: Path) -> None:
    folder = tmp_path / "unknown"
    asked(engine, folder, "keras.layers.Rescaling(1000.0)", after=None)
    after = np.load(folder / "after.npy")
    assert (after.min(), after.max()) == (0, 255)


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("unread", PROGRAM.replace("    images = ", "    raise OSError('gone')\n    images = "), "gone"),
        ("flat", PROGRAM.replace("7, 6, 4, 3)\n", "7, 72)\n"), "these examples have the shape (72,)"),
        ("leaves", PROGRAM.replace("    images = ", "    exit(3)\n    images = "), "3"),
    ],
)
def test_what_goes_wrong_is_told(
    engine: tuple[Engine, Heard], tmp_path: Path, name: str, text: str, error: str
) -> None:
    answer = asked(engine, tmp_path / name, text=text)
    assert isinstance(answer, Failed)
    assert error in answer.text
    assert not (tmp_path / name / "after.npy").exists()

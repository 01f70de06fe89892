"""Sample data of our own: small drawings, with masks, in classes, beside a table, and as pairs of digits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.data.chance import Chance
from studio.data.written import csv_file, npz_file, png_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

SIZE, HOUSE_SIZE = 24, 20
SHAPES = ("circle", "square", "triangle")
SHAPES_EACH, SHAPES_WITH_MASKS, OUTLINES, HOUSES, PAIRS = 30, 160, 60, 120, 800
CLASS_SEED, SHAPES_SEED, OUTLINES_SEED, HOUSES_SEED, PAIRS_SEED = 47, 53, 59, 61, 67
DISTRICTS = {"harbor": 60, "old town": 40, "hills": 0}
"""What a house costs more there, in thousands."""


def shape_images() -> dict[str, bytes]:
    """Ninety images of 24 × 24, a folder for each of three shapes: `circle/circle_01.png`, …"""
    chance = Chance(CLASS_SEED)
    found = {}
    for shape in SHAPES:
        for number in range(SHAPES_EACH):
            found[f"{shape}/{shape}_{number + 1:02}.png"] = png_file(_drawn(chance, shape)[0])
    return found


def shapes_with_masks() -> tuple[Pixels, Pixels]:
    """Images (160, 24, 24, 3) of circles and squares, and masks (160, 24, 24): 0 ground, 1 circle, 2 square."""
    import numpy as np

    chance = Chance(SHAPES_SEED)
    drawn = [_drawn(chance, SHAPES[row % 2]) for row in range(SHAPES_WITH_MASKS)]
    masks = [inside * (1 + row % 2) for row, (_, inside) in enumerate(drawn)]
    return np.stack([image for image, _ in drawn]), np.stack(masks).astype(np.uint8)


def outlines() -> dict[str, bytes]:
    """Sixty images of one shape each, and masks of the same names that are 1 in the shape and 0 beside it.

    `images/shape_01.png`, `masks/shape_01.png`, …
    """
    import numpy as np

    chance = Chance(OUTLINES_SEED)
    found = {}
    for number in range(OUTLINES):
        image, inside = _drawn(chance, SHAPES[number % 3])
        found[f"images/shape_{number + 1:02}.png"] = png_file(image)
        found[f"masks/shape_{number + 1:02}.png"] = png_file(inside.astype(np.uint8))
    return found


def houses() -> dict[str, bytes]:
    """A table of 120 houses that names a picture of each: `houses.csv`, `pictures/house_001.png`, …

    The price follows from the rooms and the district, which the table tells, and from the floors, which only the
    picture shows.
    """
    chance = Chance(HOUSES_SEED)
    files, rows = {}, []
    for number in range(HOUSES):
        floors, rooms = 1 + chance.below(4), 2 + chance.below(7)
        district = chance.one_of(tuple(DISTRICTS))
        picture = f"pictures/house_{number + 1:03}.png"
        files[picture] = png_file(_house(chance, floors))
        price = 80 + 70 * floors + 15 * rooms + DISTRICTS[district] + chance.normal(6)
        rows.append((picture, rooms, district, round(price)))
    return {"houses.csv": csv_file(("picture", "rooms", "district", "price_k"), rows)} | files


def digit_pairs(digits: Path) -> tuple[Pixels, Pixels, NDArray[np.int64]]:
    """Pairs of handwritten digits (800, 8, 8) and whether they are the same digit, half of them.

    `digits` is the archive that ships as `digits.npz`; no image stands in two pairs.
    """
    import numpy as np

    with np.load(digits, allow_pickle=False) as file:
        images, labels = file["images"], file["labels"]
    chance = Chance(PAIRS_SEED)
    waiting: list[int] = chance.shuffled(list(range(len(labels))))
    chosen: list[tuple[int, int]] = []
    while len(chosen) < PAIRS:
        wants_same = len(chosen) % 2 == 0
        first = waiting.pop()
        second = next(other for other in waiting if (labels[other] == labels[first]) == wants_same)
        waiting.remove(second)
        chosen.append((first, second))
    left, right = np.array(chosen).T
    return images[left], images[right], (labels[left] == labels[right]).astype(np.int64)


def shapes_file() -> bytes:
    """The content of `shapes.npz`."""
    images, masks = shapes_with_masks()
    return npz_file({"images": images, "masks": masks})


def pairs_file(digits: Path) -> bytes:
    """The content of `pairs.npz`."""
    left, right, same = digit_pairs(digits)
    return npz_file({"left": left, "right": right, "same": same})


def _drawn(chance: Chance, shape: str) -> tuple[Pixels, NDArray[np.bool_]]:
    """An image of a shape (24, 24, 3) on a darker ground, and where the shape is (24, 24)."""
    import numpy as np

    radius = 4 + chance.below(5)
    x, y = (radius + 1 + chance.below(SIZE - 2 * radius - 2) for _ in range(2))
    across, down = np.meshgrid(np.arange(SIZE) - x, np.arange(SIZE) - y)
    match shape:
        case "circle":
            inside = across**2 + down**2 <= radius**2
        case "square":
            inside = np.maximum(abs(across), abs(down)) <= radius - 1
        case _:
            inside = (abs(down) <= radius) & (2 * abs(across) <= down + radius)
    ground = [chance.below(90) for _ in range(3)]
    color = [140 + chance.below(100) for _ in range(3)]
    grain = np.array([chance.below(5) * 3 for _ in range(SIZE * SIZE)]).reshape(SIZE, SIZE, 1)
    image = np.where(inside[..., None], color, ground) + grain
    return image.astype(np.uint8), inside


def _house(chance: Chance, floors: int) -> Pixels:
    """The front of a house (20, 20, 3): a row of windows for each floor, below a roof."""
    import numpy as np

    image = np.zeros((HOUSE_SIZE, HOUSE_SIZE, 3), dtype=np.uint8)
    image[:] = [120 + chance.below(60), 170 + chance.below(40), 220]
    wall = [150 + chance.below(90) for _ in range(3)]
    left, width = 2 + chance.below(4), 11 + chance.below(3)
    top = HOUSE_SIZE - 4 * floors - 1
    image[top:, left : left + width] = wall
    for step in range(3):
        image[top - 1 - step, left + 2 * step : left + width - 2 * step] = [150, 50, 40]
    for floor in range(floors):
        for place in range(left + 1, left + width - 2, 3):
            image[top + 4 * floor + 1 : top + 4 * floor + 3, place : place + 2] = [30, 30, 60]
    return image

"""The files that the golden cases read, made small: tables, arrays, images with masks, texts, sounds."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from PIL import Image


def make(folder: Path) -> None:
    """Write all of them."""
    rng = np.random.default_rng(0)
    for part, count in (("train", 8), ("test", 4)):
        for name, gray in (("cat", 60), ("dog", 190)):
            for number in range(count):
                picture(folder / "animals" / part / name / f"{number}.png", rng.normal(gray, 20, (9, 7, 3)))
    for number in range(10):
        picture(folder / "cells" / "images" / f"{number}.png", rng.normal(90, 20, (10, 6)))
        picture(folder / "cells" / "masks" / f"{number}.png", rng.choice([0, 128, 255], (10, 6)))
    orders(folder / "orders.csv", 40)
    orders(folder / "later.csv", 9)
    days = [f"2024-{1 + day // 28:02}-{1 + day % 28:02},{day % 9},{day % 5}\n" for day in range(80)]
    days[40] = "2024-02-13,,1\n"
    (folder / "weather.csv").write_text("day,wind,rain\n" + "".join(days), encoding="utf-8")
    fronts = []
    for number in range(12):
        picture(folder / "estates" / "photos" / f"{number}.png", rng.normal(120, 40, (6, 6, 3)))
        name = f"photos/{number}.png" if number % 5 else ""
        fronts.append(f"{number},{50 + number},{name},{'abcd'[number % 4]},{number * 90}\n")
    header = "number,area,front,street,price\n"
    (folder / "estates" / "estates.csv").write_text(header + "".join(fronts), encoding="utf-8")
    sides = {side: rng.integers(0, 255, (30, 6, 6), dtype=np.uint8) for side in ("left", "right")}
    np.savez(folder / "pairs.npz", same=rng.integers(0, 2, 30), left=sides["left"], right=sides["right"])
    for mood, words in (("glad", "thank you"), ("angry", "never again")):
        for number in range(6):
            path = folder / "letters" / mood / f"{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            marked = "utf-8-sig" if number % 2 else "utf-8"
            path.write_text(f"{words},\nGrüße {number}\r \n", encoding=marked, newline="\r\n" if number % 3 else "\n")
    for bird, pitch in (("owl", 3), ("wren", 11)):
        for number in range(6):
            sound(folder / "calls" / bird / f"{number}.wav", np.sin(np.arange(40 + 10 * number) * pitch / 10))


def picture(path: Path, pixels: np.ndarray) -> None:  # type: ignore[type-arg]
    """Write an image."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)


def sound(path: Path, samples: np.ndarray) -> None:  # type: ignore[type-arg]
    """Write a sound of one channel."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((samples * 30000).astype("<i2").tobytes())


def orders(path: Path, count: int) -> None:
    """Write a table with a decimal comma, dates and gaps."""
    rows = [
        f"{number},5;{'' if number % 7 == 3 else number % 4};{'' if number % 9 == 2 else number % 3};"
        f"2024-0{1 + number % 9}-1{number % 9};{('mail', 'shop', '')[number % 3]};"
        f"{'' if number % 11 == 5 else ('no', 'no', 'yes')[number % 3]}\n"
        for number in range(count)
    ]
    header = "price;weight;pieces;ordered;way;returned\n"
    path.write_text(header + "".join(rows), encoding="latin-1")

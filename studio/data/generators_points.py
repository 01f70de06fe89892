"""Sample data of our own: points in a plane whose classes no straight line divides."""

from __future__ import annotations

import math

from studio.data.chance import Chance
from studio.data.written import csv_file

Point = tuple[float, float, str]

ARMS = ("first", "second", "third")
SPIRAL_POINTS = 600
MOON_POINTS = 400
SPIRAL_SEED, MOON_SEED = 3, 5


def spirals() -> list[Point]:
    """600 points on three arms of a spiral that turn once around the middle: x, y, arm."""
    chance = Chance(SPIRAL_SEED)
    found = []
    for row in range(SPIRAL_POINTS):
        arm = row % len(ARMS)
        way = 0.05 + 0.95 * chance.share()
        angle = 2 * math.pi * (way + arm / len(ARMS)) + chance.normal(0.12)
        found.append((round(way * math.cos(angle), 3), round(way * math.sin(angle), 3), ARMS[arm]))
    return found


def moons() -> list[Point]:
    """400 points on two half moons, each of which reaches into the other: x, y, moon."""
    chance = Chance(MOON_SEED)
    found = []
    for row in range(MOON_POINTS):
        angle = math.pi * chance.share()
        x, y = math.cos(angle), math.sin(angle)
        if row % 2:
            x, y = 1 - x, 0.5 - y
        found.append((round(x + chance.normal(0.1), 3), round(y + chance.normal(0.1), 3), ("upper", "lower")[row % 2]))
    return found


def spirals_file() -> bytes:
    """The content of `spirals.csv`."""
    return csv_file(("x", "y", "arm"), spirals())


def moons_file() -> bytes:
    """The content of `moons.csv`."""
    return csv_file(("x", "y", "moon"), moons())

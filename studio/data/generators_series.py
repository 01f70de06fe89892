"""Sample data of our own: what happened from day to day, with a trend, a week and a year in it."""

from __future__ import annotations

import datetime
import math

from studio.data.chance import Chance
from studio.data.written import csv_file

DAYS = 3 * 365
FIRST_DAY = datetime.date(2021, 1, 1)
WEEK = (-40, -60, -45, -20, 10, 90, 65)
"""How many more come on Monday, Tuesday, …"""
SEED = 17

Day = tuple[str, int, float, float]


def visitors() -> list[Day]:
    """Three years of a museum that does not exist: date, visitors, temperature in °C, rain in mm.

    More come every year, at weekends, in summer and when it rains; the temperature clings to that of yesterday.
    """
    chance = Chance(SEED)
    days, warmer = [], 0.0
    for number in range(DAYS):
        date = FIRST_DAY + datetime.timedelta(days=number)
        season = math.sin(2 * math.pi * (number - 100) / 365)
        warmer = 0.8 * warmer + chance.normal(1.5)
        rain = round(chance.between(0.5, 12), 1) if chance.likely(0.3) else 0.0
        expected = 200 + 0.1 * number + WEEK[date.weekday()] + 50 * season + 4 * rain
        temperature = round(11 + 9 * season + warmer, 1)
        days.append((date.isoformat(), round(expected + chance.normal(12)), temperature, rain))
    return days


def visitors_file() -> bytes:
    """The content of `visitors.csv`."""
    return csv_file(("date", "visitors", "temperature_c", "rain_mm"), visitors())

"""Sample data of our own: tables with categories, dates and missing cells, as tables come."""

from __future__ import annotations

import datetime
import math

from studio.data.chance import Chance
from studio.data.written import csv_file

HOURS, LOANS = 1500, 1200
RENTALS_SEED, LOANS_SEED = 31, 37
FIRST_DAY = datetime.datetime(2023, 1, 1, tzinfo=datetime.UTC)
WEATHERS = {"clear": 1.2, "cloudy": 1.0, "rain": 0.45, "snow": 0.3}
JOBS = {"employed": 0.6, "self-employed": 0.0, "student": -0.6, "retired": 0.3}
PURPOSES = {"car": 0.2, "kitchen": 0.4, "holiday": -0.5, "education": 0.3, "other": 0.0}


def rentals() -> list[tuple[object, ...]]:
    """1500 hours of a bicycle hire that does not exist.

    When, weather, temperature in °C, wind in km/h, whether it is a holiday, bicycles hired. Where the weather or the
    temperature was not written down, the cell is empty.
    """
    chance = Chance(RENTALS_SEED)
    found: list[tuple[object, ...]] = []
    for number in range(HOURS):
        when = FIRST_DAY + datetime.timedelta(hours=number * 365 * 24 // HOURS)
        season = math.sin(2 * math.pi * (when.timetuple().tm_yday - 100) / 365)
        temperature = 10 + 10 * season + 4 * math.sin(2 * math.pi * (when.hour - 9) / 24) + chance.normal(2)
        weather = _weather(chance, temperature)
        wind = round(3 + 25 * chance.share() * chance.share())
        holiday = when.weekday() >= 5 or chance.likely(0.03)
        hired = _busy(when.hour, holiday) * WEATHERS[weather] * (1 + 0.03 * (temperature - 10)) * (1 - 0.01 * wind)
        seen = "" if chance.likely(0.06) else weather
        felt = "" if chance.likely(0.08) else round(temperature, 1)
        hires = max(0, round(hired + chance.normal(6)))
        found.append((when.strftime("%Y-%m-%d %H:%M"), seen, felt, wind, "yes" if holiday else "no", hires))
    return found


def loans() -> list[tuple[object, ...]]:
    """1200 loans of a bank that does not exist.

    When it was opened, age, income and amount in thousands, months to run, job, purpose, and whether it was paid
    back. Incomes and jobs that nobody asked for are empty cells.
    """
    chance = Chance(LOANS_SEED)
    found: list[tuple[object, ...]] = []
    for _ in range(LOANS):
        opened = FIRST_DAY.date() + datetime.timedelta(days=chance.below(730))
        age = 20 + chance.below(50)
        job = "student" if age < 26 and chance.likely(0.6) else "retired" if age > 62 else _job(chance)
        income = round(max(8, 30 + 12 * (job == "employed") - 16 * (job == "student") + chance.normal(9)), 1)
        amount = round(chance.between(2, 40), 1)
        months = 12 * (1 + chance.below(6))
        strain = amount / (months / 12) / income
        leaning = 2.0 + 3 * JOBS[job] + 2 * PURPOSES[purpose := chance.one_of(tuple(PURPOSES))] - 6 * strain
        repaid = leaning + 0.02 * (age - 40) + chance.normal(0.7) > 0
        told = "" if chance.likely(0.1) else income
        known = "" if chance.likely(0.07) else job
        found.append((opened.isoformat(), age, told, amount, months, known, purpose, "yes" if repaid else "no"))
    return found


def rentals_file() -> bytes:
    """The content of `rentals.csv`."""
    return csv_file(("when", "weather", "temperature_c", "wind_kmh", "holiday", "hires"), rentals())


def loans_file() -> bytes:
    """The content of `loans.csv`."""
    return csv_file(("opened", "age", "income_k", "amount_k", "months", "job", "purpose", "repaid"), loans())


def _weather(chance: Chance, temperature: float) -> str:
    if chance.likely(0.2):
        return "snow" if temperature < 2 else "rain"
    return chance.one_of(("clear", "cloudy"))


def _busy(hour: int, holiday: bool) -> float:
    """How many bicycles are hired in an hour of the day when the weather does not matter."""
    if holiday:
        return 15 + 55 * max(0.0, math.sin(math.pi * (hour - 7) / 15))
    rush = (8, 17)
    return 10 + 30 * (7 <= hour <= 21) + 60 * (hour in rush)


def _job(chance: Chance) -> str:
    return chance.one_of(("employed", "employed", "employed", "self-employed"))

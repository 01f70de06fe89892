"""Sample data that is our own: letters to a shop, made again the same on every machine."""

from __future__ import annotations

import csv
import io
import random

TICKETS = 600
SEED = 11
HEADER = ("subject", "channel", "waited_h", "team")
CHANNELS = ("mail", "chat", "phone", "web form")
OPENINGS = ("", "Hello,", "Please help:", "Urgent!", "Question:", "Once more:")
THINGS = ("order", "lamp", "bicycle", "coffee machine", "tent", "headphones", "desk", "jacket", "printer", "kettle")
TEAMS = {
    "billing": (
        "the invoice for my {} is wrong",
        "I was charged twice for the {}",
        "when do I get my money back for the {}?",
        "the discount on the {} is missing from the bill",
        "can I pay for the {} in two parts?",
    ),
    "delivery": (
        "where is my {}?",
        "the parcel with the {} was left in the rain",
        "the {} went to my old address",
        "the courier never rang, and my {} is gone",
        "can the {} arrive a day earlier?",
    ),
    "repair": (
        "the {} broke after a week",
        "my {} makes a strange noise",
        "a screw of the {} is missing",
        "the {} does not switch on",
        "which spare part fits my {}?",
    ),
}
USUAL_HOURS = {"billing": 30, "delivery": 6, "repair": 18}


def tickets() -> list[tuple[str, str, float, str]]:
    """600 letters: subject, channel, hours waited, and the team that answers it, each as often as the others."""
    rng = random.Random(SEED)
    teams = tuple(TEAMS)
    return [_ticket(rng, teams[row % len(teams)]) for row in range(TICKETS)]


def tickets_file() -> bytes:
    """The content of `tickets.csv`."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows([HEADER, *tickets()])
    return written.getvalue().encode()


def _ticket(rng: random.Random, team: str) -> tuple[str, str, float, str]:
    text = _one_of(rng, TEAMS[team]).format(_one_of(rng, THINGS))
    subject = f"{_one_of(rng, OPENINGS)} {text}".strip()
    channel = _one_of(rng, CHANNELS[1:] if team == "delivery" else CHANNELS)
    return subject, channel, round(USUAL_HOURS[team] * (0.2 + 1.6 * rng.random()), 1), team


def _one_of(rng: random.Random, choices: tuple[str, ...]) -> str:
    """Any of them; `random()` alone gives the same numbers in every version of Python."""
    return choices[int(rng.random() * len(choices))]

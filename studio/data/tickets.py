"""Sample data that is our own: letters to a shop, made again the same on every machine."""

from __future__ import annotations

from studio.data.chance import Chance
from studio.data.written import csv_file

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
    chance = Chance(SEED)
    teams = tuple(TEAMS)
    return [_ticket(chance, teams[row % len(teams)]) for row in range(TICKETS)]


def tickets_file() -> bytes:
    """The content of `tickets.csv`."""
    return csv_file(HEADER, tickets())


def _ticket(chance: Chance, team: str) -> tuple[str, str, float, str]:
    text = chance.one_of(TEAMS[team]).format(chance.one_of(THINGS))
    subject = f"{chance.one_of(OPENINGS)} {text}".strip()
    channel = chance.one_of(CHANNELS[1:] if team == "delivery" else CHANNELS)
    return subject, channel, round(USUAL_HOURS[team] * (0.2 + 1.6 * chance.share()), 1), team

"""Sample data of our own: short texts in which a word alone does not say what is meant."""

from __future__ import annotations

from studio.data.chance import Chance
from studio.data.written import csv_file

REVIEWS, LETTERS = 600, 20
REVIEWS_SEED, LETTERS_SEED = 41, 43
THINGS = ("film", "meal", "hotel", "concert", "book", "play", "garden", "museum", "cake", "walk")
KIND = ("wonderful", "charming", "delicious", "beautiful", "brilliant", "funny")
UNKIND = ("dull", "dreadful", "dirty", "noisy", "tasteless", "sad")
SENTENCES = (
    "The {thing} was {word}.",
    "What a {word} {thing}!",
    "I found the {thing} {word}.",
    "{word}, that {thing}.",
)
ENDINGS = ("", " We stayed until the end.", " It was on a Sunday.", " My sister came too.", " It cost a little more.")
GREETINGS = ("Dear all,", "Good morning,", "Hello,", "To whom it may concern,")
GOODBYES = ("Kind regards", "Yours", "Thank you", "See you soon")
TOPICS = {
    "garden": (
        "The roses need water before noon.",
        "We planted beans beside the fence.",
        "Snails ate most of the lettuce.",
        "The apple tree bears fruit this year.",
        "Please bring the wheelbarrow back to the shed.",
        "The soil is too dry for seeds.",
    ),
    "kitchen": (
        "The soup wants more salt and pepper.",
        "Stir the dough until it is smooth.",
        "The oven is at two hundred degrees.",
        "Chop the onions and fry them slowly.",
        "We are out of flour and butter.",
        "The sharp knife lies in the drawer.",
    ),
    "workshop": (
        "The saw needs a new blade.",
        "Glue the boards and leave them overnight.",
        "There are no screws of four millimeters left.",
        "Sand the wood before you paint it.",
        "The drill is charged and in its case.",
        "Measure twice, then cut the plank.",
    ),
}


def reviews() -> list[tuple[str, str]]:
    """600 opinions: a text and whether it is good or bad. Some words are kind, and some are good without being kind."""
    chance = Chance(REVIEWS_SEED)
    found = []
    for row in range(REVIEWS):
        good = row % 2 == 0
        word = chance.one_of(KIND if good else UNKIND)
        if chance.likely(0.25):
            word = f"not {chance.one_of(UNKIND if good else KIND)}"
        sentence = chance.one_of(SENTENCES).format(thing=chance.one_of(THINGS), word=word)
        found.append((sentence[0].upper() + sentence[1:] + chance.one_of(ENDINGS), "good" if good else "bad"))
    return found


def letters() -> dict[str, str]:
    """Sixty letters about the garden, the kitchen and the workshop, by path: `garden/letter_01.txt`, …"""
    chance = Chance(LETTERS_SEED)
    found = {}
    for topic, sentences in TOPICS.items():
        for number in range(LETTERS):
            said = chance.shuffled(list(sentences))[: 2 + chance.below(2)]
            text = "\n".join([chance.one_of(GREETINGS), *said, chance.one_of(GOODBYES)])
            found[f"{topic}/letter_{number + 1:02}.txt"] = text + "\n"
    return found


def reviews_file() -> bytes:
    """The content of `reviews.csv`."""
    return csv_file(("review", "opinion"), reviews())

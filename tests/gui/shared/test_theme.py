"""The colors: what is written can be read, lines that mean something can be seen, families stay apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QColor

from studio.catalog.declaration import Family
from studio.gui.shared.theme import NAMES, Theme, Tokens, palette, tokens

GROUNDS = ("surface", "raised", "sunken", "canvas")
WRITTEN = ("text", "muted", "accent", "error", "warning", "hint", "success")
ON_ACCENTS = ("accent", "error")
"""What `on_accent` is written on: the buttons that train and stop."""
DRAWN = ("strong_line", "wire", "accent", "error", "warning")
TEXT_CONTRAST = 4.5
LINE_CONTRAST = 3.0
APART = 0.035
"""A distance in OKLab at which two flat patches are told apart at a glance; equal colors have 0."""
NEARLY_EQUAL = 0.045
"""How far a family's OKLab lightness (0 to 1) may be from the middle of all."""

# What an eye without one kind of cone sees, in linear RGB: Machado, Oliveira and Fernandes 2009, severity 1.
EYES = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# Linear RGB to cone response, and that to OKLab: Björn Ottosson, "A perceptual color space for image processing".
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(color: QColor) -> np.ndarray:
    channels = np.array([color.redF(), color.greenF(), color.blueF()])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    dark, light = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(color: QColor, eye: np.ndarray) -> np.ndarray:
    seen = np.clip(eye @ linear(color), 0, 1)
    return TO_LAB @ np.cbrt(TO_CONES @ seen)


def pairs(t: Tokens) -> Iterator[tuple[str, str]]:
    yield from itertools.product(WRITTEN, GROUNDS)
    yield "text", "accent_soft"
    yield "muted", "accent_soft"
    yield from (("on_accent", ground) for ground in ON_ACCENTS)


@pytest.fixture(params=NAMES)
def t(request: pytest.FixtureRequest) -> Tokens:
    return tokens(request.param)


def test_every_text_can_be_read_on_every_ground(t: Tokens) -> None:
    weak = {
        pair: round(ratio, 2)
        for pair in pairs(t)
        if (ratio := contrast(getattr(t, pair[0]), getattr(t, pair[1]))) < TEXT_CONTRAST
    }
    assert weak == {}


def test_every_line_that_means_something_can_be_seen(t: Tokens) -> None:
    weak = {
        (name, ground): round(ratio, 2)
        for name, ground in itertools.product(DRAWN, GROUNDS)
        if (ratio := contrast(getattr(t, name), getattr(t, ground))) < LINE_CONTRAST
    }
    assert weak == {}


def test_every_family_can_be_seen_on_cards_and_canvas(t: Tokens) -> None:
    weak = {
        (family, ground): round(ratio, 2)
        for family, ground in itertools.product(Family, ("surface", "raised", "canvas"))
        if (ratio := contrast(t.families[family], getattr(t, ground))) < LINE_CONTRAST
    }
    assert weak == {}


def test_no_family_is_lighter_than_the_others(t: Tokens) -> None:
    lightness = [lab(color, EYES["all cones"])[0] for color in t.families.values()]
    middle = (max(lightness) + min(lightness)) / 2
    assert max(lightness) - middle < NEARLY_EQUAL


@pytest.mark.parametrize("eye", EYES)
def test_families_stay_apart(t: Tokens, eye: str) -> None:
    seen = {family: lab(color, EYES[eye]) for family, color in t.families.items()}
    alike = [
        (str(one), str(other))
        for one, other in itertools.combinations(Family, 2)
        if np.linalg.norm(seen[one] - seen[other]) < APART
    ]
    assert alike == []


def test_the_qt_palette_writes_with_the_tokens(t: Tokens) -> None:
    made = palette(t)
    role = made.ColorRole
    written = [made.color(name) for name in (role.WindowText, role.Base, role.Highlight, role.HighlightedText)]
    assert written == [t.text, t.raised, t.accent, t.on_accent]


def test_switching_tells_who_listens() -> None:
    theme = Theme("light")
    heard: list[str] = []
    theme.changed.connect(lambda t: heard.append(t.name))
    theme.switch("dark")
    assert (heard, theme.tokens.name) == (["dark"], "dark")

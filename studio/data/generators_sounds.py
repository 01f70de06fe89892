"""Sample data of our own: short tones that differ in how they swing."""

from __future__ import annotations

import math

from studio.data.chance import Chance
from studio.data.written import wav_file

KINDS = ("pure", "rising", "trembling")
EACH = 20
RATE, SAMPLES = 4000, 1000
SEED = 71


def tones() -> dict[str, bytes]:
    """Sixty tones of a quarter of a second, a folder for each kind: `pure/tone_01.wav`, …

    Pitch and loudness differ from tone to tone; a tone of a kind stays as it is, rises, or trembles.
    """
    chance = Chance(SEED)
    return {f"{kind}/tone_{number + 1:02}.wav": _tone(chance, kind) for kind in KINDS for number in range(EACH)}


def _tone(chance: Chance, kind: str) -> bytes:
    import numpy as np

    pitch, loudness, shift = chance.between(300, 700), chance.between(0.4, 0.9), chance.share()
    swung = []
    for step in range(SAMPLES):
        time_s = step / RATE
        turns = pitch * time_s + shift + (pitch * time_s**2 * 2 if kind == "rising" else 0)
        tremor = 0.5 + 0.5 * math.cos(2 * math.pi * 24 * time_s) if kind == "trembling" else 1
        swung.append(round(20000 * loudness * tremor * math.sin(2 * math.pi * turns) + chance.normal(300)))
    return wav_file(np.array(swung, dtype=np.int16), RATE)

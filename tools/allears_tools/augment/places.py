"""What is heard around a device in use: rooms full of people who talk, and kitchens.

Where recordings of such places are few, most of it has to be made: crowds of recorded voices, and
blows of dishes, cutlery and pans as damped tones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allears_tools.augment.noise import (
    SAMPLE_RATE_HZ,
    babble,
    coloured,
    piece,
    synthetic_noises,
    to_unit_power,
)
from allears_tools.augment.room import reverberate, rir_pool

_BLOCK = SAMPLE_RATE_HZ // 100
_PAUSE_DB = 30.0
"""10 ms blocks so far below the loudest are a pause."""
_SHORTEST_S = 1.0
_HIGHEST_TONE_HZ = 7600.0


@dataclass(frozen=True)
class Places:
    """Noises by kind: each float32 at 16 kHz, of unit power."""

    other: list[np.ndarray]
    """Recordings that may train, and made noise."""
    crowds: list[np.ndarray]
    kitchens: list[np.ndarray]
    rirs: list[np.ndarray]
    crowd_odds: float = 0.4
    kitchen_odds: float = 0.25

    def draw(self, rng: np.random.Generator) -> list[np.ndarray]:
        """The noises of one kind, by the odds."""
        dice = rng.random()
        if dice < self.crowd_odds and self.crowds:
            return self.crowds
        return self.kitchens if dice < self.crowd_odds + self.kitchen_odds else self.other


def make_places(
    recorded: Sequence[np.ndarray],
    voices: Sequence[np.ndarray],
    rng: np.random.Generator,
    crowds: int = 120,
    kitchens: int = 80,
    seconds: float = 8.0,
) -> Places:
    """Make the noises of a training.

    Args:
        recorded: noise of recordings that may train, unit power (`load_noises`).
        voices: float32 clips of speech, from which crowds are made; none: no crowds.
        rng: source of every draw.
        crowds: how many of them.
        kitchens: how many of them.
        seconds: how long each is.
    """
    length = int(seconds * SAMPLE_RATE_HZ)
    rirs = rir_pool()
    other = [*recorded, *synthetic_noises(rng, count=24)]
    talk = [t for t in map(without_pauses, voices) if len(t) >= _SHORTEST_S * SAMPLE_RATE_HZ]
    made = [_crowd(talk, other, rirs, length, rng) for _ in range(crowds if talk else 0)]
    kitchen = [_in_a_room(clatter(length, rng), rirs, rng) for _ in range(kitchens)]
    return Places(other, made, kitchen, rirs)


def without_pauses(speech: np.ndarray) -> np.ndarray:
    """float32 [n] of speech → its 10 ms blocks that are no pause, joined."""
    blocks = speech[: len(speech) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    if not len(blocks):
        return speech[:0]
    power = (blocks**2).mean(axis=1)
    return blocks[power > power.max() * 10 ** (-_PAUSE_DB / 10)].reshape(-1)


def clatter(length: int, rng: np.random.Generator) -> np.ndarray:
    """Dishes, cutlery, pans, chopping: blows at random times over soft noise; unit power.

    Each blow is a click and a few damped tones that are no harmonics of each other.
    """
    out = np.zeros(length)
    a_second = float(rng.uniform(1.0, 9.0))
    for _ in range(max(2, int(rng.poisson(a_second * length / SAMPLE_RATE_HZ)))):
        blow = _blow(rng)
        start = int(rng.integers(length))
        out[start : start + len(blow)] += blow[: length - start]
    bed = rng.uniform(0.05, 0.8) * coloured(length, float(rng.uniform(-5, 0)), rng)
    return to_unit_power(to_unit_power(out) + bed)


def _blow(rng: np.random.Generator) -> np.ndarray:
    time_s = np.arange(int(rng.uniform(0.03, 0.5) * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    ratios = np.cumprod(np.r_[1.0, rng.uniform(1.15, 1.9, int(rng.integers(2, 11)))])
    tones_hz = rng.uniform(300, 2500) * ratios
    blow = np.zeros(len(time_s))
    for tone_hz in tones_hz[tones_hz < _HIGHEST_TONE_HZ]:
        ring = np.sin(2 * np.pi * (tone_hz * time_s + rng.random()))
        blow += rng.uniform(0.2, 1.0) * np.exp(-time_s / rng.uniform(0.008, 0.15)) * ring
    click = rng.standard_normal(min(len(blow), int(rng.uniform(0.002, 0.02) * SAMPLE_RATE_HZ)))
    blow[: len(click)] += rng.uniform(0.3, 2.0) * click * np.linspace(1, 0, len(click))
    return blow * 10 ** (rng.uniform(-22, 0) / 20)


def _crowd(
    talk: Sequence[np.ndarray],
    other: Sequence[np.ndarray],
    rirs: Sequence[np.ndarray],
    length: int,
    rng: np.random.Generator,
) -> np.ndarray:
    heard = _in_a_room(babble(talk, length, rng, voices=int(rng.integers(2, 16))), rirs, rng)
    if rng.random() < 0.5:
        heard = heard + rng.uniform(0.1, 0.7) * piece(other, length, rng)
    return to_unit_power(heard)


def _in_a_room(
    noise: np.ndarray, rirs: Sequence[np.ndarray], rng: np.random.Generator, odds: float = 0.6
) -> np.ndarray:
    if rng.random() >= odds:
        return noise
    rir = rirs[int(rng.integers(len(rirs)))]
    return to_unit_power(reverberate(noise, rir)[: len(noise)])
